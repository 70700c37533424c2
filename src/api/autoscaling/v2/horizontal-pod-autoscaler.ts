// HorizontalPodAutoscaler: scales by metrics.

import { withoutRoundTrip } from '../round-trip-annotations.ts';
import { validateAutoscalerSpec, validateAutoscalerStatus } from './horizontal-pod-autoscaler-validation.ts';
import { autoscalerColumns } from './horizontal-pod-autoscaler-columns.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { field, int32, int64, list, quantity, string, struct, time } from '../../../machinery/schema.ts';
import type { Draft, Infer } from '../../../machinery/schema.ts';

export const crossVersionObjectReference = struct('io.k8s.api.autoscaling.v2.CrossVersionObjectReference', {
  kind: string({ presence: 'always', pb: 1, required: 'published' }),
  name: string({ presence: 'always', pb: 2, required: 'published' }),
  apiVersion: string({ pb: 3 }),
});
export interface CrossVersionObjectReference extends Infer<typeof crossVersionObjectReference> {}

export const hpaScalingPolicy = struct('io.k8s.api.autoscaling.v2.HPAScalingPolicy', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  value: int32({ presence: 'always', pb: 2, required: 'published' }),
  periodSeconds: int32({ presence: 'always', pb: 3, required: 'published' }),
});
export interface HPAScalingPolicy extends Infer<typeof hpaScalingPolicy> {}

export const hpaScalingRules = struct('io.k8s.api.autoscaling.v2.HPAScalingRules', {
  stabilizationWindowSeconds: int32({ presence: 'pointer', pb: 3 }),
  selectPolicy: string({ presence: 'pointer', pb: 1 }),
  policies: list(hpaScalingPolicy, { pb: 2, listType: 'atomic' }),
  tolerance: quantity({ presence: 'pointer', pb: 4 }),
});
export interface HPAScalingRules extends Infer<typeof hpaScalingRules> {}

export const horizontalPodAutoscalerBehavior = struct('io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior', {
  scaleUp: field(hpaScalingRules, { presence: 'pointer', pb: 1 }),
  scaleDown: field(hpaScalingRules, { presence: 'pointer', pb: 2 }),
});
export interface HorizontalPodAutoscalerBehavior extends Infer<typeof horizontalPodAutoscalerBehavior> {}

export const metricTarget = struct('io.k8s.api.autoscaling.v2.MetricTarget', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  value: quantity({ presence: 'pointer', pb: 2 }),
  averageValue: quantity({ presence: 'pointer', pb: 3 }),
  averageUtilization: int32({ presence: 'pointer', pb: 4 }),
});
export interface MetricTarget extends Infer<typeof metricTarget> {}

export const containerResourceMetricSource = struct('io.k8s.api.autoscaling.v2.ContainerResourceMetricSource', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  target: field(metricTarget, { presence: 'always', pb: 2, required: 'published' }),
  container: string({ presence: 'always', pb: 3, required: 'published' }),
});
export interface ContainerResourceMetricSource extends Infer<typeof containerResourceMetricSource> {}

export const metricIdentifier = struct('io.k8s.api.autoscaling.v2.MetricIdentifier', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  selector: field(labelSelector, { presence: 'pointer', pb: 2 }),
});
export interface MetricIdentifier extends Infer<typeof metricIdentifier> {}

export const externalMetricSource = struct('io.k8s.api.autoscaling.v2.ExternalMetricSource', {
  metric: field(metricIdentifier, { presence: 'always', pb: 1, required: 'published' }),
  target: field(metricTarget, { presence: 'always', pb: 2, required: 'published' }),
});
export interface ExternalMetricSource extends Infer<typeof externalMetricSource> {}

export const objectMetricSource = struct('io.k8s.api.autoscaling.v2.ObjectMetricSource', {
  describedObject: field(crossVersionObjectReference, { presence: 'always', pb: 1, required: 'published' }),
  target: field(metricTarget, { presence: 'always', pb: 2, required: 'published' }),
  metric: field(metricIdentifier, { presence: 'always', pb: 3, required: 'published' }),
});
export interface ObjectMetricSource extends Infer<typeof objectMetricSource> {}

