// Which Pods a Job needs to make or to end now.

import type { Job } from '../../../api/batch/v1/job.ts';
import { countIndexes } from '../../../api/batch/v1/completion-indexes.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { Sparse } from '../../../client/sparse.ts';
import { byDispensability } from '../../../runtime/workload/pod-ranking.ts';
import { finishedAtMs, remainingMs } from './backoff.ts';
import { addIndexes, firstFree, mergeIndexes } from './indexes.ts';
import { allIndexFailures, indexOf, isIndexed, isSuspended, isTerminating, newPod, replacesOnlyFailed, validIndexOf } from './job-pods.ts';
import type { Sight } from './sight.ts';

/** More than this many Pods are neither made nor ended in one go. */
const MAX_PER_RECONCILE = 500;

export interface PodPlan {
  readonly create: readonly Sparse<Pod>[];
  readonly remove: readonly Pod[];
  /** Whether those that are ended are no longer tracked: they count neither way. */
  readonly untrackRemoved: boolean;
  readonly againInMs: number | undefined;
}

const NOTHING: PodPlan = { create: [], remove: [], untrackRemoved: false, againInMs: undefined };

/** Makes the plan; pure. */
export function plan(sight: Sight): PodPlan {
  const { job, active } = sight;
  if (sight.ending !== undefined) return { ...NOTHING, remove: active };
  if (job.metadata.deletionTimestamp !== undefined) return NOTHING;
  if (isSuspended(job)) return { ...NOTHING, remove: active, untrackRemoved: true };
  const wanted = wantedActive(sight);
  const surplus = dispensable(sight, Math.max(0, active.length - wanted)).slice(0, MAX_PER_RECONCILE);
  if (surplus.length > 0) return { ...NOTHING, remove: surplus, untrackRemoved: true };
  const missing = wanted - active.length - (replacesOnlyFailed(job) ? sight.terminating : 0);
  return missing > 0 ? planCreation(sight, Math.min(missing, MAX_PER_RECONCILE)) : NOTHING;
}

function wantedActive({ job, active, succeeded }: Sight): number {
  const { completions, parallelism = 1 } = job.spec;
  // A work queue: once one Pod succeeded, the others finish and none is added.
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

/** Pods with an index that others work on too, or that the Job does not have, always; and others up to `atLeast`. */
function dispensable({ job, active, nowMs }: Sight, atLeast: number): readonly Pod[] {
  const ranked = byDispensability(active, [], nowMs);
  if (!isIndexed(job)) return ranked.slice(0, atLeast);
  const best = new Map(ranked.map((pod) => [validIndexOf(pod, job), pod]));
  const doomed = ranked.filter((pod) => validIndexOf(pod, job) === undefined || best.get(validIndexOf(pod, job)) !== pod);
  const others = ranked.filter((pod) => !doomed.includes(pod));
  return [...doomed, ...others.slice(0, Math.max(0, atLeast - doomed.length))];
}

function planCreation(sight: Sight, count: number): PodPlan {
  const { job, nowMs, record } = sight;
  const perIndex = job.spec.backoffLimitPerIndex !== undefined;
  const waitMs = perIndex ? 0 : remainingMs(record, nowMs);
  if (waitMs > 0) return { ...NOTHING, againInMs: waitMs };
  if (!isIndexed(job)) return { ...NOTHING, create: Array.from({ length: count }, () => newPod(job, undefined, undefined)) };
  const pending = pendingIndexes(sight, count);
  const waits = new Map(pending.map((index) => [index, perIndex ? indexWaitMs(sight, index) : 0]));
  const now = pending.filter((index) => waits.get(index) === 0);
  const later = [...waits.values()].filter((each) => each > 0);
  const create = now.map((index) => newPod(job, index, sight.delayed.get(index)));
  return { ...NOTHING, create, againInMs: later.length > 0 ? Math.min(...later) : undefined };
}

function indexWaitMs({ delayed, nowMs }: Sight, index: number): number {
  const failed = delayed.get(index);
  return failed === undefined ? 0 : remainingMs({ failures: allIndexFailures(failed) + 1, lastFailureMs: finishedAtMs(failed) }, nowMs);
}

function pendingIndexes({ job, pods, active, succeededIndexes, failedIndexes }: Sight, count: number): number[] {
  const taken = [...active, ...(replacesOnlyFailed(job) ? pods.filter(isTerminating) : [])].flatMap((pod) => indexOf(pod) ?? []);
  return firstFree(mergeIndexes(addIndexes(succeededIndexes, taken), failedIndexes ?? []), count, job.spec.completions ?? 0);
}

/** Whether all is done that was asked for; `active` Pods are left. */
export function isDone({ job, succeeded }: Pick<Sight, 'job' | 'succeeded'>, active: number): boolean {
  return active === 0 && (job.spec.completions === undefined ? succeeded > 0 : succeeded >= job.spec.completions);
}

/** How many indexes a Job has completed. */
export const completedCount = ({ succeededIndexes }: Sight): number => countIndexes(succeededIndexes);

export const hasForeignManager = ({ spec }: Job): boolean =>
  spec.managedBy !== undefined && spec.managedBy !== 'kubernetes.io/job-controller';
