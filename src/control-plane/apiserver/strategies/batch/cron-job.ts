// How a CronJob is written: what is reset, kept and counted.

import { cronJob } from '../../../../api/batch/v1/cron-job.ts';
import { nameWarnings } from '../name-warning.ts';
import { resource, statusOnly } from '../resource.ts';

export const cronJobStrategy = resource(cronJob, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  warnings: (next, old) => nameWarnings(next, old),
  subresources: { status: statusOnly() },
});
