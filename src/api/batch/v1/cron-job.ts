// CronJob: makes Jobs at set times.

import { defineKind } from '../../../machinery/kind.ts';
import { jobTemplateSpec } from './job.ts';
import { objectReference } from '../../core/v1/references.ts';
import { boolean, field, int32, int64, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const cronJobSpec = struct('io.k8s.api.batch.v1.CronJobSpec', {
  schedule: string({ presence: 'always', pb: 1, required: 'published' }),
  timeZone: string({ presence: 'pointer', pb: 8 }),
  startingDeadlineSeconds: int64({ presence: 'pointer', pb: 2 }),
  concurrencyPolicy: string({ pb: 3, enum: ['Allow', 'Forbid', 'Replace'], enumChecked: false }),
  suspend: boolean({ presence: 'pointer', pb: 4 }),
  jobTemplate: field(jobTemplateSpec, { presence: 'always', pb: 5, required: 'published' }),
  successfulJobsHistoryLimit: int32({ presence: 'pointer', pb: 6 }),
  failedJobsHistoryLimit: int32({ presence: 'pointer', pb: 7 }),
});
export interface CronJobSpec extends Infer<typeof cronJobSpec> {}

export const cronJobStatus = struct('io.k8s.api.batch.v1.CronJobStatus', {
  active: list(objectReference, { pb: 1, listType: 'atomic' }),
  lastScheduleTime: time({ presence: 'pointer', pb: 4 }),
  lastSuccessfulTime: time({ presence: 'pointer', pb: 5 }),
});
export interface CronJobStatus extends Infer<typeof cronJobStatus> {}

export const cronJob = defineKind({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  scope: 'Namespaced',
  name: 'io.k8s.api.batch.v1.CronJob',
  fields: {
    spec: field(cronJobSpec, { presence: 'always', pb: 2, required: 'published' }),
    status: field(cronJobStatus, { presence: 'always', pb: 3 }),
  },
});
export interface CronJob extends Infer<typeof cronJob> {}
