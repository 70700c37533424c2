// Job: runs Pods until enough of them succeed.

import { defineKind } from '../../../machinery/kind.ts';
import { objectMeta } from '../../../machinery/object-meta.ts';
import { ageColumn, nameColumn, selectorCell, templateColumns } from '../../core/v1/workload-cells.ts';
import { jobStatusCell, completionsCell, durationCell } from './job-cells.ts';
import { validateJobStatus } from './job-status-validation.ts';
import { validateJob } from './job-validation.ts';
import { podTemplateSpec } from '../../core/v1/pod-spec.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { boolean, field, int32, int64, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

const DEFAULT_BACKOFF_LIMIT = 6;
const UNLIMITED = 2 ** 31 - 1;

export const podFailurePolicyOnExitCodesRequirement = struct('io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement', {
  containerName: string({ presence: 'pointer', pb: 1 }),
  operator: string({ presence: 'always', pb: 2, required: 'published', enum: ['In', 'NotIn'], enumChecked: false }),
  values: list(int32(), { presence: 'always', pb: 3, required: 'published', listType: 'set' }),
});
export interface PodFailurePolicyOnExitCodesRequirement extends Infer<typeof podFailurePolicyOnExitCodesRequirement> {}

export const podFailurePolicyOnPodConditionsPattern = struct(
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern',
  {
    type: string({ presence: 'always', pb: 1, required: 'published' }),
    status: string({ presence: 'always', pb: 2 }),
  },
  {
    defaults(self) {
      self.status ||= 'True';
    },
  },
);
export interface PodFailurePolicyOnPodConditionsPattern extends Infer<typeof podFailurePolicyOnPodConditionsPattern> {}

export const podFailurePolicyRule = struct('io.k8s.api.batch.v1.PodFailurePolicyRule', {
  action: string({
    presence: 'always',
    pb: 1,
    required: 'published',
    enum: ['Count', 'FailIndex', 'FailJob', 'Ignore'],
    enumChecked: false,
  }),
  onExitCodes: field(podFailurePolicyOnExitCodesRequirement, { presence: 'pointer', pb: 2 }),
  onPodConditions: list(podFailurePolicyOnPodConditionsPattern, { pb: 3, listType: 'atomic' }),
});
export interface PodFailurePolicyRule extends Infer<typeof podFailurePolicyRule> {}

