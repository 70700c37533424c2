// Scale: the size of a scalable resource, seen through its subresource.

import { nonNegative } from '../../value-checks.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { field, int32, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const scaleSpec = struct('io.k8s.api.autoscaling.v1.ScaleSpec', {
  replicas: int32({ pb: 1, default: 0 }),
});
export interface ScaleSpec extends Infer<typeof scaleSpec> {}

export const scaleStatus = struct('io.k8s.api.autoscaling.v1.ScaleStatus', {
  replicas: int32({ presence: 'always', pb: 1, required: 'published' }),
  selector: string({ pb: 2 }),
});
export interface ScaleStatus extends Infer<typeof scaleStatus> {}

export const scale = defineKind({
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  plural: 'scale',
  scope: 'Namespaced',
  name: 'io.k8s.api.autoscaling.v1.Scale',
  fields: {
    spec: field(scaleSpec, { presence: 'always', pb: 2 }),
    status: field(scaleStatus, { presence: 'always', pb: 3 }),
  },
  check: ({ spec }, _old, at) => [...nonNegative(at.child('spec', 'replicas'), spec.replicas)],
  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', value: ({ spec }) => spec.replicas ?? 0 },
    { name: 'Available', type: 'integer', value: ({ status }) => status.replicas },
    ageColumn,
  ],
});
export interface Scale extends Infer<typeof scale> {}
