// ReplicationController: the elder of ReplicaSet.

import { defineKind } from '../../../machinery/kind.ts';
import { nameIsDnsSubdomain } from '../../../machinery/names.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { required } from '../../../machinery/problem.ts';
import { labelSelectorFromMap } from '../../../machinery/selectors/label-selector.ts';
import { countsAreNatural, partsFitReplicas } from '../../apps/v1/replica-status-validation.ts';
import { nonNegative } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { podTemplateSpec } from './pod-spec.ts';
import { selectorMatchesTemplate, validateEndlessTemplate } from './pod-template-validation.ts';
import { ageColumn, labelsCell, nameColumn, templateColumns } from './workload-cells.ts';
import { field, int32, int64, list, map, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const replicationControllerSpec = struct('io.k8s.api.core.v1.ReplicationControllerSpec', {
  replicas: int32({ presence: 'pointer', pb: 1, default: 1 }),
  minReadySeconds: int32({ pb: 4, default: 0 }),
  selector: map(string(), { pb: 2, mapType: 'atomic' }),
  template: field(podTemplateSpec, { presence: 'pointer', pb: 3 }),
});
export interface ReplicationControllerSpec extends Infer<typeof replicationControllerSpec> {}

export const replicationControllerCondition = struct('io.k8s.api.core.v1.ReplicationControllerCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  lastTransitionTime: time({ presence: 'always', pb: 3 }),
  reason: string({ pb: 4 }),
  message: string({ pb: 5 }),
});
export interface ReplicationControllerCondition extends Infer<typeof replicationControllerCondition> {}

export const replicationControllerStatus = struct('io.k8s.api.core.v1.ReplicationControllerStatus', {
  replicas: int32({ presence: 'always', pb: 1, required: 'published' }),
  fullyLabeledReplicas: int32({ pb: 2 }),
  readyReplicas: int32({ pb: 4 }),
  availableReplicas: int32({ pb: 5 }),
  observedGeneration: int64({ pb: 3 }),
  conditions: list(replicationControllerCondition, {
    pb: 6,
    listType: 'map',
    listMapKeys: ['type'],
    mergeKey: 'type',
    patchStrategy: ['merge'],
  }),
});
export interface ReplicationControllerStatus extends Infer<typeof replicationControllerStatus> {}

function* validateSpec(spec: ReplicationControllerSpec, old: ReplicationControllerSpec | undefined, at: FieldPath): Problems {
  const { selector = {}, template } = spec;
  yield* nonNegative(at.child('minReadySeconds'), spec.minReadySeconds);
  const selects = Object.keys(selector).length > 0;
  if (!selects) yield required(at.child('selector'));
  yield* nonNegative(at.child('replicas'), spec.replicas);
  const here = at.child('template');
  if (template === undefined) return yield required(here);
  if (selects) yield* selectorMatchesTemplate(labelSelectorFromMap(selector), template, here);
  yield* validateEndlessTemplate(template, old?.template, 'ReplicationController', here);
}

function* validateStatus(status: ReplicationControllerStatus, at: FieldPath): Problems {
  const { replicas, fullyLabeledReplicas, readyReplicas, availableReplicas, observedGeneration } = status;
  yield* countsAreNatural({ replicas, fullyLabeledReplicas, readyReplicas, availableReplicas, observedGeneration }, at);
  yield* partsFitReplicas(status, { fullyLabeledReplicas }, at);
}

export const replicationController = defineKind({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.ReplicationController',
  // The start of a generated name is not looked at, only the name that comes of it.
  nameProblems: (name, prefix) => (prefix ? [] : nameIsDnsSubdomain(name, prefix)),
  fields: {
    spec: field(replicationControllerSpec, { presence: 'always', pb: 2 }),
    status: field(replicationControllerStatus, { presence: 'always', pb: 3 }),
  },
  defaults(self) {
    const labels = self.spec.template?.metadata.labels;
    if (labels === undefined) return;
    if (Object.keys(self.spec.selector ?? {}).length === 0) self.spec.selector = { ...labels };
    if (Object.keys(self.metadata.labels ?? {}).length === 0) self.metadata.labels = { ...labels };
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
    ...templateColumns<{ readonly spec: ReplicationControllerSpec }>(
      ({ spec }) => spec.template,
      ({ spec }) => labelsCell(spec.selector),
    ),
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status.replicas) },
});
export interface ReplicationController extends Infer<typeof replicationController> {}
