// A HorizontalPodAutoscaler of autoscaling/v1 as autoscaling/v2 has it, which is how it is stored and shown.

import { must } from '../../../base/assert.ts';
import { canonicalize } from '../../../machinery/canonical.ts';
import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import { parseJson } from '../../../machinery/codec/json.ts';
import { lookup } from '../../../machinery/schema.ts';
import { horizontalPodAutoscaler as v2 } from '../v2/horizontal-pod-autoscaler.ts';
import type { HorizontalPodAutoscaler as V2 } from '../v2/horizontal-pod-autoscaler.ts';
import { BEHAVIOR, CONDITIONS, CURRENT_METRICS, METRICS, withoutRoundTrip } from '../round-trip-annotations.ts';
import type { HorizontalPodAutoscaler as V1 } from './horizontal-pod-autoscaler.ts';
import { newerBehavior, newerMetric } from './older-metrics.ts';

const DEFAULT_UTILIZATION = 80;

type Annotations = Readonly<Record<string, string>> | undefined;

/** An object of a kind made of fields that belong to it; what is absent there may be undefined here. */
export function shaped<T extends KubeObject>(kind: Kind<T>, fields: object): T {
  const result = canonicalize(kind.struct, { apiVersion: kind.apiVersion, kind: kind.kind, ...fields });
  return must(result.ok ? (result.object as T) : undefined, `the converted ${kind.kind}`);
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

/** The autoscaler as autoscaling/v2 has it. */
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
  const currentMetrics = carried(annotations, CURRENT_METRICS);
  return shaped<V2>(v2, {
    metadata: { ...metadata, annotations: withoutRoundTrip(annotations) },
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
