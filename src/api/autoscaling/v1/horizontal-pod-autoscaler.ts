// HorizontalPodAutoscaler, as autoscaling/v1 serves it.

import { flatAutoscalerColumns } from './horizontal-pod-autoscaler-columns.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { field, int32, int64, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const crossVersionObjectReference = struct(
  'io.k8s.api.autoscaling.v1.CrossVersionObjectReference',
  {
    kind: string({ presence: 'always', pb: 1, required: 'published' }),
    name: string({ presence: 'always', pb: 2, required: 'published' }),
    apiVersion: string({ pb: 3 }),
  },
  { structType: 'atomic' },
);
export interface CrossVersionObjectReference extends Infer<typeof crossVersionObjectReference> {}

export const horizontalPodAutoscalerSpec = struct('io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec', {
  scaleTargetRef: field(crossVersionObjectReference, { presence: 'always', pb: 1, required: 'published' }),
  minReplicas: int32({ presence: 'pointer', pb: 2 }),
  maxReplicas: int32({ presence: 'always', pb: 3, required: 'published' }),
  targetCPUUtilizationPercentage: int32({ presence: 'pointer', pb: 4 }),
});
export interface HorizontalPodAutoscalerSpec extends Infer<typeof horizontalPodAutoscalerSpec> {}

export const horizontalPodAutoscalerStatus = struct('io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus', {
  observedGeneration: int64({ presence: 'pointer', pb: 1 }),
  lastScaleTime: time({ presence: 'pointer', pb: 2 }),
  currentReplicas: int32({ presence: 'always', pb: 3, required: 'published' }),
  desiredReplicas: int32({ presence: 'always', pb: 4, required: 'published' }),
  currentCPUUtilizationPercentage: int32({ presence: 'pointer', pb: 5 }),
});
export interface HorizontalPodAutoscalerStatus extends Infer<typeof horizontalPodAutoscalerStatus> {}

export const horizontalPodAutoscaler = defineKind({
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  scope: 'Namespaced',
  name: 'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  fields: {
    spec: field(horizontalPodAutoscalerSpec, { presence: 'always', pb: 2, required: 'published' }),
    status: field(horizontalPodAutoscalerStatus, { presence: 'always', pb: 3 }),
  },
  defaults({ spec }) {
    spec.minReplicas ??= 1;
  },
  columns: flatAutoscalerColumns,
});
export interface HorizontalPodAutoscaler extends Infer<typeof horizontalPodAutoscaler> {}