export const podsMetricSource = struct('io.k8s.api.autoscaling.v2.PodsMetricSource', {
  metric: field(metricIdentifier, { presence: 'always', pb: 1, required: 'published' }),
  target: field(metricTarget, { presence: 'always', pb: 2, required: 'published' }),
});
export interface PodsMetricSource extends Infer<typeof podsMetricSource> {}

export const resourceMetricSource = struct('io.k8s.api.autoscaling.v2.ResourceMetricSource', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  target: field(metricTarget, { presence: 'always', pb: 2, required: 'published' }),
});
export interface ResourceMetricSource extends Infer<typeof resourceMetricSource> {}

export const metricSpec = struct('io.k8s.api.autoscaling.v2.MetricSpec', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  object: field(objectMetricSource, { presence: 'pointer', pb: 2 }),
  pods: field(podsMetricSource, { presence: 'pointer', pb: 3 }),
  resource: field(resourceMetricSource, { presence: 'pointer', pb: 4 }),
  containerResource: field(containerResourceMetricSource, { presence: 'pointer', pb: 7 }),
  external: field(externalMetricSource, { presence: 'pointer', pb: 5 }),
});
export interface MetricSpec extends Infer<typeof metricSpec> {}

export const horizontalPodAutoscalerSpec = struct('io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec', {
  scaleTargetRef: field(crossVersionObjectReference, { presence: 'always', pb: 1, required: 'published' }),
  minReplicas: int32({ presence: 'pointer', pb: 2 }),
  maxReplicas: int32({ presence: 'always', pb: 3, required: 'published' }),
  metrics: list(metricSpec, { pb: 4, listType: 'atomic' }),
  behavior: field(horizontalPodAutoscalerBehavior, { presence: 'pointer', pb: 5 }),
});
export interface HorizontalPodAutoscalerSpec extends Infer<typeof horizontalPodAutoscalerSpec> {}

export const horizontalPodAutoscalerCondition = struct('io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  lastTransitionTime: time({ presence: 'always', pb: 3 }),
  reason: string({ pb: 4 }),
  message: string({ pb: 5 }),
});
export interface HorizontalPodAutoscalerCondition extends Infer<typeof horizontalPodAutoscalerCondition> {}

export const metricValueStatus = struct('io.k8s.api.autoscaling.v2.MetricValueStatus', {
  value: quantity({ presence: 'pointer', pb: 1 }),
  averageValue: quantity({ presence: 'pointer', pb: 2 }),
  averageUtilization: int32({ presence: 'pointer', pb: 3 }),
});
export interface MetricValueStatus extends Infer<typeof metricValueStatus> {}

export const containerResourceMetricStatus = struct('io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  current: field(metricValueStatus, { presence: 'always', pb: 2, required: 'published' }),
  container: string({ presence: 'always', pb: 3, required: 'published' }),
});
export interface ContainerResourceMetricStatus extends Infer<typeof containerResourceMetricStatus> {}

export const externalMetricStatus = struct('io.k8s.api.autoscaling.v2.ExternalMetricStatus', {
  metric: field(metricIdentifier, { presence: 'always', pb: 1, required: 'published' }),
  current: field(metricValueStatus, { presence: 'always', pb: 2, required: 'published' }),
});
export interface ExternalMetricStatus extends Infer<typeof externalMetricStatus> {}

export const objectMetricStatus = struct('io.k8s.api.autoscaling.v2.ObjectMetricStatus', {
  metric: field(metricIdentifier, { presence: 'always', pb: 1, required: 'published' }),
  current: field(metricValueStatus, { presence: 'always', pb: 2, required: 'published' }),
  describedObject: field(crossVersionObjectReference, { presence: 'always', pb: 3, required: 'published' }),
});
export interface ObjectMetricStatus extends Infer<typeof objectMetricStatus> {}

