// Checks of the metrics that scaling goes by: one source each, with a target that can be met.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Label } from '../../../machinery/formats/dns.ts';
import { checkPathSegmentName } from '../../../machinery/formats/identifier.ts';
import { parseGroupVersion } from '../../../machinery/kind.ts';
import { forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { printQuantity, quantitySign } from '../../../machinery/quantity.ts';
import { validateContainerResourceName } from '../../core/v1/resource-validation.ts';
import { complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { CrossVersionObjectReference, MetricIdentifier, MetricSpec, MetricTarget } from './horizontal-pod-autoscaler.ts';

/** What references may lack, because the stored object lacks it too. */
export interface ReferenceRatchet {
  readonly anyVersion: boolean;
  readonly noGroup: boolean;
}

const METRIC_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const SOURCE_OF: ReadonlyMap<string, SourceName> = new Map([
  ['Object', 'object'],
  ['Pods', 'pods'],
  ['Resource', 'resource'],
  ['External', 'external'],
  ['ContainerResource', 'containerResource'],
]);
type SourceName = 'object' | 'external' | 'pods' | 'resource' | 'containerResource';
const SOURCES: readonly SourceName[] = ['object', 'external', 'pods', 'resource', 'containerResource'];

/** Checks the metrics; without any that is known at zero replicas, there is no way back from zero. */
export function* validateMetrics(
  metrics: readonly MetricSpec[],
  ratchet: ReferenceRatchet,
  minReplicas: number | undefined,
  at: FieldPath,
): Problems {
  for (const [index, metric] of metrics.entries()) yield* validateMetric(metric, ratchet, at.index(index));
  const knownAtZero = metrics.some(({ type }) => type === 'Object' || type === 'External');
  if (minReplicas === 0 && !knownAtZero)
    yield forbidden(at, 'must specify at least one Object or External metric to support scaling to zero replicas');
}

function* validateMetric(metric: MetricSpec, ratchet: ReferenceRatchet, at: FieldPath): Problems {
  const { type } = metric;
  if (type === '') yield required(at.child('type'), 'must specify a metric source type');
  if (!METRIC_TYPES.includes(type)) yield notSupported(at.child('type'), type, METRIC_TYPES);
  const present = SOURCES.filter((name) => metric[name] !== undefined);
  const [first] = present;
  if (first !== undefined) yield* validateSource(metric, first, ratchet, at.child(first));
  const expected = SOURCE_OF.get(type);
  if (expected === undefined) yield notSupported(at.child('type'), type, METRIC_TYPES);
  else if (metric[expected] === undefined) yield required(at.child(expected), 'must populate information for the given metric source');
  if (present.length === 1) return;
  for (const name of present) if (name !== expected) yield forbidden(at.child(name), 'must populate the given metric source only');
}

function* validateSource(metric: MetricSpec, name: SourceName, ratchet: ReferenceRatchet, at: FieldPath): Problems {
  const { object, external, pods, resource, containerResource } = metric;
  if (name === 'object' && object !== undefined) {
    yield* validateReference(object.describedObject, ratchet, at.child('describedObject'));
    yield* validateNamedMetric(object, at);
    if (object.target.value === undefined && object.target.averageValue === undefined)
      yield required(at.child('target', 'averageValue'), 'must set either a target value or averageValue');
  } else if (name === 'external' && external !== undefined) {
    const { value, averageValue } = external.target;
    yield* validateNamedMetric(external, at);
    if (value === undefined && averageValue === undefined)
      yield required(at.child('target', 'averageValue'), 'must set either a target value for metric or a per-pod target');
    if (value !== undefined && averageValue !== undefined)
      yield forbidden(at.child('target', 'value'), 'may not set both a target value for metric and a per-pod target');
  } else if (name === 'pods' && pods !== undefined) {
    yield* validateNamedMetric(pods, at);
    if (pods.target.averageValue === undefined)
      yield required(at.child('target', 'averageValue'), 'must specify a positive target averageValue');
  } else if (name === 'resource' && resource !== undefined) {
    if (resource.name === '') yield required(at.child('name'), 'must specify a resource name');
    yield* validateUsageTarget(resource.target, at.child('target'));
  } else if (containerResource !== undefined) {
    const { name: resourceName, container } = containerResource;
    if (resourceName === '') yield required(at.child('name'), 'must specify a resource name');
    else yield* validateContainerResourceName(resourceName, at.child('name'));
    if (container === '') yield required(at.child('container'), 'must specify a container');
    else yield* complaints(at.child('container'), container, checkDns1123Label(container));
    yield* validateUsageTarget(containerResource.target, at.child('target'));
  }
}

function* validateNamedMetric(source: { readonly metric: MetricIdentifier; readonly target: MetricTarget }, at: FieldPath): Problems {
  const { name } = source.metric;
  if (name === '') yield required(at.child('metric', 'name'), 'must specify a metric name');
  else yield* complaints(at.child('metric', 'name'), name, checkPathSegmentName(name));
  yield* validateTarget(source.target, at.child('target'));
}

function* validateUsageTarget(target: MetricTarget, at: FieldPath): Problems {
  yield* validateTarget(target, at);
  const { averageUtilization: share, averageValue: value } = target;
  if (share === undefined && value === undefined)
    yield required(at.child('averageUtilization'), 'must set either a target raw value or a target utilization');
  if (share !== undefined && value !== undefined)
    yield forbidden(at.child('averageValue'), 'may not set both a target raw value and a target utilization');
}

function* validateTarget({ type, value, averageValue, averageUtilization }: MetricTarget, at: FieldPath): Problems {
  if (type === '') yield required(at.child('type'), 'must specify a metric target type');
  if (type !== 'Utilization' && type !== 'Value' && type !== 'AverageValue')
    yield invalid(at.child('type'), type, 'must be either Utilization, Value, or AverageValue');
  for (const [name, amount] of Object.entries({ value, averageValue }))
    if (amount !== undefined && quantitySign(amount) !== 1) yield invalid(at.child(name), printQuantity(amount), 'must be positive');
  if (averageUtilization !== undefined && averageUtilization < 1)
    yield invalid(at.child('averageUtilization'), averageUtilization, 'must be greater than 0');
}

/** Checks a reference to an object of any kind and group. */
export function* validateReference(reference: CrossVersionObjectReference, ratchet: ReferenceRatchet, at: FieldPath): Problems {
  for (const name of ['kind', 'name'] as const) {
    if (reference[name] === '') yield required(at.child(name));
    else yield* complaints(at.child(name), reference[name], checkPathSegmentName(reference[name]));
  }
  const { apiVersion = '' } = reference;
  const problem = versionProblem(apiVersion, ratchet);
  if (problem !== undefined) yield invalid(at.child('apiVersion'), apiVersion, problem);
}

/** Why an API version does not serve to find an object. */
export function versionProblem(apiVersion: string, { anyVersion, noGroup }: ReferenceRatchet): string | undefined {
  if (anyVersion) return undefined;
  const parsed = parseGroupVersion(apiVersion);
  if (parsed === undefined) return `unexpected GroupVersion string: ${apiVersion}`;
  return noGroup || parsed.group !== '' ? undefined : 'apiVersion must specify API group';
}
