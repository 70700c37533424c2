// The statuses of a Pod's containers, from what the runtime has, what was reported before, and why a start failed.
//
// S1. A container that the runtime lost is told as it was last known; one that ran and vanished counts as ended with 137.
// S2. A container to be started again shows the reason why it is not running yet, once there is one.

import type { Pod } from '../../../api/core/v1/pod.ts';
import { isSidecar } from '../../../api/core/v1/pod-resources.ts';
import type { ContainerState, ContainerStatus } from '../../../api/core/v1/pod-status.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import { shouldStart } from '../container-decision.ts';
import type { PodRuntime, RuntimeContainer } from '../runtime-state.ts';
import { findContainer } from '../runtime-state.ts';
import type { AnyContainer } from '../seams.ts';

/** Why the last attempt to start a container came to nothing. */
export interface StartFailure {
  readonly reason: string;
  readonly message: string;
}

export interface StatusFacts {
  readonly pod: Pod;
  readonly runtime: PodRuntime;
  readonly failures: ReadonlyMap<string, StartFailure>;
}

type Kind = 'init' | 'regular' | 'ephemeral';
type Previous = ReadonlyMap<string, ContainerStatus>;

/** Statuses of one of the Pod's three lists of containers; probes are applied later. */
export function containerStatuses(facts: StatusFacts, kind: Kind): readonly ContainerStatus[] {
  const { spec, status } = facts.pod;
  const lists = {
    init: [spec.initContainers, status.initContainerStatuses],
    regular: [spec.containers, status.containerStatuses],
    ephemeral: [spec.ephemeralContainers, status.ephemeralContainerStatuses],
  } as const;
  const [containers = [], reported = []] = lists[kind];
  const previous: Previous = new Map(reported.map((each) => [each.name, each]));
  const statuses = containers.map((container) => statusOf(facts, kind, container, previous.get(container.name)));
  return kind === 'init' ? statuses : statuses.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function statusOf(facts: StatusFacts, kind: Kind, container: AnyContainer, previous: ContainerStatus | undefined): ContainerStatus {
  const attempts = facts.runtime.containers.filter(({ name }) => name === container.name).slice(0, 2);
  const [newest, before] = attempts;
  const known = newest === undefined ? unseen(facts.pod, container, previous) : seen(container, newest, before, previous);
  return withFailure(facts, kind, container, known);
}

function waitingStatus(pod: Pod, container: AnyContainer): ContainerStatus {
  const reason = (pod.spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating';
  return {
    name: container.name,
    image: container.image ?? '',
    imageID: '',
    state: { waiting: { reason } },
    lastState: {},
    ready: false,
    restartCount: 0,
    ...volumeMounts(container),
  };
}

function volumeMounts(container: AnyContainer): Pick<ContainerStatus, 'volumeMounts'> {
  const mounts = (container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly === true ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
  }));
  return mounts.length === 0 ? {} : { volumeMounts: mounts };
}

const LOST = { reason: 'ContainerStatusUnknown', exitCode: 137 } as const;

function unseen(pod: Pod, container: AnyContainer, previous: ContainerStatus | undefined): ContainerStatus {
  if (previous?.state.terminated !== undefined) return previous;
  const waiting = waitingStatus(pod, container);
  if (previous === undefined) return waiting;
  const kept = { ...waiting, restartCount: previous.restartCount, lastState: previous.lastState };
  if (previous.state.running === undefined || previous.lastState.terminated !== undefined) return kept;
  const message = 'The container could not be located when the pod was deleted.  The container used to be Running';
  const restarts = pod.metadata.deletionTimestamp === undefined ? 1 : 0;
  return { ...kept, restartCount: previous.restartCount + restarts, lastState: { terminated: { ...LOST, message } as Terminated } };
}

type Terminated = NonNullable<ContainerState['terminated']>;

function seen(
  container: AnyContainer,
  newest: RuntimeContainer,
  before: RuntimeContainer | undefined,
  previous: ContainerStatus | undefined,
): ContainerStatus {
  const state = stateOf(newest, previous);
  const { requests, limits } = container.resources;
  return {
    name: container.name,
    state,
    lastState: before === undefined ? inherited(newest, previous) : stateOf(before, undefined),
    ready: false,
    restartCount: Math.max(newest.restartCount, previous?.restartCount ?? 0),
    image: newest.image,
    imageID: newest.imageId,
    containerID: containerId(newest.id),
    ...(requests === undefined ? {} : { allocatedResources: requests }),
    resources: { ...(limits === undefined ? {} : { limits }), ...(requests === undefined ? {} : { requests }) },
    ...volumeMounts(container),
    ...(newest.user === undefined ? {} : { user: { linux: newest.user } }),
  };
}

/** The end of the attempt before, when the runtime has already forgotten it. */
function inherited(newest: RuntimeContainer, previous: ContainerStatus | undefined): ContainerState {
  if (previous === undefined) return {};
  const replaced = previous.containerID !== containerId(newest.id) && previous.state.terminated !== undefined;
  const terminated = replaced ? previous.state.terminated : previous.lastState.terminated;
  return terminated === undefined ? {} : { terminated };
}

export const containerId = (id: string): string => `containerd://${id}`;

function stateOf(container: RuntimeContainer, previous: ContainerStatus | undefined): ContainerState {
  switch (container.state) {
    case 'running':
      return { running: { startedAt: printTime(container.startedAtMs) } };
    case 'created':
      return { waiting: {} };
    case 'exited':
      return { terminated: terminatedOf(container) };
    case 'unknown': {
      if (previous?.state.running === undefined) return { waiting: {} };
      const message = 'The container could not be located when the pod was terminated';
      return { terminated: { ...LOST, message } as Terminated };
    }
  }
}

function terminatedOf(container: RuntimeContainer): Terminated {
  const { exitCode, reason, message, startedAtMs, finishedAtMs, id } = container;
  return {
    exitCode,
    ...(reason === '' ? {} : { reason }),
    ...(message === '' ? {} : { message }),
    ...(startedAtMs > 0 ? { startedAt: printTime(startedAtMs) } : {}),
    ...(finishedAtMs > 0 ? { finishedAt: printTime(finishedAtMs) } : {}),
    containerID: containerId(id),
  } as Terminated;
}

function withFailure(facts: StatusFacts, kind: Kind, container: AnyContainer, status: ContainerStatus): ContainerStatus {
  const { pod, runtime, failures } = facts;
  const last = findContainer(runtime, container.name);
  if (kind === 'ephemeral' ? last !== undefined : !shouldStart(pod, container, last)) return status;
  if (kind === 'init' && !isSidecar(container) && last?.state === 'exited' && last.exitCode === 0) return status;
  const failure = failures.get(container.name);
  if (failure === undefined) return status;
  const lastState = status.state.terminated === undefined ? status.lastState : status.state;
  const { reason, message } = failure;
  return { ...status, lastState, state: { waiting: { reason, ...(message === '' ? {} : { message }) } } };
}