export const podsMetricStatus = struct('io.k8s.api.autoscaling.v2.PodsMetricStatus', {
  metric: field(metricIdentifier, { presence: 'always', pb: 1, required: 'published' }),
  current: field(metricValueStatus, { presence: 'always', pb: 2, required: 'published' }),
});
export interface PodsMetricStatus extends Infer<typeof podsMetricStatus> {}

export const resourceMetricStatus = struct('io.k8s.api.autoscaling.v2.ResourceMetricStatus', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  current: field(metricValueStatus, { presence: 'always', pb: 2, required: 'published' }),
});
export interface ResourceMetricStatus extends Infer<typeof resourceMetricStatus> {}

export const metricStatus = struct('io.k8s.api.autoscaling.v2.MetricStatus', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  object: field(objectMetricStatus, { presence: 'pointer', pb: 2 }),
  pods: field(podsMetricStatus, { presence: 'pointer', pb: 3 }),
  resource: field(resourceMetricStatus, { presence: 'pointer', pb: 4 }),
  containerResource: field(containerResourceMetricStatus, { presence: 'pointer', pb: 7 }),
  external: field(externalMetricStatus, { presence: 'pointer', pb: 5 }),
});
export interface MetricStatus extends Infer<typeof metricStatus> {}

export const horizontalPodAutoscalerStatus = struct('io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus', {
  observedGeneration: int64({ presence: 'pointer', pb: 1 }),
  lastScaleTime: time({ presence: 'pointer', pb: 2 }),
  currentReplicas: int32({ pb: 3 }),
  desiredReplicas: int32({ presence: 'always', pb: 4, required: 'published' }),
  currentMetrics: list(metricStatus, { presence: 'always', pb: 5, listType: 'atomic' }),
  conditions: list(horizontalPodAutoscalerCondition, {
    pb: 6,
    listType: 'map',
    listMapKeys: ['type'],
    mergeKey: 'type',
    patchStrategy: ['merge'],
  }),
});
export interface HorizontalPodAutoscalerStatus extends Infer<typeof horizontalPodAutoscalerStatus> {}

const DEFAULT_UTILIZATION = 80;
const PERIOD_SECONDS = 15;

const defaultMetric = (): Draft<MetricSpec> => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: DEFAULT_UTILIZATION } },
});

/** Without a window, scaling down waits as long as the controller is told to. */
function defaultBehavior(behavior: Draft<HorizontalPodAutoscalerBehavior>): void {
  const percent = { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS };
  const pods = { type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS };
  behavior.scaleUp = { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [pods, percent], ...behavior.scaleUp };
  behavior.scaleDown = { selectPolicy: 'Max', policies: [{ ...percent }], ...behavior.scaleDown };
}

export const horizontalPodAutoscaler = defineKind({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  scope: 'Namespaced',
  name: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  fields: {
    spec: field(horizontalPodAutoscalerSpec, { presence: 'always', pb: 2, required: 'published' }),
    status: field(horizontalPodAutoscalerStatus, { presence: 'always', pb: 3 }),
  },
  defaults({ metadata, spec }) {
    if (metadata.annotations !== undefined) metadata.annotations = withoutRoundTrip(metadata.annotations);
    spec.minReplicas ??= 1;
    if ((spec.metrics ?? []).length === 0) spec.metrics = [defaultMetric()];
    if (spec.behavior !== undefined) defaultBehavior(spec.behavior);
  },
  check: (next, old, at, { subresource }) =>
    subresource === 'status'
      ? [...validateAutoscalerStatus(next.status, at.child('status'))]
      : [...validateAutoscalerSpec(next.spec, old?.spec, at.child('spec'))],
  columns: autoscalerColumns,
});
export interface HorizontalPodAutoscaler extends Infer<typeof horizontalPodAutoscaler> {}
