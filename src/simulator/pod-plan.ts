// What a simulated Node does next for one of its Pods. Pure: the simulator carries it out.
//
// P1. A Pod is accepted, then runs after its delay, then ends when its time is over; each step follows from its status and the clock.
// P2. A Pod that is being deleted is gone at the next look.
// P3. Pods that are restarted for ever run for ever, unless an annotation gives them a time.

import type { Pod } from '../api/core/v1/pod.ts';
import { isSidecar } from '../api/core/v1/pod-resources.ts';
import { isPodTerminal } from '../api/core/v1/pod-phase.ts';
import { withPodCondition } from '../api/core/v1/pod-conditions.ts';
import type { ContainerState, ContainerStatus, PodCondition, PodStatus } from '../api/core/v1/pod-status.ts';
import { printTime } from '../machinery/timestamp.ts';

/** How long the containers run before they end, in milliseconds. */
export const RUN_FOR_ANNOTATION = 'simulator.tyke.dev/run-for-ms';
/** With which code they end then; 0 unless given. */
export const EXIT_CODE_ANNOTATION = 'simulator.tyke.dev/exit-code';

/** When a Pod took its steps, to the millisecond. */
export interface PodTimes {
  readonly acceptedMs: number | undefined;
  /** When its containers started the last time. */
  readonly startedMs: number | undefined;
}

/** What the step depends on besides the Pod. */
export interface PodCircumstances {
  readonly nowMs: number;
  readonly times: PodTimes;
  readonly startDelayMs: number;
  /** How long Pods run that are not restarted for ever. */
  readonly runForMs: number;
  readonly hostIP: string;
  /** The Pod's own address, once it needs one. */
  readonly podIP: () => string;
  /** Set when the containers crash now. */
  readonly crashCode: number | undefined;
}

export type PodStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait'; readonly forMs: number }
  | { readonly do: 'remove' }
  | { readonly do: 'report'; readonly as: 'accepted' | 'started' | 'ended'; readonly status: PodStatus };

/** How long the Pod's containers run; undefined for ever. */
function runTimeMs({ metadata, spec }: Pod, fallbackMs: number): number | undefined {
  const given = Number(metadata.annotations?.[RUN_FOR_ANNOTATION]);
  if (metadata.annotations?.[RUN_FOR_ANNOTATION] !== undefined && given >= 0) return given;
  return spec.restartPolicy === 'Always' ? undefined : fallbackMs;
}

function conditionsOf(
  { metadata, status }: Pod,
  nowMs: number,
  given: Readonly<Record<string, Partial<PodCondition> & { readonly status: string }>>,
): PodStatus['conditions'] {
  let conditions: readonly PodCondition[] | undefined = status.conditions;
  for (const [type, condition] of Object.entries(given)) {
    const observed = metadata.generation === undefined ? {} : { observedGeneration: metadata.generation };
    conditions = withPodCondition(conditions, { type, lastTransitionTime: printTime(nowMs), ...observed, ...condition } as PodCondition);
  }
  return conditions;
}

type ContainerOf = Pod['spec']['containers'][number];

function containerStatus({ name, image = '' }: ContainerOf, state: ContainerState, before: ContainerStatus | undefined): ContainerStatus {
  const running = state.running !== undefined;
  const ended = before?.state.terminated;
  const restarted = running && ended !== undefined;
  return {
    name,
    image,
    imageID: state.waiting === undefined ? `simulated://${image}` : '',
    restartCount: (before?.restartCount ?? 0) + (restarted ? 1 : 0),
    ready: running,
    started: running,
    state,
    lastState: restarted ? { terminated: ended } : (before?.lastState ?? {}),
    ...(state.waiting === undefined ? { containerID: `simulated://${name}` } : {}),
  } as ContainerStatus;
}

function statuses(
  containers: readonly ContainerOf[] | undefined,
  before: readonly ContainerStatus[] | undefined,
  state: (container: ContainerOf) => ContainerState,
): readonly ContainerStatus[] {
  return (containers ?? []).map((container) =>
    containerStatus(
      container,
      state(container),
      before?.find(({ name }) => name === container.name),
    ),
  );
}

const waiting = (reason: string): ContainerState => ({ waiting: { reason } }) as ContainerState;
const running = (at: string): ContainerState => ({ running: { startedAt: at } }) as ContainerState;
const terminated = (startedAt: string, finishedAt: string, exitCode: number): ContainerState =>
  ({ terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt, finishedAt } }) as ContainerState;

const NOT_READY = { status: 'False', reason: 'ContainersNotReady' };

