// PodDisruptionBudget: how many Pods may be taken away at once.

import { validateBudgetSpec, validateBudgetStatus } from './pod-disruption-budget-validation.ts';
import { nameIsPathSegment } from '../../../machinery/names.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { condition } from '../../meta/v1/condition.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { field, int32, int64, intOrString, list, map, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const podDisruptionBudgetSpec = struct('io.k8s.api.policy.v1.PodDisruptionBudgetSpec', {
  minAvailable: intOrString({ presence: 'pointer', pb: 1 }),
  selector: field(labelSelector, { presence: 'pointer', pb: 2, patchStrategy: ['replace'] }),
  maxUnavailable: intOrString({ presence: 'pointer', pb: 3 }),
  unhealthyPodEvictionPolicy: string({ presence: 'pointer', pb: 4, enum: ['AlwaysAllow', 'IfHealthyBudget'], enumChecked: false }),
});
export interface PodDisruptionBudgetSpec extends Infer<typeof podDisruptionBudgetSpec> {}

export const podDisruptionBudgetStatus = struct('io.k8s.api.policy.v1.PodDisruptionBudgetStatus', {
  observedGeneration: int64({ pb: 1 }),
  disruptedPods: map(time(), { pb: 2 }),
  disruptionsAllowed: int32({ presence: 'always', pb: 3 }),
  currentHealthy: int32({ presence: 'always', pb: 4 }),
  desiredHealthy: int32({ presence: 'always', pb: 5 }),
  expectedPods: int32({ presence: 'always', pb: 6 }),
  conditions: list(condition, { pb: 7, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
});
export interface PodDisruptionBudgetStatus extends Infer<typeof podDisruptionBudgetStatus> {}

export const podDisruptionBudget = defineKind({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  scope: 'Namespaced',
  metadataRules: 'afterwards',
  name: 'io.k8s.api.policy.v1.PodDisruptionBudget',
  fields: {
    spec: field(podDisruptionBudgetSpec, { presence: 'always', pb: 2 }),
    status: field(podDisruptionBudgetStatus, { presence: 'always', pb: 3 }),
  },
  // Upstream checks no more of the name.
  nameProblems: nameIsPathSegment,
  check: (next, old, at, { subresource }) =>
    subresource === 'status'
      ? [...validateBudgetStatus(next.status, at.child('status'))]
      : [...validateBudgetSpec(next.spec, old?.spec, at.child('spec'))],
  columns: [
    nameColumn,
    { name: 'Min Available', type: 'string', value: ({ spec }) => String(spec.minAvailable ?? 'N/A') },
    { name: 'Max Unavailable', type: 'string', value: ({ spec }) => String(spec.maxUnavailable ?? 'N/A') },
    { name: 'Allowed Disruptions', type: 'integer', value: ({ status }) => status.disruptionsAllowed },
    ageColumn,
  ],
});
export interface PodDisruptionBudget extends Infer<typeof podDisruptionBudget> {}
