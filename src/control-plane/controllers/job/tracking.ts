// A Job's status, and which Pods have been counted.
//
// T1. A Pod that ended is noted in the status before its finalizer goes, and moves to the counters after it is gone: none is counted twice or lost.
// T2. A Job gets its final condition when no Pod is left to count and none is terminating.

import type { Job, JobCondition, JobStatus } from '../../../api/batch/v1/job.ts';
import { countIndexes, hasIndex } from '../../../api/batch/v1/completion-indexes.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { isPodReady } from '../../../api/core/v1/pod-conditions.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import { addIndexes, printIndexes } from './indexes.ts';
import { indexOf, isIndexed, isPodFailed, isSuspended, isTracked, validIndexOf } from './job-pods.ts';
import { isDone } from './plan.ts';
import { judgeFailure } from './policies.ts';
import type { Ending, Sight } from './sight.ts';

const MAX_UNCOUNTED = 500;

/** What came of the plan. */
export interface Acted {
  readonly created: number;
  readonly removed: readonly Pod[];
  /** Whether all that was to be removed was. */
  readonly complete: boolean;
}

export interface Tracking {
  /** To be written before finalizers are removed; the same as the Job's where nothing is new. */
  readonly status: JobStatus;
  readonly changed: boolean;
  readonly untrack: readonly Pod[];
  readonly ending: Ending | undefined;
  readonly events: readonly (readonly [reason: string, message: string])[];
  /** More Pods wait to be noted than fit. */
  readonly full: boolean;
}

/** The status with all that is known now, and the Pods that may stop being tracked. */
export function track(sight: Sight, acted: Acted): Tracking {
  const { job } = sight;
  const active = sight.active.length + acted.created - acted.removed.length;
  // The Job ends only when its last Pods are on their way out.
  const decided = sight.ending === undefined || acted.complete ? sight.ending : undefined;
  const done: Ending | undefined = {
    type: 'SuccessCriteriaMet',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  };
  const ending = decided ?? (sight.ending === undefined && isDone(sight, active) ? done : undefined);
  const suspension =
    sight.ending === undefined && ending === undefined && job.metadata.deletionTimestamp === undefined
      ? noteSuspension(sight)
      : { status: job.status, events: [] };
  const noted = notePods(sight, suspension.status, ending);
  const status: JobStatus = {
    ...noted.status,
    startTime: noted.status.startTime ?? (isSuspended(job) ? undefined : printTime(sight.nowMs)),
    active,
    ready: sight.active.filter((pod) => isPodReady(pod) && !acted.removed.includes(pod)).length,
    terminating: sight.terminating + acted.removed.length,
    ...indexFields(sight, noted.newIndexes),
  };
  const begun = begin(status, ending, sight.nowMs);
  // The start time alone is not worth a write; it comes with the first that is.
  const { startTime: _start, ...rest } = begun.status;
  const { startTime: _before, ...before } = job.status;
  return {
    status: begun.status,
    ending: begun.ending,
    changed: !sameStatus(rest, before),
    untrack: noted.untrack,
    events: suspension.events,
    full: noted.full,
  };
}

function sameStatus(a: JobStatus, b: JobStatus): boolean {
  const zeros = { active: 0, succeeded: 0, failed: 0, completedIndexes: '', uncountedTerminatedPods: {}, conditions: [] };
  return semanticEqual({ ...zeros, ...withoutUndefined(a) }, { ...zeros, ...withoutUndefined(b) });
}

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;

function indexFields({ job, succeededIndexes, failedIndexes }: Sight, newIndexes: readonly number[]): Partial<JobStatus> {
  if (!isIndexed(job)) return {};
  const completed = addIndexes(succeededIndexes, newIndexes);
  return {
    succeeded: countIndexes(completed),
    completedIndexes: printIndexes(completed),
    failedIndexes: failedIndexes === undefined ? undefined : printIndexes(failedIndexes),
  };
}

const condition = (type: string, status: 'True' | 'False', reason: string, message: string, nowMs: number): JobCondition => {
  const at = printTime(nowMs);
  return { type, status, lastProbeTime: at, lastTransitionTime: at, reason, message };
};

function noteSuspension({ job, nowMs }: Sight): { status: JobStatus; events: Tracking['events'] } {
  const conditions = job.status.conditions ?? [];
  const present = conditions.find(({ type }) => type === 'Suspended');
  const suspended = isSuspended(job);
  const [value, reason, message] = suspended
    ? (['True', 'JobSuspended', 'Job suspended'] as const)
    : (['False', 'JobResumed', 'Job resumed'] as const);
  const settled = present === undefined ? !suspended : present.status === value && present.reason === reason && present.message === message;
  if (settled) return { status: job.status, events: [] };
  const next = condition('Suspended', value, reason, message, nowMs);
  const status: JobStatus = {
    ...job.status,
    conditions: present === undefined ? [...conditions, next] : conditions.map((each) => (each === present ? next : each)),
    startTime: suspended ? undefined : printTime(nowMs),
  };
  return { status, events: [[suspended ? 'Suspended' : 'Resumed', message]] };
}

interface Noted {
  readonly status: JobStatus;
  readonly untrack: readonly Pod[];
  readonly newIndexes: readonly number[];
  readonly full: boolean;
}

