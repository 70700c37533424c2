// Cells of the table of Jobs: state in a word, completions, how long it took.

import { humanDuration } from '../../../machinery/age.ts';
import { parseTime } from '../../../machinery/timestamp.ts';
import type { JobStatus } from './job.ts';
import { isJobConditionTrue } from './job-conditions.ts';
import type { JobObject } from './job-validation.ts';

const SHOWN_BEFORE_DELETION = ['Complete', 'Failed'];
const SHOWN_AFTER_DELETION = ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'];

/** The state of a Job in a word. */
export function jobStatusCell(job: JobObject): string {
  const isTrue = (type: string): boolean => isJobConditionTrue(job, type);
  const ended = SHOWN_BEFORE_DELETION.find(isTrue);
  if (ended !== undefined) return ended;
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return SHOWN_AFTER_DELETION.find(isTrue) ?? 'Running';
}

/** How many completions there are of how many. */
export function completionsCell({ spec, status }: JobObject): string {
  const { succeeded = 0 } = status;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const { parallelism = 0 } = spec;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

/** How long the Job ran, or runs so far. */
export function durationCell({ startTime, completionTime }: JobStatus, nowMs: number): string {
  const started = parseTime(startTime ?? '');
  if (started === undefined) return '';
  return humanDuration((parseTime(completionTime ?? '') ?? nowMs) - started);
}
