// What a Job and its Pods amount to at one moment: counts, indexes, and whether the Job is about to end.

import type { Job } from '../../../api/batch/v1/job.ts';
import { countIndexes, hasIndex } from '../../../api/batch/v1/completion-indexes.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { isPodActive } from '../../../api/core/v1/pod-phase.ts';
import { parseTime } from '../../../machinery/timestamp.ts';
import { finishedAtMs, recordEnds } from './backoff.ts';
import type { BackoffRecord } from './backoff.ts';
import { addIndexes, readIndexes } from './indexes.ts';
import type { Intervals } from './indexes.ts';
import {
  allIndexFailures,
  indexFailures,
  indexOf,
  isIndexed,
  isPodFailed,
  isSuspended,
  isTerminating,
  isTracked,
  validIndexOf,
} from './job-pods.ts';
import { judgeFailure, successMessage } from './policies.ts';

/** The condition by which a Job ends: first the interim one, then, when no Pod is left to count, the final one. */
export interface Ending {
  readonly type: 'FailureTarget' | 'SuccessCriteriaMet' | 'Failed' | 'Complete';
  readonly reason: string;
  readonly message: string;
}

export interface JobView {
  readonly job: Job;
  /** The Pods that it controls. */
  readonly pods: readonly Pod[];
  readonly record: BackoffRecord;
  readonly nowMs: number;
}

export interface Sight extends JobView {
  readonly active: readonly Pod[];
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly previousIndexes: Intervals;
  readonly succeededIndexes: Intervals;
  /** Undefined unless failures are limited per index. */
  readonly failedIndexes: Intervals | undefined;
  /** Failed Pods that stay tracked until their index has a new one. */
  readonly delayed: ReadonlyMap<number, Pod>;
  readonly ending: Ending | undefined;
}

/** Takes it all in; pure. */
export function look(view: JobView): Sight {
  const { job, pods } = view;
  const { uncountedTerminatedPods: uncounted } = job.status;
  const fresh = pods.filter((each) => isTracked(each) && (!isIndexed(job) || validIndexOf(each, job) !== undefined));
  const newSucceeded = fresh.filter(
    ({ status, metadata }) => status.phase === 'Succeeded' && !(uncounted?.succeeded ?? []).includes(metadata.uid ?? ''),
  );
  const newFailed = fresh.filter((each) => isPodFailed(each, job) && !(uncounted?.failed ?? []).includes(each.metadata.uid ?? ''));
  const failed =
    (job.status.failed ?? 0) + newFailed.filter((each) => judgeFailure(job, each).counts).length + (uncounted?.failed?.length ?? 0);
  const counted = (job.status.succeeded ?? 0) + newSucceeded.length + (uncounted?.succeeded?.length ?? 0);
  const indexes = isIndexed(job) ? indexesOf(job, pods) : { previousIndexes: [], succeededIndexes: [], failedIndexes: undefined };
  const active = pods.filter(isPodActive);
  const partial = {
    ...view,
    ...indexes,
    active,
    terminating: pods.filter(isTerminating).length,
    succeeded: isIndexed(job) ? countIndexes(indexes.succeededIndexes) : counted,
    failed,
    record: recordEnds(view.record, newSucceeded, newFailed),
  };
  return { ...partial, delayed: delayedPods(partial), ending: endingOf(partial) };
}

type PartialSight = Omit<Sight, 'delayed' | 'ending'>;

function indexesOf(job: Job, pods: readonly Pod[]): Pick<Sight, 'previousIndexes' | 'succeededIndexes' | 'failedIndexes'> {
  const completions = job.spec.completions ?? 0;
  const previousIndexes = readIndexes(job.status.completedIndexes, completions);
  const indexed = pods.filter((each) => isTracked(each)).flatMap((each) => validIndexOf(each, job) ?? []);
  const having = (test: (pod: Pod) => boolean): number[] =>
    pods.filter((each) => isTracked(each) && test(each)).flatMap((each) => validIndexOf(each, job) ?? []);
  const succeededIndexes =
    indexed.length === 0
      ? previousIndexes
      : addIndexes(
          previousIndexes,
          having(({ status }) => status.phase === 'Succeeded'),
        );
  if (job.spec.backoffLimitPerIndex === undefined) return { previousIndexes, succeededIndexes, failedIndexes: undefined };
  return {
    previousIndexes,
    succeededIndexes,
    failedIndexes: addIndexes(
      readIndexes(job.status.failedIndexes, completions),
      having((each) => failsItsIndex(job, each)),
    ),
  };
}

