// The conditions of a Pod that the kubelet owns.

import type { Pod } from '../../../api/core/v1/pod.ts';
import { isSidecar } from '../../../api/core/v1/pod-resources.ts';
import type { ContainerStatus, PodCondition } from '../../../api/core/v1/pod-status.ts';
import type { PodPhase } from './phase.ts';

export const OWNED_CONDITIONS: ReadonlySet<string> = new Set([
  'PodScheduled',
  'Ready',
  'Initialized',
  'ContainersReady',
  'PodReadyToStartContainers',
]);

export interface ConditionFacts {
  readonly pod: Pod;
  readonly phase: PodPhase;
  readonly sandboxReady: boolean;
  readonly statuses: readonly ContainerStatus[];
  /** Conditions that belong to others, readiness gates among them. */
  readonly foreign: readonly PodCondition[];
}

type Verdict = Pick<PodCondition, 'status'> & { readonly reason?: string; readonly message?: string };

const TRUE: Verdict = { status: 'True' };
const bracketed = (names: readonly string[]): string => `[${names.join(' ')}]`;

/** All of them, without times. */
export function podConditions(facts: ConditionFacts): readonly (PodCondition & Verdict)[] {
  const generation = facts.pod.metadata.generation;
  const containersReady = containersReadyVerdict(facts);
  const named: readonly (readonly [string, Verdict])[] = [
    ['PodReadyToStartContainers', { status: facts.sandboxReady ? 'True' : 'False' }],
    ['Initialized', initializedVerdict(facts)],
    ['Ready', readyVerdict(facts, containersReady)],
    ['ContainersReady', containersReady],
    ['PodScheduled', TRUE],
  ];
  return named.map(
    ([type, verdict]) =>
      ({ type, ...(generation === undefined ? {} : { observedGeneration: generation }), ...verdict }) as PodCondition & Verdict,
  );
}

function containersReadyVerdict({ pod, phase, statuses }: ConditionFacts): Verdict {
  const counted = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers];
  const byName = new Map(statuses.map((status) => [status.name, status]));
  const unknown = counted.filter(({ name }) => !byName.has(name)).map(({ name }) => name);
  const unready = counted.filter(({ name }) => byName.get(name)?.ready === false).map(({ name }) => name);
  if (phase === 'Succeeded' && unknown.length === 0) return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const message = complaints(unknown, unready, 'unready');
  return message === '' ? TRUE : { status: 'False', reason: 'ContainersNotReady', message };
}

function complaints(unknown: readonly string[], others: readonly string[], adjective: string): string {
  const parts: string[] = [];
  if (unknown.length > 0) parts.push(`containers with unknown status: ${bracketed(unknown)}`);
  if (others.length > 0) parts.push(`containers with ${adjective} status: ${bracketed(others)}`);
  return parts.join(', ');
}

function readyVerdict({ pod, foreign }: ConditionFacts, containersReady: Verdict): Verdict {
  if (containersReady.status !== 'True') return containersReady;
  const messages = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = foreign.find(({ type }) => type === conditionType);
    if (condition === undefined) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return condition.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  return messages.length === 0 ? TRUE : { status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

function initializedVerdict({ pod, phase, statuses }: ConditionFacts): Verdict {
  const { initContainers = [], containers } = pod.spec;
  const byName = new Map(statuses.map((status) => [status.name, status]));
  const unknown = initContainers.filter(({ name }) => !byName.has(name)).map(({ name }) => name);
  const incomplete = initContainers
    .filter((container) => {
      const status = byName.get(container.name);
      return status !== undefined && (isSidecar(container) ? status.started !== true : !status.ready);
    })
    .map(({ name }) => name);
  if (phase === 'Succeeded' && unknown.length === 0) return { status: 'True', reason: 'PodCompleted' };
  if (containers.some(({ name }) => hasStarted(byName.get(name)))) return TRUE;
  const message = complaints(unknown, incomplete, 'incomplete');
  return message === '' ? TRUE : { status: 'False', reason: 'ContainersNotInitialized', message };
}

/** Whether a regular container runs or has run: then the Pod was initialized once. */
function hasStarted(status: ContainerStatus | undefined): boolean {
  if (status === undefined) return false;
  return status.lastState.terminated !== undefined || status.state.running !== undefined || status.state.terminated !== undefined;
}
