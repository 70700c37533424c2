// The conditions of a Job, and whether it is over.

import type { JobCondition } from './job.ts';

interface Conditioned {
  readonly status: { readonly conditions?: readonly JobCondition[] | undefined };
}

/** Whether the condition of the type is true. */
export const isJobConditionTrue = ({ status }: Conditioned, type: string): boolean => hasJobStatus(status, type, 'True');

/** Whether the status has the condition of the type with that value. */
export function hasJobStatus(status: Conditioned['status'], type: string, value: string): boolean {
  return (status.conditions ?? []).some((condition) => condition.type === type && condition.status === value);
}

export const isJobComplete = (job: Conditioned): boolean => isJobConditionTrue(job, 'Complete');
export const isJobFailed = (job: Conditioned): boolean => isJobConditionTrue(job, 'Failed');

/** Whether nothing more will happen to the Job. */
export const isJobFinished = (job: Conditioned): boolean => isJobComplete(job) || isJobFailed(job);