function accepted(pod: Pod, { nowMs, hostIP }: PodCircumstances): PodStatus {
  const { spec, status } = pod;
  const message = `containers with unready status: [${spec.containers.map(({ name }) => name).join(' ')}]`;
  const hasInit = (spec.initContainers ?? []).length > 0;
  return {
    ...status,
    phase: 'Pending',
    startTime: printTime(nowMs),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    conditions: conditionsOf(pod, nowMs, {
      PodReadyToStartContainers: { status: 'False' },
      Initialized: { status: hasInit ? 'False' : 'True' },
      Ready: { ...NOT_READY, message },
      ContainersReady: { ...NOT_READY, message },
    }),
    ...(hasInit ? { initContainerStatuses: statuses(spec.initContainers, undefined, () => waiting('PodInitializing')) } : {}),
    containerStatuses: statuses(spec.containers, undefined, () => waiting(hasInit ? 'PodInitializing' : 'ContainerCreating')),
  };
}

function started(pod: Pod, circumstances: PodCircumstances): PodStatus {
  const { spec, status } = pod;
  const { nowMs, hostIP } = circumstances;
  const at = printTime(nowMs);
  const ip = status.podIP ?? (spec.hostNetwork === true ? hostIP : circumstances.podIP());
  const initContainerStatuses = statuses(spec.initContainers, status.initContainerStatuses, (container) =>
    isSidecar(container) ? running(at) : terminated(at, at, 0),
  );
  return {
    ...status,
    phase: 'Running',
    startTime: status.startTime ?? at,
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP: ip,
    podIPs: [{ ip }],
    conditions: conditionsOf(pod, nowMs, {
      PodReadyToStartContainers: { status: 'True' },
      Initialized: { status: 'True' },
      Ready: { status: 'True' },
      ContainersReady: { status: 'True' },
    }),
    ...(initContainerStatuses.length > 0 ? { initContainerStatuses } : {}),
    containerStatuses: statuses(spec.containers, status.containerStatuses, () => running(at)),
  };
}

function ended(pod: Pod, { nowMs }: PodCircumstances, exitCode: number): PodStatus {
  const { spec, status } = pod;
  const at = printTime(nowMs);
  const startedAt = status.containerStatuses?.[0]?.state.running?.startedAt ?? at;
  const isRestarted = spec.restartPolicy === 'Always' || (spec.restartPolicy === 'OnFailure' && exitCode !== 0);
  const reason = isRestarted ? 'ContainersNotReady' : exitCode === 0 ? 'PodCompleted' : 'PodFailed';
  return {
    ...status,
    phase: isRestarted ? 'Running' : exitCode === 0 ? 'Succeeded' : 'Failed',
    conditions: conditionsOf(pod, nowMs, {
      ...(isRestarted ? {} : { PodReadyToStartContainers: { status: 'False' } }),
      Ready: { status: 'False', reason },
      ContainersReady: { status: 'False', reason },
    }),
    containerStatuses: statuses(spec.containers, status.containerStatuses, () => terminated(startedAt, at, exitCode)),
  };
}

/** Decides the Pod's next step (P1). */
export function planPod(pod: Pod, circumstances: PodCircumstances): PodStep {
  const { nowMs, times, startDelayMs, runForMs, crashCode } = circumstances;
  const { metadata, status } = pod;
  if (metadata.deletionTimestamp !== undefined) return { do: 'remove' };
  if (isPodTerminal(pod)) return { do: 'nothing' };
  if (status.startTime === undefined && startDelayMs > 0) return { do: 'report', as: 'accepted', status: accepted(pod, circumstances) };
  if ((status.containerStatuses ?? []).every(({ state }) => state.running === undefined)) {
    // Containers that ended before start again at the next look.
    const leftMs = times.startedMs !== undefined ? 0 : (times.acceptedMs ?? nowMs) + startDelayMs - nowMs;
    return leftMs > 0 ? { do: 'wait', forMs: leftMs } : { do: 'report', as: 'started', status: started(pod, circumstances) };
  }
  if (crashCode !== undefined) return { do: 'report', as: 'ended', status: ended(pod, circumstances, crashCode) };
  const runMs = runTimeMs(pod, runForMs);
  if (runMs === undefined) return { do: 'nothing' };
  const leftMs = (times.startedMs ?? nowMs) + runMs - nowMs;
  if (leftMs > 0) return { do: 'wait', forMs: leftMs };
  return { do: 'report', as: 'ended', status: ended(pod, circumstances, Number(metadata.annotations?.[EXIT_CODE_ANNOTATION] ?? 0)) };
}
