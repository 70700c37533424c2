// The table of HorizontalPodAutoscalers: what is scaled, by which metrics, between which bounds.

import type { Column, KubeObject } from '../../../machinery/kind.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import type {
  HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalerStatus,
  MetricSpec,
  MetricStatus,
  MetricTarget,
} from './horizontal-pod-autoscaler.ts';

interface AutoscalerObject extends KubeObject {
  readonly spec: HorizontalPodAutoscalerSpec;
  readonly status: HorizontalPodAutoscalerStatus;
}

type Current = NonNullable<MetricStatus['resource']>['current'];

const SHOWN = 2;
const UNKNOWN = '<unknown>';
/** What a quantity that nobody set prints as. */
const NO_QUANTITY = '<nil>';

function valueCell(target: MetricTarget, current: Current | undefined): string {
  if (target.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
  const now = current === undefined ? UNKNOWN : (current.value ?? NO_QUANTITY);
  return `${now}/${target.value ?? NO_QUANTITY}`;
}

function usageCell(name: string, target: MetricTarget, current: Current | undefined): string {
  if (target.averageValue !== undefined) {
    const now = current === undefined ? UNKNOWN : (current.averageValue ?? NO_QUANTITY);
    return `${name}: ${now}/${target.averageValue}`;
  }
  const now = current?.averageUtilization === undefined ? UNKNOWN : `${current.averageUtilization}%`;
  return `${name}: ${now}/${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`;
}

function metricCell({ type, external, pods, object, resource, containerResource }: MetricSpec, status: MetricStatus | undefined): string {
  if (type === 'External' && external !== undefined) return valueCell(external.target, status?.external?.current);
  if (type === 'Object' && object !== undefined) return valueCell(object.target, status?.object?.current);
  if (type === 'Resource' && resource !== undefined) return usageCell(resource.name, resource.target, status?.resource?.current);
  if (type === 'ContainerResource' && containerResource !== undefined)
    return usageCell(containerResource.name, containerResource.target, status?.containerResource?.current);
  if (type !== 'Pods' || pods === undefined) return '<unknown type>';
  const current = status?.pods?.current;
  const now = current === undefined ? UNKNOWN : (current.averageValue ?? NO_QUANTITY);
  return `${now}/${pods.target.averageValue ?? NO_QUANTITY}`;
}

function targetsCell({ spec: { metrics = [] }, status }: AutoscalerObject): string {
  if (metrics.length === 0) return '<none>';
  const cells = metrics.map((metric, index) => metricCell(metric, status.currentMetrics[index]));
  const shown = cells.slice(0, SHOWN).join(', ');
  return cells.length > SHOWN ? `${shown} + ${cells.length - SHOWN} more...` : shown;
}

export const autoscalerColumns: readonly Column<AutoscalerObject>[] = [
  nameColumn,
  { name: 'Reference', type: 'string', value: ({ spec: { scaleTargetRef } }) => `${scaleTargetRef.kind}/${scaleTargetRef.name}` },
  { name: 'Targets', type: 'string', value: targetsCell },
  { name: 'MinPods', type: 'string', value: ({ spec }) => String(spec.minReplicas ?? '<unset>') },
  { name: 'MaxPods', type: 'string', value: ({ spec }) => spec.maxReplicas },
  { name: 'Replicas', type: 'string', value: ({ status }) => status.currentReplicas ?? 0 },
  ageColumn,
];
