// HorizontalPodAutoscalers between v1, which knows one target, and v2, which is stored. What v1 has no field for goes into annotations.

import { must } from '../../../base/assert.ts';
import { canonicalize } from '../../../machinery/canonical.ts';
import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import { parseJson } from '../../../machinery/codec/json.ts';
import { lookup } from '../../../machinery/schema.ts';
import { horizontalPodAutoscaler as v2 } from '../v2/horizontal-pod-autoscaler.ts';
import type { HorizontalPodAutoscaler as V2 } from '../v2/horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscaler as v1 } from './horizontal-pod-autoscaler.ts';
import type { HorizontalPodAutoscaler as V1 } from './horizontal-pod-autoscaler.ts';
import { isCpuUtilization, newerBehavior, newerMetric, olderBehavior, olderMetric } from './older-metrics.ts';

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CURRENT = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
const DEFAULT_UTILIZATION = 80;

type Annotations = Readonly<Record<string, string>> | undefined;

function shaped<T extends KubeObject>(kind: Kind<T>, fields: object): T {
  const result = canonicalize(kind.struct, { apiVersion: kind.apiVersion, kind: kind.kind, ...fields });
  return must(result.ok ? (result.object as T) : undefined, `the converted ${kind.kind}`);
}

/** Annotations without those that carry fields. */
function plainAnnotations(annotations: Annotations): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => ![METRICS, CURRENT, CONDITIONS, BEHAVIOR].includes(key)));
}

/** What an annotation carries; what cannot be read is as if it were not there. */
function carried(annotations: Annotations, key: string): unknown {
  const text = lookup(annotations, key);
  if (text === undefined) return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const cpu = (averageUtilization: number): object => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

export function toV2(object: KubeObject): V2 {
  const { metadata, spec, status } = object as V1;
  const { scaleTargetRef, minReplicas, maxReplicas, targetCPUUtilizationPercentage: target } = spec;
  const { annotations } = metadata;
  const metrics = [
    ...listOf(carried(annotations, METRICS)).map((each) => newerMetric(each, 'target')),
    ...(target === undefined ? [] : [cpu(target)]),
  ];
  const { observedGeneration, lastScaleTime, currentReplicas, desiredReplicas, currentCPUUtilizationPercentage: current } = status;
  const fallback =
    current === undefined ? undefined : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }];
  const currentMetrics = carried(annotations, CURRENT);
  return shaped<V2>(v2, {
    metadata: { ...metadata, annotations: plainAnnotations(annotations) },
    spec: {
      scaleTargetRef,
      minReplicas,
      maxReplicas,
      metrics: metrics.length === 0 ? [cpu(DEFAULT_UTILIZATION)] : metrics,
      behavior: newerBehavior(carried(annotations, BEHAVIOR)),
    },
    status: {
      observedGeneration,
      lastScaleTime,
      currentReplicas,
      desiredReplicas,
      currentMetrics: currentMetrics === undefined ? fallback : listOf(currentMetrics).map((each) => newerMetric(each, 'current')),
      conditions: carried(annotations, CONDITIONS),
    },
  });
}

export function fromV2(object: KubeObject): V1 {
  const { metadata, spec, status } = object as V2;
  const { scaleTargetRef, minReplicas, maxReplicas, metrics = [], behavior } = spec;
  const annotations = plainAnnotations(metadata.annotations);
  const others = metrics.filter((metric) => !isCpuUtilization(metric));
  const { currentMetrics, conditions = [] } = status;
  if (others.length > 0) annotations[METRICS] = JSON.stringify(others.map((each) => olderMetric(each, 'target')));
  if (currentMetrics.length > 0) annotations[CURRENT] = JSON.stringify(currentMetrics.map((each) => olderMetric(each, 'current')));
  if (behavior !== undefined) annotations[BEHAVIOR] = JSON.stringify(olderBehavior(behavior));
  if (conditions.length > 0) annotations[CONDITIONS] = JSON.stringify(conditions);
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
