// When a finished Job may be deleted.

import type { Job } from '../../../api/batch/v1/job.ts';
import { parseTime } from '../../../machinery/timestamp.ts';

/** How long the Job is kept yet; undefined when it is kept for good, or going already. */
export function expiresInMs({ metadata, spec, status }: Job, nowMs: number): number | undefined {
  const { ttlSecondsAfterFinished } = spec;
  if (ttlSecondsAfterFinished === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  const finished = (status.conditions ?? []).find(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  );
  const finishedMs = finished === undefined ? undefined : parseTime(finished.lastTransitionTime);
  return finishedMs === undefined ? undefined : Math.max(0, finishedMs + ttlSecondsAfterFinished * 1000 - nowMs);
}
