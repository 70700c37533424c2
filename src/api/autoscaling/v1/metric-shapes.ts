// Metrics in the flat shapes of autoscaling/v1, which exist in annotations only, and how they correspond to those of autoscaling/v2.
//
// M1. Both directions are each other's inverse, up to zeros that the flat shapes cannot leave out.

import { labelSelector } from '../../meta/v1/label-selector.ts';
import { isZeroQuantity } from '../../../machinery/quantity.ts';
import { field, int32, quantity, string, struct } from '../../../machinery/schema.ts';
import type { Draft, Infer } from '../../../machinery/schema.ts';
import type { MetricSpec, MetricStatus } from '../v2/horizontal-pod-autoscaler.ts';

const NAME = 'io.k8s.api.autoscaling.v1';

const reference = struct(`${NAME}.CrossVersionObjectReference`, {
  kind: string({ presence: 'always' }),
  name: string({ presence: 'always' }),
  apiVersion: string(),
});
const selector = field(labelSelector, { presence: 'pointer' });
const metricName = string({ presence: 'always' });
const name = string({ presence: 'always' });
const optionalAmount = quantity({ presence: 'pointer' });
const amount = quantity({ presence: 'always' });
const share = int32({ presence: 'pointer' });

const flatSpec = struct(`${NAME}.MetricSpec`, {
  type: string({ presence: 'always' }),
  object: field(
    struct(`${NAME}.ObjectMetricSource`, {
      target: field(reference, { presence: 'always' }),
      metricName,
      targetValue: amount,
      selector,
      averageValue: optionalAmount,
    }),
    { presence: 'pointer' },
  ),
  pods: field(struct(`${NAME}.PodsMetricSource`, { metricName, targetAverageValue: amount, selector }), { presence: 'pointer' }),
  resource: field(
    struct(`${NAME}.ResourceMetricSource`, { name, targetAverageUtilization: share, targetAverageValue: optionalAmount }),
    { presence: 'pointer' },
  ),
  containerResource: field(
    struct(`${NAME}.ContainerResourceMetricSource`, {
      name,
      targetAverageUtilization: share,
      targetAverageValue: optionalAmount,
      container: string({ presence: 'always' }),
    }),
    { presence: 'pointer' },
  ),
  external: field(
    struct(`${NAME}.ExternalMetricSource`, {
      metricName,
      metricSelector: selector,
      targetValue: optionalAmount,
      targetAverageValue: optionalAmount,
    }),
    { presence: 'pointer' },
  ),
});
type FlatSpec = Infer<typeof flatSpec>;

const flatStatus = struct(`${NAME}.MetricStatus`, {
  type: string({ presence: 'always' }),
  object: field(
    struct(`${NAME}.ObjectMetricStatus`, {
      target: field(reference, { presence: 'always' }),
      metricName,
      currentValue: amount,
      selector,
      averageValue: optionalAmount,
    }),
    { presence: 'pointer' },
  ),
  pods: field(struct(`${NAME}.PodsMetricStatus`, { metricName, currentAverageValue: amount, selector }), { presence: 'pointer' }),
  resource: field(
    struct(`${NAME}.ResourceMetricStatus`, { name, currentAverageUtilization: share, currentAverageValue: amount }),
    { presence: 'pointer' },
  ),
  containerResource: field(
    struct(`${NAME}.ContainerResourceMetricStatus`, {
      name,
      currentAverageUtilization: share,
      currentAverageValue: amount,
      container: string({ presence: 'always' }),
    }),
    { presence: 'pointer' },
  ),
  external: field(
    struct(`${NAME}.ExternalMetricStatus`, {
      metricName,
      metricSelector: selector,
      currentValue: amount,
      currentAverageValue: optionalAmount,
    }),
    { presence: 'pointer' },
  ),
});
type FlatStatus = Infer<typeof flatStatus>;

export { flatSpec, flatStatus };
const NOTHING = '0';