/** Notes what ended since the last time. */
function notePods(sight: Sight, before: JobStatus, ending: Ending | undefined): Noted {
  const { job, previousIndexes } = sight;
  const indexed = isIndexed(job);
  const pods = indexed ? sight.pods.toSorted((a, b) => (indexOf(a) ?? -1) - (indexOf(b) ?? -1)) : sight.pods;
  const tracked = pods.filter(isTracked);
  const status = withoutCounted(before, new Set(tracked.map(({ metadata }) => metadata.uid ?? '')));
  const succeeded = [...(status.uncountedTerminatedPods?.succeeded ?? [])];
  const failed = [...(status.uncountedTerminatedPods?.failed ?? [])];
  const untrack: Pod[] = [];
  const newIndexes: number[] = [];
  for (const pod of tracked) {
    if (newIndexes.length + succeeded.length + failed.length >= MAX_UNCOUNTED) break;
    const isFailed = isPodFailed(pod, job);
    if (!mayUntrack(sight, pod, isFailed, ending)) continue;
    untrack.push(pod);
    const uid = pod.metadata.uid ?? '';
    const index = validIndexOf(pod, job);
    if (pod.status.phase === 'Succeeded' && !failed.includes(uid)) {
      if (!indexed && !succeeded.includes(uid)) succeeded.push(uid);
      if (index !== undefined && indexed && !hasIndex(previousIndexes, index)) newIndexes.push(index);
    } else if (isFailed || (ending !== undefined && ending.type !== 'SuccessCriteriaMet')) {
      const counts = !failed.includes(uid) && (!indexed || index !== undefined) && judgeFailure(job, pod).counts;
      if (counts) failed.push(uid);
    }
  }
  const full = newIndexes.length + succeeded.length + failed.length >= MAX_UNCOUNTED;
  return { status: { ...status, uncountedTerminatedPods: uncounted(succeeded, failed) }, untrack, newIndexes, full };
}

const uncounted = (succeeded: readonly string[], failed: readonly string[]): NonNullable<JobStatus['uncountedTerminatedPods']> => ({
  ...(succeeded.length === 0 ? {} : { succeeded }),
  ...(failed.length === 0 ? {} : { failed }),
});

function mayUntrack({ job, delayed }: Sight, pod: Pod, isFailed: boolean, ending: Ending | undefined): boolean {
  if (job.metadata.deletionTimestamp !== undefined || ending !== undefined || pod.status.phase === 'Succeeded') return true;
  const index = indexOf(pod);
  return isFailed && (index === undefined || delayed.get(index)?.metadata.uid !== pod.metadata.uid);
}

/** Moves noted Pods that are no longer tracked into the counters. */
function withoutCounted(status: JobStatus, tracked: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const [stillSucceeded, stillFailed] = [succeeded.filter((uid) => tracked.has(uid)), failed.filter((uid) => tracked.has(uid))];
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - stillSucceeded.length,
    failed: (status.failed ?? 0) + failed.length - stillFailed.length,
    uncountedTerminatedPods: uncounted(stillSucceeded, stillFailed),
  };
}

/** Writes the interim condition of an ending; what follows it is the final one. */
function begin(status: JobStatus, ending: Ending | undefined, nowMs: number): { status: JobStatus; ending: Ending | undefined } {
  if (ending === undefined || ending.type === 'Failed' || ending.type === 'Complete') return { status, ending };
  const conditions = status.conditions ?? [];
  const told = conditions.some(({ type, status: value }) => type === ending.type && value === 'True');
  const next = told
    ? status
    : { ...status, conditions: [...conditions, condition(ending.type, 'True', ending.reason, ending.message, nowMs)] };
  return { status: next, ending: { ...ending, type: ending.type === 'FailureTarget' ? 'Failed' : 'Complete' } };
}

/** The status once these Pods are no longer tracked; with the final condition where nothing stands in its way (T2). */
export function settle(
  { job, pods, nowMs }: Sight,
  { status, ending, full }: Tracking,
  untracked: ReadonlySet<string>,
): { status: JobStatus; finished: Ending | undefined } {
  const tracked = pods.filter((pod) => isTracked(pod) && !untracked.has(pod.metadata.uid ?? '')).map(({ metadata }) => metadata.uid ?? '');
  const counted = withoutCounted(status, new Set(tracked));
  const { succeeded = [], failed = [] } = counted.uncountedTerminatedPods ?? {};
  if (ending === undefined || full || succeeded.length + failed.length > 0 || (counted.terminating ?? 0) > 0)
    return { status: isIndexed(job) ? { ...counted, succeeded: status.succeeded } : counted, finished: undefined };
  const conditions = (counted.conditions ?? []).filter(({ type }) => type !== ending.type);
  const final = condition(ending.type, 'True', ending.reason, ending.message, nowMs);
  return {
    status: {
      ...counted,
      ...(isIndexed(job) ? { succeeded: status.succeeded } : {}),
      conditions: [...conditions, final],
      ...(ending.type === 'Complete' ? { completionTime: final.lastTransitionTime } : {}),
    },
    finished: ending,
  };
}

/** Whether two statuses of the Job differ in more than form. */
export const statusChanged = (job: Job, status: JobStatus): boolean => !sameStatus(status, job.status);
