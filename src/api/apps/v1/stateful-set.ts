// StatefulSet: Pods with lasting names and storage.

import { defineKind } from '../../../machinery/kind.ts';
import { nameIsDnsLabel } from '../../../machinery/names.ts';
import { persistentVolumeClaim } from '../../core/v1/persistent-volume-claim.ts';
import { podTemplateSpec } from '../../core/v1/pod-spec.ts';
import { ageColumn, imageColumns, nameColumn } from '../../core/v1/workload-cells.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { validateStatefulSetSpec, validateStatefulSetStatus } from './stateful-set-validation.ts';
import { field, int32, int64, intOrString, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const rollingUpdateStatefulSetStrategy = struct('io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy', {
  partition: int32({ presence: 'pointer', pb: 1 }),
  maxUnavailable: intOrString({ presence: 'pointer', pb: 2, gate: 'MaxUnavailableStatefulSet' }),
});
export interface RollingUpdateStatefulSetStrategy extends Infer<typeof rollingUpdateStatefulSetStrategy> {}

export const statefulSetUpdateStrategy = struct(
  'io.k8s.api.apps.v1.StatefulSetUpdateStrategy',
  {
    type: string({ pb: 1, enum: ['OnDelete', 'RollingUpdate'], enumChecked: false }),
    rollingUpdate: field(rollingUpdateStatefulSetStrategy, { presence: 'pointer', pb: 2 }),
  },
  {
    defaults(self) {
      if ((self.type ?? '') === '') {
        self.type = 'RollingUpdate';
        self.rollingUpdate ??= {};
      }
      if (self.rollingUpdate !== undefined) self.rollingUpdate.partition ??= 0;
    },
  },
);
export interface StatefulSetUpdateStrategy extends Infer<typeof statefulSetUpdateStrategy> {}

export const statefulSetPersistentVolumeClaimRetentionPolicy = struct(
  'io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy',
  {
    whenDeleted: string({ pb: 1 }),
    whenScaled: string({ pb: 2 }),
  },
);
export interface StatefulSetPersistentVolumeClaimRetentionPolicy extends Infer<typeof statefulSetPersistentVolumeClaimRetentionPolicy> {}

export const statefulSetOrdinals = struct('io.k8s.api.apps.v1.StatefulSetOrdinals', {
  start: int32({ presence: 'always', pb: 1 }),
});
export interface StatefulSetOrdinals extends Infer<typeof statefulSetOrdinals> {}

export const statefulSetSpec = struct(
  'io.k8s.api.apps.v1.StatefulSetSpec',
  {
    replicas: int32({ presence: 'pointer', pb: 1 }),
    selector: field(labelSelector, { presence: 'pointer', pb: 2, required: 'published' }),
    template: field(podTemplateSpec, { presence: 'always', pb: 3, required: 'published' }),
    volumeClaimTemplates: list(persistentVolumeClaim.struct, { pb: 4, listType: 'atomic' }),
    serviceName: string({ presence: 'always', pb: 5 }),
    podManagementPolicy: string({ pb: 6, enum: ['OrderedReady', 'Parallel'], enumChecked: false }),
    updateStrategy: field(statefulSetUpdateStrategy, { presence: 'always', pb: 7 }),
    revisionHistoryLimit: int32({ presence: 'pointer', pb: 8 }),
    minReadySeconds: int32({ pb: 9 }),
    persistentVolumeClaimRetentionPolicy: field(statefulSetPersistentVolumeClaimRetentionPolicy, { presence: 'pointer', pb: 10 }),
    ordinals: field(statefulSetOrdinals, { presence: 'pointer', pb: 11 }),
  },
  {
    defaults(self) {
      if ((self.podManagementPolicy ?? '') === '') self.podManagementPolicy = 'OrderedReady';
      self.persistentVolumeClaimRetentionPolicy ??= {};
      self.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
      self.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
      self.replicas ??= 1;
      self.revisionHistoryLimit ??= 10;
      for (const claim of self.volumeClaimTemplates ?? []) {
        claim.kind = persistentVolumeClaim.kind;
        claim.apiVersion = persistentVolumeClaim.apiVersion;
        persistentVolumeClaim.defaults?.(claim);
      }
    },
  },
);
export interface StatefulSetSpec extends Infer<typeof statefulSetSpec> {}

export const statefulSetCondition = struct('io.k8s.api.apps.v1.StatefulSetCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  lastTransitionTime: time({ presence: 'always', pb: 3 }),
  reason: string({ pb: 4 }),
  message: string({ pb: 5 }),
});
export interface StatefulSetCondition extends Infer<typeof statefulSetCondition> {}

export const statefulSetStatus = struct('io.k8s.api.apps.v1.StatefulSetStatus', {
  observedGeneration: int64({ pb: 1 }),
  replicas: int32({ presence: 'always', pb: 2, required: 'published' }),
  readyReplicas: int32({ pb: 3 }),
  currentReplicas: int32({ pb: 4 }),
  updatedReplicas: int32({ pb: 5 }),
  currentRevision: string({ pb: 6 }),
  updateRevision: string({ pb: 7 }),
  collisionCount: int32({ presence: 'pointer', pb: 9 }),
  conditions: list(statefulSetCondition, { pb: 10, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
  availableReplicas: int32({ presence: 'always', pb: 11 }),
});
export interface StatefulSetStatus extends Infer<typeof statefulSetStatus> {}

export const statefulSet = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  scope: 'Namespaced',
  name: 'io.k8s.api.apps.v1.StatefulSet',
  fields: {
    spec: field(statefulSetSpec, { presence: 'always', pb: 2 }),
    status: field(statefulSetStatus, { presence: 'always', pb: 3 }),
  },
  nameProblems: nameIsDnsLabel,
  check: (next, old, at, { subresource }) =>
    subresource === 'status'
      ? [...validateStatefulSetStatus(next.status, old?.status, at.child('status'))]
      : [...validateStatefulSetSpec(next.spec, old?.spec, at.child('spec'))],
  columns: [
    nameColumn,
    { name: 'Ready', type: 'string', value: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}` },
    ageColumn,
    ...imageColumns<{ readonly spec: StatefulSetSpec }>(({ spec }) => spec.template),
  ],
});
export interface StatefulSet extends Infer<typeof statefulSet> {}
