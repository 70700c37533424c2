// CronJob: makes Jobs at set times.

import { defineKind } from '../../../machinery/kind.ts';
import { age } from '../../../machinery/age.ts';
import { validateCronJob } from './cron-job-validation.ts';
import { jobTemplateSpec } from './job.ts';
import { objectReference } from '../../core/v1/references.ts';
import { ageColumn, nameColumn, selectorCell, templateColumns } from '../../core/v1/workload-cells.ts';
import { boolean, field, int32, int64, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const cronJobSpec = struct(
  'io.k8s.api.batch.v1.CronJobSpec',
  {
    schedule: string({ presence: 'always', pb: 1, required: 'published' }),
    timeZone: string({ presence: 'pointer', pb: 8 }),
    startingDeadlineSeconds: int64({ presence: 'pointer', pb: 2 }),
    concurrencyPolicy: string({ pb: 3, enum: ['Allow', 'Forbid', 'Replace'], enumChecked: false }),
    suspend: boolean({ presence: 'pointer', pb: 4 }),
    jobTemplate: field(jobTemplateSpec, { presence: 'always', pb: 5, required: 'published' }),
    successfulJobsHistoryLimit: int32({ presence: 'pointer', pb: 6 }),
    failedJobsHistoryLimit: int32({ presence: 'pointer', pb: 7 }),
  },
  {
    defaults(self) {
      if ((self.concurrencyPolicy ?? '') === '') self.concurrencyPolicy = 'Allow';
      self.suspend ??= false;
      self.successfulJobsHistoryLimit ??= 3;
      self.failedJobsHistoryLimit ??= 1;
    },
  },
);
export interface CronJobSpec extends Infer<typeof cronJobSpec> {}

export const cronJobStatus = struct('io.k8s.api.batch.v1.CronJobStatus', {
  active: list(objectReference, { pb: 1, listType: 'atomic' }),
  lastScheduleTime: time({ presence: 'pointer', pb: 4 }),
  lastSuccessfulTime: time({ presence: 'pointer', pb: 5 }),
});
export interface CronJobStatus extends Infer<typeof cronJobStatus> {}

function suspendCell({ suspend }: CronJobSpec): string {
  if (suspend === undefined) return '<unset>';
  return suspend ? 'True' : 'False';
}

const lastScheduleCell = ({ lastScheduleTime }: CronJobStatus, nowMs: number): string =>
  lastScheduleTime === undefined ? '<none>' : age(lastScheduleTime, nowMs);

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
  check: (next, old, at, { subresource }) => (subresource === 'status' ? [] : [...validateCronJob(next, old, at)]),
  columns: [
    nameColumn,
    { name: 'Schedule', type: 'string', value: ({ spec }) => spec.schedule },
    { name: 'Timezone', type: 'string', value: ({ spec }) => spec.timeZone ?? '<none>' },
    { name: 'Suspend', type: 'boolean', value: ({ spec }) => suspendCell(spec) },
    { name: 'Active', type: 'integer', value: ({ status }) => (status.active ?? []).length },
    { name: 'Last Schedule', type: 'string', value: ({ status }, { nowMs }) => lastScheduleCell(status, nowMs) },
    ageColumn,
    ...templateColumns<{ readonly spec: CronJobSpec }>(
      ({ spec }) => spec.jobTemplate.spec.template,
      ({ spec }) => selectorCell(spec.jobTemplate.spec.selector),
    ),
  ],
});
export interface CronJob extends Infer<typeof cronJob> {}
