// Checks of what a controller reports about a Job. Most rules look only at what a report changes, so that reports made
// before a rule existed do not lock their Job.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { duplicate, invalid, OMITTED, required } from '../../../machinery/problem.ts';
import { parseTime } from '../../../machinery/timestamp.ts';
import { nonNegative } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { parseIndexes } from './completion-indexes.ts';
import type { IndexInterval } from './completion-indexes.ts';
import type { JobStatus } from './job.ts';
import { hasJobStatus, isJobComplete, isJobConditionTrue, isJobFailed, isJobFinished } from './job-conditions.ts';
import type { JobObject } from './job-validation.ts';

/** A report next to the one before it. */
interface Report {
  readonly job: JobObject;
  readonly old: JobObject;
  /** Whether one of the fields differs from before. */
  changed(...fields: readonly (keyof JobStatus)[]): boolean;
  /** Whether one of the facts about the Job differs from before. */
  turned(...facts: readonly ((job: JobObject) => boolean)[]): boolean;
}

const isFailureTarget = (job: JobObject): boolean => isJobConditionTrue(job, 'FailureTarget');
const isSuccessCriteriaMet = (job: JobObject): boolean => isJobConditionTrue(job, 'SuccessCriteriaMet');

/** Checks a change through the status subresource. */
export function* validateJobStatus(job: JobObject, old: JobObject, at: FieldPath): Problems {
  const report: Report = {
    job,
    old,
    changed: (...fields) => fields.some((field) => !semanticEqual(job.status[field], old.status[field])),
    turned: (...facts) => facts.some((fact) => fact(job) !== fact(old)),
  };
  yield* validateCounts(job.status, at);
  yield* validateCompletion(report, at);
  yield* validateVerdict(report, at);
  yield* validateIndexes(report, at);
  yield* validateRunning(report, at);
  yield* validateSuccessCriteria(report, at);
  yield* validateProgress(report, at);
}

function* validateCounts(status: JobStatus, at: FieldPath): Problems {
  for (const field of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const)
    yield* nonNegative(at.child(field), status[field]);
  const seen = new Set<string>();
  for (const field of ['succeeded', 'failed'] as const)
    for (const [index, uid] of (status.uncountedTerminatedPods?.[field] ?? []).entries()) {
      const here = at.child('uncountedTerminatedPods', field).index(index);
      if (uid === '') yield invalid(here, uid, 'must not be empty');
      else if (seen.has(uid)) yield duplicate(here, uid);
      seen.add(uid);
    }
}

function* validateCompletion({ job, changed, turned }: Report, at: FieldPath): Problems {
  const { startTime, completionTime } = job.status;
  const conditions = at.child('conditions');
  const here = at.child('completionTime');
  const complete = isJobComplete(job);
  if (turned(isJobComplete, isJobFailed) && complete && isJobFailed(job))
    yield invalid(conditions, OMITTED, 'cannot set Complete=True and Failed=true conditions');
  if (turned(isJobComplete, isFailureTarget) && complete && isFailureTarget(job))
    yield invalid(conditions, OMITTED, 'cannot set Complete=True and FailureTarget=true conditions');
  if (turned(isJobComplete) || changed('completionTime')) {
    if (completionTime !== undefined && !complete)
      yield invalid(here, completionTime, 'cannot set completionTime when there is no Complete=True condition');
    if (completionTime === undefined && complete) yield required(here, 'completionTime is required for Complete jobs');
  }
  if (!changed('startTime', 'completionTime') || startTime === undefined || completionTime === undefined) return;
  if ((parseTime(completionTime) ?? 0) < (parseTime(startTime) ?? 0))
    yield invalid(here, completionTime, 'must be equal to or after `startTime`');
}