/** A metric as autoscaling/v1 writes it. */
export function flattenMetric({ type, object, pods, resource, containerResource, external }: MetricSpec): FlatSpec {
  return {
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      targetValue: object.target.value ?? NOTHING,
      selector: object.metric.selector,
      averageValue: object.target.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      targetAverageValue: pods.target.averageValue ?? NOTHING,
      selector: pods.metric.selector,
    },
    resource: resource && {
      name: resource.name,
      targetAverageUtilization: resource.target.averageUtilization,
      targetAverageValue: resource.target.averageValue,
    },
    containerResource: containerResource && {
      name: containerResource.name,
      targetAverageUtilization: containerResource.target.averageUtilization,
      targetAverageValue: containerResource.target.averageValue,
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      targetValue: external.target.value,
      targetAverageValue: external.target.averageValue,
    },
  };
}

/** A metric as autoscaling/v2 has it. */
export function unfoldMetric({ type, object, pods, resource, containerResource, external }: Draft<FlatSpec>): Draft<MetricSpec> {
  return {
    type,
    object: object && {
      describedObject: object.target,
      target: {
        type: object.averageValue === undefined ? 'Value' : 'AverageValue',
        // The flat shape cannot leave a value out, so with an average, zero means none.
        value: object.averageValue !== undefined && isZeroQuantity(object.targetValue) ? undefined : object.targetValue,
        averageValue: object.averageValue,
      },
      metric: { name: object.metricName, selector: object.selector },
    },
    pods: pods && {
      metric: { name: pods.metricName, selector: pods.selector },
      target: { type: 'AverageValue', averageValue: pods.targetAverageValue },
    },
    resource: resource && { name: resource.name, target: usageTarget(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      target: usageTarget(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metric: { name: external.metricName, selector: external.metricSelector },
      target: {
        type: external.targetValue === undefined ? 'AverageValue' : 'Value',
        value: external.targetValue,
        averageValue: external.targetAverageValue,
      },
    },
  };
}

interface FlatUsage {
  readonly targetAverageUtilization?: number | undefined;
  readonly targetAverageValue?: string | undefined;
}

function usageTarget({ targetAverageUtilization: averageUtilization, targetAverageValue: averageValue }: FlatUsage): {
  type: string;
  averageValue: string | undefined;
  averageUtilization: number | undefined;
} {
  return { type: averageUtilization === undefined ? 'AverageValue' : 'Utilization', averageValue, averageUtilization };
}

/** What is known of a metric, as autoscaling/v1 writes it. */
export function flattenStatus({ type, object, pods, resource, containerResource, external }: MetricStatus): FlatStatus {
  return {
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      currentValue: object.current.value ?? NOTHING,
      selector: object.metric.selector,
      averageValue: object.current.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      currentAverageValue: pods.current.averageValue ?? NOTHING,
      selector: pods.metric.selector,
    },
    resource: resource && {
      name: resource.name,
      currentAverageUtilization: resource.current.averageUtilization,
      currentAverageValue: resource.current.averageValue ?? NOTHING,
    },
    containerResource: containerResource && {
      name: containerResource.name,
      currentAverageUtilization: containerResource.current.averageUtilization,
      currentAverageValue: containerResource.current.averageValue ?? NOTHING,
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      currentValue: external.current.value ?? NOTHING,
      currentAverageValue: external.current.averageValue,
    },
  };
}

/** What is known of a metric, as autoscaling/v2 has it. */
export function unfoldStatus({ type, object, pods, resource, containerResource, external }: Draft<FlatStatus>): Draft<MetricStatus> {
  return {
    type,
    object: object && {
      metric: { name: object.metricName, selector: object.selector },
      current: { value: object.currentValue, averageValue: object.averageValue },
      describedObject: object.target,
    },
    pods: pods && { metric: { name: pods.metricName, selector: pods.selector }, current: { averageValue: pods.currentAverageValue } },
    resource: resource && {
      name: resource.name,
      current: { averageValue: resource.currentAverageValue, averageUtilization: resource.currentAverageUtilization },
    },
    containerResource: containerResource && {
      name: containerResource.name,
      current: { averageValue: containerResource.currentAverageValue, averageUtilization: containerResource.currentAverageUtilization },
      container: containerResource.container,
    },
    external: external && {
      metric: { name: external.metricName, selector: external.metricSelector },
      current: { value: external.currentValue, averageValue: external.currentAverageValue },
    },
  };
}
