// Where a Pod is in its life, from the statuses of its containers.

import type { Container } from '../../../api/core/v1/container.ts';
import { containerShouldRestart } from '../../../api/core/v1/container-restart.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { isSidecar } from '../../../api/core/v1/pod-resources.ts';
import type { ContainerStatus } from '../../../api/core/v1/pod-status.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

interface Tally {
  unknown: number;
  running: number;
  waiting: number;
  stopped: number;
  /** Stopped for good. */
  finished: number;
  succeeded: number;
}

type Spec = Pod['spec'];
type Statuses = ReadonlyMap<string, ContainerStatus>;

/** The exit code that a container left behind, whether it is shown as ended or as waiting for its next start. */
function lastExitCode({ state, lastState }: ContainerStatus): number | undefined {
  return (state.waiting === undefined ? state.terminated : lastState.terminated)?.exitCode;
}

/** `ended`: nothing of the Pod runs or will run any more. `everStarted`: some regular container has run in this sandbox. */
export function podPhase(spec: Spec, list: readonly ContainerStatus[], ended: boolean, everStarted: boolean): PodPhase {
  const statuses: Statuses = new Map(list.map((status) => [status.name, status]));
  const init = tallyInit(spec, statuses);
  const { unknown, running, waiting, stopped, finished, succeeded } = tallyRegular(spec, statuses, init.tally);
  if (init.failed) return 'Failed';
  if (init.pending > 0 || (init.pendingSidecars > 0 && !everStarted) || waiting > 0) return 'Pending';
  if (running > 0 && unknown === 0) return 'Running';
  if (running > 0 || stopped === 0 || unknown > 0) return 'Pending';
  if (!ended && stopped !== finished) return 'Running';
  return stopped === succeeded ? 'Succeeded' : 'Failed';
}

function tallyInit(spec: Spec, statuses: Statuses): { tally: Tally; pending: number; pendingSidecars: number; failed: boolean } {
  const tally: Tally = { unknown: 0, running: 0, waiting: 0, stopped: 0, finished: 0, succeeded: 0 };
  let pending = 0;
  let pendingSidecars = 0;
  let failed = false;
  for (const container of spec.initContainers ?? []) {
    const status = statuses.get(container.name);
    if (isSidecar(container)) {
      if (tallySidecar(tally, status)) pendingSidecars++;
      continue;
    }
    const exitCode = status === undefined ? undefined : lastExitCode(status);
    if (exitCode === undefined) pending++;
    else if (exitCode !== 0 && !containerShouldRestart(container, spec, exitCode)) failed = true;
  }
  return { tally, pending, pendingSidecars, failed };
}

/** Counts a sidecar; says whether it holds the Pod up. An ended one counts for nothing. */
function tallySidecar(tally: Tally, status: ContainerStatus | undefined): boolean {
  if (status === undefined) {
    tally.unknown++;
    return false;
  }
  if (status.state.running !== undefined) {
    tally.running++;
    return status.started !== true;
  }
  if (lastExitCode(status) !== undefined) return false;
  tally.waiting++;
  return true;
}

function tallyRegular(spec: Spec, statuses: Statuses, tally: Tally): Tally {
  for (const container of spec.containers) count(tally, spec, container, statuses.get(container.name));
  return tally;
}

function count(tally: Tally, spec: Spec, container: Container, status: ContainerStatus | undefined): void {
  if (status === undefined) {
    tally.unknown++;
    return;
  }
  if (status.state.running !== undefined) {
    tally.running++;
    return;
  }
  const exitCode = lastExitCode(status);
  if (exitCode === undefined) {
    tally.waiting++;
    return;
  }
  tally.stopped++;
  if (!containerShouldRestart(container, spec, exitCode)) tally.finished++;
  if (exitCode === 0 && status.state.terminated !== undefined) tally.succeeded++;
}