function* validateVerdict({ job, changed, turned }: Report, at: FieldPath): Problems {
  const { status, spec } = job;
  const conditions = at.child('conditions');
  const finished = isJobFinished(job);
  const ended = turned(isJobFinished);
  if ((turned(isJobFailed) || changed('failedIndexes')) && isJobFailed(job) && !isFailureTarget(job))
    yield invalid(conditions, OMITTED, 'cannot set Failed=True condition without the FailureTarget=true condition');
  if (turned(isJobComplete, isSuccessCriteriaMet) && isJobComplete(job) && !isSuccessCriteriaMet(job))
    yield invalid(conditions, OMITTED, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
  if (!finished) return;
  const { active = 0, uncountedTerminatedPods: uncounted } = status;
  if ((ended || changed('active')) && active > 0) yield invalid(at.child('active'), active, 'active>0 is invalid for finished job');
  const neverRan = spec.suspend === true && spec.completions === 0;
  if ((ended || changed('startTime')) && !neverRan && status.startTime === undefined)
    yield required(at.child('startTime'), 'startTime is required for finished job');
  const left = [...(uncounted?.failed ?? []), ...(uncounted?.succeeded ?? [])];
  if ((ended || changed('uncountedTerminatedPods')) && left.length > 0)
    yield invalid(
      at.child('uncountedTerminatedPods'),
      { Succeeded: uncounted?.succeeded ?? null, Failed: uncounted?.failed ?? null },
      'must be empty for finished job',
    );
}

function* validateIndexes({ job, changed }: Report, at: FieldPath): Problems {
  const { completedIndexes = '', failedIndexes } = job.status;
  const { completions, backoffLimitPerIndex, completionMode } = job.spec;
  const completed = at.child('completedIndexes');
  const failed = at.child('failedIndexes');
  if (changed('completedIndexes') && completions !== undefined) {
    const parsed = parseIndexes(completedIndexes, completions);
    if ('error' in parsed) yield invalid(completed, completedIndexes, `error parsing completedIndexes: ${parsed.error}`);
  }
  if (changed('failedIndexes') && completions !== undefined && backoffLimitPerIndex !== undefined && failedIndexes !== undefined) {
    const parsed = parseIndexes(failedIndexes, completions);
    if ('error' in parsed) yield invalid(failed, failedIndexes, `error parsing failedIndexes: ${parsed.error}`);
  }
  if (changed('completedIndexes') && completedIndexes !== '' && completionMode !== 'Indexed')
    yield invalid(completed, completedIndexes, 'cannot set non-empty completedIndexes when non-indexed completion mode');
  if (changed('failedIndexes') && backoffLimitPerIndex === undefined && failedIndexes !== undefined)
    yield invalid(failed, failedIndexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  if (!changed('failedIndexes', 'completedIndexes') || completions === undefined || failedIndexes === undefined) return;
  const overlap = firstOverlap(readable(completedIndexes, completions), readable(failedIndexes, completions));
  if (overlap !== undefined) yield invalid(failed, failedIndexes, `failedIndexes and completedIndexes overlap at index: ${overlap}`);
}

// What does not parse is reported elsewhere; here only the rest counts.
function readable(text: string, completions: number): readonly IndexInterval[] {
  return text.split(',').flatMap((part) => {
    const parsed = parseIndexes(part, completions);
    return 'error' in parsed ? [] : parsed.intervals;
  });
}

function firstOverlap(left: readonly IndexInterval[], right: readonly IndexInterval[]): number | undefined {
  for (const a of left) for (const b of right) if (a.first <= b.last && b.first <= a.last) return Math.max(a.first, b.first);
  return undefined;
}

function* validateRunning({ job, changed, turned }: Report, at: FieldPath): Problems {
  const { terminating = 0, ready, active = 0 } = job.status;
  if ((turned(isJobFinished) || changed('terminating')) && terminating > 0 && isJobFinished(job))
    yield invalid(at.child('terminating'), terminating, 'terminating>0 is invalid for finished job');
  if (changed('ready', 'active') && ready !== undefined && ready > active)
    yield invalid(at.child('ready'), ready, 'cannot set more ready pods than active');
}

function* validateSuccessCriteria({ job }: Report, at: FieldPath): Problems {
  const here = at.child('conditions');
  const met = isSuccessCriteriaMet(job);
  if (met && isJobFailed(job)) yield invalid(here, OMITTED, 'cannot set SuccessCriteriaMet=True and Failed=true conditions');
  if (met && isFailureTarget(job)) yield invalid(here, OMITTED, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  if (job.spec.successPolicy !== undefined && !met && isJobComplete(job))
    yield invalid(here, OMITTED, 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True');
}

function* validateProgress({ job, old, changed }: Report, at: FieldPath): Problems {
  const { status, spec } = job;
  const conditions = at.child('conditions');
  for (const type of ['Failed', 'Complete', 'FailureTarget'])
    if (isJobConditionTrue(old, type) && !isJobConditionTrue(job, type))
      yield invalid(conditions, OMITTED, `cannot disable the terminal ${type}=True condition`);
  const elastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  for (const field of elastic ? (['failed'] as const) : (['failed', 'succeeded'] as const))
    if ((status[field] ?? 0) < (old.status[field] ?? 0))
      yield invalid(at.child(field), status[field] ?? 0, `cannot decrease the ${field} counter`);
  if (changed('completionTime') && status.completionTime !== undefined && old.status.completionTime !== undefined)
    yield invalid(at.child('completionTime'), status.completionTime, 'field is immutable');
  const resuming = hasJobStatus(old.status, 'Suspended', 'True') && hasJobStatus(status, 'Suspended', 'False');
  if (changed('startTime') && !resuming && old.status.startTime !== undefined && spec.suspend !== true)
    yield invalid(at.child('startTime'), status.startTime ?? null, 'field is immutable for unsuspended job once set');
  if (isSuccessCriteriaMet(old) && !isSuccessCriteriaMet(job))
    yield invalid(conditions, OMITTED, 'cannot disable the SuccessCriteriaMet=True condition');
  if (isJobComplete(old) && !isSuccessCriteriaMet(old) && isSuccessCriteriaMet(job))
    yield invalid(conditions, OMITTED, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions');
}
