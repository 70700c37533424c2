// HorizontalPodAutoscalers between v1, which knows one target, and v2, which is stored. What v1 has no field for goes into annotations.

import type { KubeObject } from '../../../machinery/kind.ts';
import { BEHAVIOR, CONDITIONS, CURRENT_METRICS, METRICS, withoutRoundTrip } from '../round-trip-annotations.ts';
import type { HorizontalPodAutoscaler as V2, HorizontalPodAutoscalerCondition } from '../v2/horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscaler as v1 } from './horizontal-pod-autoscaler.ts';
import type { HorizontalPodAutoscaler as V1 } from './horizontal-pod-autoscaler.ts';
import { shaped } from './newer-autoscaler.ts';
import { isCpuUtilization, olderBehavior, olderMetric } from './older-metrics.ts';

/** A condition as upstream writes it: a time that never was is null. */
const written = ({ type, status, lastTransitionTime, reason, message }: HorizontalPodAutoscalerCondition): object => ({
  type,
  status,
  lastTransitionTime: lastTransitionTime ?? null,
  reason,
  message,
});

/** The autoscaler as autoscaling/v1 has it. */
export function fromV2(object: KubeObject): V1 {
  const { metadata, spec, status } = object as V2;
  const { scaleTargetRef, minReplicas, maxReplicas, metrics = [], behavior } = spec;
  const annotations = withoutRoundTrip(metadata.annotations);
  const others = metrics.filter((metric) => !isCpuUtilization(metric));
  const { currentMetrics, conditions = [] } = status;
  if (others.length > 0) annotations[METRICS] = JSON.stringify(others.map((each) => olderMetric(each, 'target')));
  if (currentMetrics.length > 0) annotations[CURRENT_METRICS] = JSON.stringify(currentMetrics.map((each) => olderMetric(each, 'current')));
  if (behavior !== undefined) annotations[BEHAVIOR] = JSON.stringify(olderBehavior(behavior));
  if (conditions.length > 0) annotations[CONDITIONS] = JSON.stringify(conditions.map(written));
  const current = currentMetrics.find(
    ({ type, resource }) => type === 'Resource' && resource?.name === 'cpu' && resource.current.averageUtilization !== undefined,
  );
  const { observedGeneration, lastScaleTime, currentReplicas, desiredReplicas } = status;
  return shaped<V1>(v1, {
    metadata: { ...metadata, annotations },
    spec: {
      scaleTargetRef,
      minReplicas,
      maxReplicas,
      targetCPUUtilizationPercentage: metrics.find(isCpuUtilization)?.resource?.target.averageUtilization,
    },
    status: {
      observedGeneration,
      lastScaleTime,
      currentReplicas,
      desiredReplicas,
      currentCPUUtilizationPercentage: current?.resource?.current.averageUtilization,
    },
  });
}
