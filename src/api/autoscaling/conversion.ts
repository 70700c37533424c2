// HorizontalPodAutoscalers in their two versions. autoscaling/v1 has a field for CPU utilization only; all else that
// autoscaling/v2 holds travels in annotations, as JSON.
//
// A1. Both directions are pure; from the hub and back loses nothing but zeros that the flat shapes cannot leave out.

import { canonicalize } from '../../machinery/canonical.ts';
import { encodeJson, parseJson } from '../../machinery/codec/json.ts';
import { draftOf } from '../../machinery/draft.ts';
import { isJsonObject } from '../../machinery/json-object.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import type { ServedVersion } from '../../machinery/resource.ts';
import { lookup } from '../../machinery/schema.ts';
import type { Draft, StructNode } from '../../machinery/schema.ts';
import { reorder } from '../../machinery/tidy.ts';
import { horizontalPodAutoscaler as flatKind } from './v1/horizontal-pod-autoscaler.ts';
import type { HorizontalPodAutoscaler as FlatAutoscaler } from './v1/horizontal-pod-autoscaler.ts';
import { flatSpec, flatStatus, flattenMetric, flattenStatus, unfoldMetric, unfoldStatus } from './v1/metric-shapes.ts';
import { BEHAVIOR, CONDITIONS, CURRENT_METRICS, METRICS, withoutRoundTrip } from './round-trip-annotations.ts';
import { horizontalPodAutoscaler, horizontalPodAutoscalerBehavior, horizontalPodAutoscalerCondition } from './v2/horizontal-pod-autoscaler.ts';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerBehavior, HPAScalingRules, MetricSpec } from './v2/horizontal-pod-autoscaler.ts';

const DEFAULT_UTILIZATION = 80;

const isCpu = ({ type, resource }: MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;

const cpuMetric = (averageUtilization: number): Draft<MetricSpec> => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

/** The autoscaler as autoscaling/v1 has it. */
export function flatAutoscalerOf(autoscaler: HorizontalPodAutoscaler): FlatAutoscaler {
  const { metadata, spec, status } = draftOf(autoscaler);
  const { metrics = [], behavior } = spec;
  const others = metrics.filter((metric) => !isCpu(metric));
  const annotations = withoutRoundTrip(metadata.annotations);
  if (others.length > 0) annotations[METRICS] = encodeJson(others.map(flattenMetric));
  if (status.currentMetrics.length > 0) annotations[CURRENT_METRICS] = encodeJson(status.currentMetrics.map(flattenStatus));
  if (behavior !== undefined) annotations[BEHAVIOR] = encodeJson(capitalBehavior(behavior));
  const { conditions = [] } = status;
  if (conditions.length > 0)
    annotations[CONDITIONS] = encodeJson(conditions.map((each) => ({ ...each, lastTransitionTime: each.lastTransitionTime ?? null })));
  const current = status.currentMetrics.findLast(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu');
  const draft: Draft<FlatAutoscaler> = {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v1',
    metadata: { ...metadata, annotations },
    spec: {
      scaleTargetRef: spec.scaleTargetRef,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      targetCPUUtilizationPercentage: metrics.find(isCpu)?.resource?.target.averageUtilization,
    },
    status: {
      observedGeneration: status.observedGeneration,
      lastScaleTime: status.lastScaleTime,
      currentReplicas: status.currentReplicas ?? 0,
      desiredReplicas: status.desiredReplicas,
      currentCPUUtilizationPercentage: current?.resource?.current.averageUtilization,
    },
  };
  reorder(flatKind.struct, draft);
  return draft;
}

/** The autoscaler as autoscaling/v2 has it. */
export function autoscalerOf(flat: FlatAutoscaler): HorizontalPodAutoscaler {
  const { metadata, spec, status } = draftOf(flat);
  const text = (name: string): string | undefined => lookup(metadata.annotations, name);
  const utilization = spec.targetCPUUtilizationPercentage;
  const given = utilization === undefined ? [] : [cpuMetric(utilization)];
  const metrics = [...(listIn(text(METRICS), flatSpec)?.map(unfoldMetric) ?? []), ...given];
  const currentUtilization = status.currentCPUUtilizationPercentage;
  const current =
    currentUtilization === undefined
      ? []
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: currentUtilization } } }];
  const draft: Draft<HorizontalPodAutoscaler> = {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata: { ...metadata, annotations: withoutRoundTrip(metadata.annotations) },
    spec: {
      scaleTargetRef: spec.scaleTargetRef,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      metrics: metrics.length === 0 ? [cpuMetric(DEFAULT_UTILIZATION)] : metrics,
      behavior: behaviorIn(text(BEHAVIOR)),
    },
    status: {
      observedGeneration: status.observedGeneration,
      lastScaleTime: status.lastScaleTime,
      currentReplicas: status.currentReplicas,
      desiredReplicas: status.desiredReplicas,
      currentMetrics: listIn(text(CURRENT_METRICS), flatStatus)?.map(unfoldStatus) ?? current,
      conditions: listIn(text(CONDITIONS), horizontalPodAutoscalerCondition),
    },
  };
  reorder(horizontalPodAutoscaler.struct, draft);
  return draft;
}

/** The values in an annotation; undefined where there is none, or where it cannot be read, which upstream overlooks. */
function listIn<T>(text: string | undefined, struct: StructNode<T>): Draft<T>[] | undefined {
  const value = jsonIn(text);
  if (!Array.isArray(value)) return undefined;
  const results = value.map((each: unknown) => canonicalize(struct, each));
  const objects = results.flatMap((result) => (result.ok ? [result.object] : []));
  return objects.length === results.length ? objects : undefined;
}

function behaviorIn(text: string | undefined): Draft<HorizontalPodAutoscalerBehavior> | undefined {
  const result = canonicalize(horizontalPodAutoscalerBehavior, uncapitalized(jsonIn(text)) ?? {});
  return result.ok && (result.object.scaleUp !== undefined || result.object.scaleDown !== undefined) ? result.object : undefined;
}

function jsonIn(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Behavior is written in the form of upstream's internal type: capitalized, with nulls. */
function capitalBehavior({ scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior): object {
  const rules = (each: HPAScalingRules | undefined): object | null =>
    each === undefined
      ? null
      : {
          StabilizationWindowSeconds: each.stabilizationWindowSeconds ?? null,
          SelectPolicy: each.selectPolicy ?? null,
          Policies: each.policies?.map(({ type, value, periodSeconds }) => ({ Type: type, Value: value, PeriodSeconds: periodSeconds })) ?? null,
          Tolerance: each.tolerance ?? null,
        };
  return { ScaleUp: rules(scaleUp), ScaleDown: rules(scaleDown) };
}

function uncapitalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(uncapitalized);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(entries.map(([key, each]) => [key.slice(0, 1).toLowerCase() + key.slice(1), uncapitalized(each)]));
}

/** Autoscalers as autoscaling/v1 serves them. */
export const servedFlatAutoscalers: Required<ServedVersion> = {
  kind: flatKind,
  toHub: (object: KubeObject) => autoscalerOf(object as FlatAutoscaler),
  fromHub: (object: KubeObject) => flatAutoscalerOf(object as HorizontalPodAutoscaler),
};