function failsItsIndex(job: Job, pod: Pod): boolean {
  if (!isPodFailed(pod, job)) return false;
  const { failsIndex, counts } = judgeFailure(job, pod);
  return failsIndex || (counts && indexFailures(pod) >= (job.spec.backoffLimitPerIndex ?? 0));
}

function delayedPods({ job, pods, active, succeededIndexes, failedIndexes }: PartialSight): ReadonlyMap<number, Pod> {
  const delayed = new Map<number, Pod>();
  if (failedIndexes === undefined) return delayed;
  const running = new Set(active.map(indexOf));
  for (const pod of pods) {
    const index = isTracked(pod) && isPodFailed(pod, job) ? validIndexOf(pod, job) : undefined;
    if (index === undefined || running.has(index) || hasIndex(succeededIndexes, index) || hasIndex(failedIndexes, index)) continue;
    const other = delayed.get(index);
    const isLater = other === undefined || (allIndexFailures(other) <= allIndexFailures(pod) && finishedAtMs(pod) >= finishedAtMs(other));
    if (isLater) delayed.set(index, pod);
  }
  return delayed;
}

const failure = (reason: string, message: string): Ending => ({ type: 'FailureTarget', reason, message });

function endingOf(sight: PartialSight): Ending | undefined {
  return begunEnding(sight) ?? failureByPolicy(sight) ?? failureByLimits(sight) ?? endingByIndexes(sight);
}

/** What an earlier reconcile has decided stays decided. */
function begunEnding({ job }: PartialSight): Ending | undefined {
  for (const type of ['SuccessCriteriaMet', 'FailureTarget'] as const) {
    const condition = (job.status.conditions ?? []).find((each) => each.type === type && each.status === 'True');
    if (condition === undefined) continue;
    const { reason = '', message = '' } = condition;
    return { type: type === 'FailureTarget' ? 'Failed' : type, reason, message };
  }
  return undefined;
}

function failureByPolicy({ job, pods }: PartialSight): Ending | undefined {
  if (job.spec.podFailurePolicy === undefined) return undefined;
  for (const pod of pods) {
    const message = isPodFailed(pod, job) ? judgeFailure(job, pod).failsJob : undefined;
    if (message !== undefined) return failure('PodFailurePolicy', message);
  }
  return undefined;
}

function failureByLimits({ job, pods, failed, nowMs }: PartialSight): Ending | undefined {
  if (failed > (job.spec.backoffLimit ?? 6) || hasRestartedTooOften(job, pods))
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  const deadlineMs = deadlineInMs(job, nowMs);
  return deadlineMs !== undefined && deadlineMs <= 0
    ? failure('DeadlineExceeded', 'Job was active longer than specified deadline')
    : undefined;
}

/** Restarts within Pods count where the kubelet does the retrying. */
function hasRestartedTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  const alive = pods.filter(({ status }) => status.phase === 'Running' || status.phase === 'Pending');
  const restarts = alive
    .flatMap(({ status }) => [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  const limit = spec.backoffLimit ?? 6;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** How long the Job may still be active; undefined when it may for ever, or is suspended. */
export function deadlineInMs(job: Job, nowMs: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  if (activeDeadlineSeconds === undefined || isSuspended(job)) return undefined;
  const startedMs = job.status.startTime === undefined ? nowMs : (parseTime(job.status.startTime) ?? nowMs);
  return startedMs + Number(activeDeadlineSeconds) * 1000 - nowMs;
}

function endingByIndexes({ job, succeededIndexes, failedIndexes }: PartialSight): Ending | undefined {
  if (!isIndexed(job)) return undefined;
  const { completions = 0, maxFailedIndexes, successPolicy } = job.spec;
  const failedCount = countIndexes(failedIndexes ?? []);
  if (maxFailedIndexes !== undefined && failedCount > maxFailedIndexes)
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  if (failedCount > 0 && failedCount + countIndexes(succeededIndexes) >= completions)
    return failure('FailedIndexes', 'Job has failed indexes');
  const message = successMessage(successPolicy, completions, succeededIndexes);
  return message === undefined ? undefined : { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message };
}
