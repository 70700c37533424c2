// The table of Pods: how `kubectl get pods` sums up a Pod in a word, and how often it restarted.

import { age } from '../../../machinery/age.ts';
import type { Column } from '../../../machinery/kind.ts';
import { parseTime } from '../../../machinery/timestamp.ts';
import type { PodObject } from './pod-object.ts';
import { podCondition, isPodReady } from './pod-conditions.ts';
import { isPodTerminal } from './pod-phase.ts';
import { isSidecar } from './pod-resources.ts';
import type { ContainerStateTerminated, ContainerStatus } from './pod-status.ts';
import { ageColumn, nameColumn } from './workload-cells.ts';

/** What the table says of a Pod's containers. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** When the last restarted container ended, undefined when none has. */
  readonly lastRestart: string | undefined;
}

/** Restarts counted so far and the latest end of a container. */
interface Tally {
  restarts: number;
  lastRestart: string | undefined;
}

function count(tally: Tally, status: ContainerStatus): void {
  tally.restarts += status.restartCount;
  const ended = status.lastState.terminated?.finishedAt;
  if (ended !== undefined && (parseTime(ended) ?? 0) > (parseTime(tally.lastRestart ?? '') ?? -Infinity)) tally.lastRestart = ended;
}

function endReason({ reason = '', signal = 0, exitCode }: ContainerStateTerminated): string {
  if (reason !== '') return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

/** Sums up the state of a Pod as the table shows it. */
export function summarizePod(pod: PodObject): PodSummary {
  const { spec, status } = pod;
  const gated = (status.conditions ?? []).some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  const phase = gated ? 'SchedulingGated' : status.reason || (status.phase ?? '');
  const init = summarizeInit(pod);
  const total = spec.containers.length + (spec.initContainers ?? []).filter(isSidecar).length;
  const started = init.reason === undefined || podCondition(pod, 'Initialized')?.status === 'True';
  const run = started ? summarizeRunning(pod, init.reason ?? phase, init.sidecars) : undefined;
  const summary = run ?? { ready: 0, reason: init.reason ?? phase, ...init.all };
  return {
    total,
    restarts: summary.restarts,
    lastRestart: summary.lastRestart,
    ready: init.ready + summary.ready,
    reason: deletionReason(pod) ?? summary.reason,
  };
}

function deletionReason(pod: PodObject): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  if (pod.status.reason === 'NodeLost') return 'Unknown';
  return isPodTerminal(pod) ? undefined : 'Terminating';
}

function summarizeInit({ spec, status }: PodObject): { reason: string | undefined; ready: number; all: Tally; sidecars: Tally } {
  const containers = spec.initContainers ?? [];
  const sidecarNames = new Set(containers.filter(isSidecar).map(({ name }) => name));
  const all: Tally = { restarts: 0, lastRestart: undefined };
  const sidecars: Tally = { restarts: 0, lastRestart: undefined };
  let ready = 0;
  for (const [index, each] of (status.initContainerStatuses ?? []).entries()) {
    const sidecar = sidecarNames.has(each.name);
    count(all, each);
    if (sidecar) count(sidecars, each);
    if (each.state.terminated?.exitCode === 0) continue;
    if (sidecar && each.started === true) {
      if (each.ready) ready += 1;
      continue;
    }
    return { reason: `Init:${initReason(each, index, containers.length)}`, ready, all, sidecars };
  }
  return { reason: undefined, ready, all, sidecars };
}

function initReason({ state }: ContainerStatus, index: number, total: number): string {
  if (state.terminated !== undefined) return endReason(state.terminated);
  const waiting = state.waiting?.reason ?? '';
  return waiting !== '' && waiting !== 'PodInitializing' ? waiting : `${index}/${total}`;
}

function summarizeRunning(pod: PodObject, phase: string, sidecars: Tally): { ready: number; reason: string } & Tally {
  const tally: Tally = { ...sidecars };
  let reason = phase;
  let failure = '';
  let ready = 0;
  // From the last container to the first: the first one's word counts.
  for (const each of (pod.status.containerStatuses ?? []).toReversed()) {
    count(tally, each);
    const { waiting, terminated, running } = each.state;
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated !== undefined) {
      reason = endReason(terminated);
      if (terminated.exitCode !== 0) failure = reason;
    } else if (each.ready && running !== undefined) ready += 1;
  }
  if (reason === 'Completed') {
    if (ready > 0 && isPodReady(pod)) reason = 'Running';
    else if (failure !== '') reason = failure;
    else if (ready > 0) reason = 'NotReady';
  }
  return { ready, reason, ...tally };
}

function restartsCell(pod: PodObject, nowMs: number): string {
  const { restarts, lastRestart } = summarizePod(pod);
  return restarts === 0 || lastRestart === undefined ? String(restarts) : `${restarts} (${age(lastRestart, nowMs)} ago)`;
}

function readinessGatesCell(pod: PodObject): string {
  const gates = pod.spec.readinessGates ?? [];
  const open = gates.filter(({ conditionType }) => podCondition(pod, conditionType)?.status === 'True');
  return gates.length === 0 ? '<none>' : `${open.length}/${gates.length}`;
}

const orNone = (text: string | undefined): string => text || '<none>';

export const podColumns: readonly Column<PodObject>[] = [
  nameColumn,
  {
    name: 'Ready',
    type: 'string',
    value(pod) {
      const { ready, total } = summarizePod(pod);
      return `${ready}/${total}`;
    },
  },
  { name: 'Status', type: 'string', value: (pod) => summarizePod(pod).reason },
  { name: 'Restarts', type: 'string', value: (pod, { nowMs }) => restartsCell(pod, nowMs) },
  ageColumn,
  { name: 'IP', type: 'string', priority: 1, value: ({ status }) => orNone(status.podIPs?.[0]?.ip) },
  { name: 'Node', type: 'string', priority: 1, value: ({ spec }) => orNone(spec.nodeName) },
  { name: 'Nominated Node', type: 'string', priority: 1, value: ({ status }) => orNone(status.nominatedNodeName) },
  { name: 'Readiness Gates', type: 'string', priority: 1, value: readinessGatesCell },
];
