// ReplicaSet: keeps a number of like Pods.

import { defineKind } from '../../../machinery/kind.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { podTemplateSpec } from '../../core/v1/pod-spec.ts';
import { ageColumn, nameColumn, selectorCell, templateColumns } from '../../core/v1/workload-cells.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { nonNegative, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { countsAreNatural, partsFitReplicas } from './replica-status-validation.ts';
import { validateSelectorAndTemplate } from './workload-selector.ts';
import { field, int32, int64, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const replicaSetSpec = struct(
  'io.k8s.api.apps.v1.ReplicaSetSpec',
  {
    replicas: int32({ presence: 'pointer', pb: 1 }),
    minReadySeconds: int32({ pb: 4 }),
    selector: field(labelSelector, { presence: 'pointer', pb: 2, required: 'published' }),
    template: field(podTemplateSpec, { presence: 'always', pb: 3 }),
  },
  {
    defaults(self) {
      self.replicas ??= 1;
    },
  },
);
export interface ReplicaSetSpec extends Infer<typeof replicaSetSpec> {}

export const replicaSetCondition = struct('io.k8s.api.apps.v1.ReplicaSetCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  lastTransitionTime: time({ presence: 'always', pb: 3 }),
  reason: string({ pb: 4 }),
  message: string({ pb: 5 }),
});
export interface ReplicaSetCondition extends Infer<typeof replicaSetCondition> {}

export const replicaSetStatus = struct('io.k8s.api.apps.v1.ReplicaSetStatus', {
  replicas: int32({ presence: 'always', pb: 1, required: 'published' }),
  fullyLabeledReplicas: int32({ pb: 2 }),
  readyReplicas: int32({ pb: 4 }),
  availableReplicas: int32({ pb: 5 }),
  terminatingReplicas: int32({ presence: 'pointer', pb: 7 }),
  observedGeneration: int64({ pb: 3 }),
  conditions: list(replicaSetCondition, { pb: 6, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
});
export interface ReplicaSetStatus extends Infer<typeof replicaSetStatus> {}

function* validateSpec(spec: ReplicaSetSpec, old: ReplicaSetSpec | undefined, at: FieldPath): Problems {
  yield* nonNegative(at.child('replicas'), spec.replicas);
  yield* nonNegative(at.child('minReadySeconds'), spec.minReadySeconds);
  yield* validateSelectorAndTemplate(spec, old, at);
  if (old !== undefined) yield* unchanged(at.child('selector'), spec.selector, old.selector);
}

function* validateStatus(status: ReplicaSetStatus, at: FieldPath): Problems {
  const { replicas, fullyLabeledReplicas, readyReplicas, availableReplicas, observedGeneration, terminatingReplicas } = status;
  yield* countsAreNatural(
    { replicas, fullyLabeledReplicas, readyReplicas, availableReplicas, observedGeneration, terminatingReplicas },
    at,
  );
  yield* partsFitReplicas(status, { fullyLabeledReplicas }, at);
}

export const replicaSet = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  scope: 'Namespaced',
  name: 'io.k8s.api.apps.v1.ReplicaSet',
  fields: {
    spec: field(replicaSetSpec, { presence: 'always', pb: 2 }),
    status: field(replicaSetStatus, { presence: 'always', pb: 3 }),
  },
  check: (next, old, at, { subresource }) =>
    subresource === 'status'
      ? [...validateStatus(next.status, at.child('status'))]
      : [...validateSpec(next.spec, old?.spec, at.child('spec'))],
  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', value: ({ spec }) => spec.replicas ?? 0 },
    { name: 'Current', type: 'integer', value: ({ status }) => status.replicas },
    { name: 'Ready', type: 'integer', value: ({ status }) => status.readyReplicas ?? 0 },
    ageColumn,
    ...templateColumns<{ readonly spec: ReplicaSetSpec }>(
      ({ spec }) => spec.template,
      ({ spec }) => selectorCell(spec.selector),
    ),
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status.replicas) },
});
export interface ReplicaSet extends Infer<typeof replicaSet> {}