export const podFailurePolicy = struct('io.k8s.api.batch.v1.PodFailurePolicy', {
  rules: list(podFailurePolicyRule, { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
});
export interface PodFailurePolicy extends Infer<typeof podFailurePolicy> {}

export const successPolicyRule = struct('io.k8s.api.batch.v1.SuccessPolicyRule', {
  succeededIndexes: string({ presence: 'pointer', pb: 1 }),
  succeededCount: int32({ presence: 'pointer', pb: 2 }),
});
export interface SuccessPolicyRule extends Infer<typeof successPolicyRule> {}

export const successPolicy = struct('io.k8s.api.batch.v1.SuccessPolicy', {
  rules: list(successPolicyRule, { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
});
export interface SuccessPolicy extends Infer<typeof successPolicy> {}

export const jobSpec = struct('io.k8s.api.batch.v1.JobSpec', {
  parallelism: int32({ presence: 'pointer', pb: 1 }),
  completions: int32({ presence: 'pointer', pb: 2 }),
  activeDeadlineSeconds: int64({ presence: 'pointer', pb: 3 }),
  podFailurePolicy: field(podFailurePolicy, { presence: 'pointer', pb: 11 }),
  successPolicy: field(successPolicy, { presence: 'pointer', pb: 16 }),
  backoffLimit: int32({ presence: 'pointer', pb: 7 }),
  backoffLimitPerIndex: int32({ presence: 'pointer', pb: 12 }),
  maxFailedIndexes: int32({ presence: 'pointer', pb: 13 }),
  selector: field(labelSelector, { presence: 'pointer', pb: 4 }),
  manualSelector: boolean({ presence: 'pointer', pb: 5 }),
  template: field(podTemplateSpec, { presence: 'always', pb: 6, required: 'published' }),
  ttlSecondsAfterFinished: int32({ presence: 'pointer', pb: 8 }),
  completionMode: string({ presence: 'pointer', pb: 9, enum: ['Indexed', 'NonIndexed'], enumChecked: false }),
  suspend: boolean({ presence: 'pointer', pb: 10 }),
  podReplacementPolicy: string({ presence: 'pointer', pb: 14, enum: ['Failed', 'TerminatingOrFailed'], enumChecked: false }),
  managedBy: string({ presence: 'pointer', pb: 15 }),
});
export interface JobSpec extends Infer<typeof jobSpec> {}

export const jobCondition = struct('io.k8s.api.batch.v1.JobCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  lastProbeTime: time({ presence: 'always', pb: 3 }),
  lastTransitionTime: time({ presence: 'always', pb: 4 }),
  reason: string({ pb: 5 }),
  message: string({ pb: 6 }),
});
export interface JobCondition extends Infer<typeof jobCondition> {}

export const uncountedTerminatedPods = struct('io.k8s.api.batch.v1.UncountedTerminatedPods', {
  succeeded: list(string(), { pb: 1, listType: 'set' }),
  failed: list(string(), { pb: 2, listType: 'set' }),
});
export interface UncountedTerminatedPods extends Infer<typeof uncountedTerminatedPods> {}

export const jobStatus = struct('io.k8s.api.batch.v1.JobStatus', {
  conditions: list(jobCondition, { pb: 1, listType: 'atomic', mergeKey: 'type', patchStrategy: ['merge'] }),
  startTime: time({ presence: 'pointer', pb: 2 }),
  completionTime: time({ presence: 'pointer', pb: 3 }),
  active: int32({ pb: 4 }),
  succeeded: int32({ pb: 5 }),
  failed: int32({ pb: 6 }),
  terminating: int32({ presence: 'pointer', pb: 11 }),
  completedIndexes: string({ pb: 7 }),
  failedIndexes: string({ presence: 'pointer', pb: 10 }),
  uncountedTerminatedPods: field(uncountedTerminatedPods, { presence: 'pointer', pb: 8 }),
  ready: int32({ presence: 'pointer', pb: 9 }),
});
export interface JobStatus extends Infer<typeof jobStatus> {}

export const job = defineKind({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  scope: 'Namespaced',
  name: 'io.k8s.api.batch.v1.Job',
  fields: {
    spec: field(jobSpec, { presence: 'always', pb: 2 }),
    status: field(jobStatus, { presence: 'always', pb: 3 }),
  },
  // Of this kind only: the Jobs in the templates of CronJobs get theirs when they are made.
  defaults(self) {
    const { spec, metadata } = self;
    if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
    spec.parallelism ??= 1;
    spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? DEFAULT_BACKOFF_LIMIT : UNLIMITED;
    const { labels } = spec.template.metadata;
    if (labels !== undefined && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
    spec.completionMode ??= 'NonIndexed';
    spec.suspend ??= false;
    spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed';
    spec.manualSelector ??= false;
  },
  check: (next, old, at, { subresource }) => [
    ...(subresource === 'status' && old !== undefined ? validateJobStatus(next, old, at.child('status')) : validateJob(next, old, at)),
  ],
  columns: [
    nameColumn,
    { name: 'Status', type: 'string', value: jobStatusCell },
    { name: 'Completions', type: 'string', value: completionsCell },
    { name: 'Duration', type: 'string', value: ({ status }, { nowMs }) => durationCell(status, nowMs) },
    ageColumn,
    ...templateColumns<{ readonly spec: JobSpec }>(
      ({ spec }) => spec.template,
      ({ spec }) => selectorCell(spec.selector),
    ),
  ],
  selectableFields: { 'status.successful': ({ status }) => String(status.succeeded ?? 0) },
});
export interface Job extends Infer<typeof job> {}

export const jobTemplateSpec = struct('io.k8s.api.batch.v1.JobTemplateSpec', {
  metadata: field(objectMeta, { presence: 'always', pb: 1 }),
  spec: field(jobSpec, { presence: 'always', pb: 2 }),
});
export interface JobTemplateSpec extends Infer<typeof jobTemplateSpec> {}
