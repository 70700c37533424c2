// How autoscaling/v1 carries what it has no fields for: metrics and behaviour as JSON in annotations, in an older shape.

import type { HorizontalPodAutoscalerBehavior, HPAScalingRules, MetricSpec } from '../v2/horizontal-pod-autoscaler.ts';

type Loose = Readonly<Record<string, unknown>>;

const loose = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {});

/** A struct of the fields that are there. */
function having(fields: Loose): Loose {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const SOURCES = ['object', 'pods', 'resource', 'containerResource', 'external'] as const;
type Source = (typeof SOURCES)[number];

/** Names of one source in the older shape, with what a target (or a current value) is called there. */
function olderSource(source: Source, given: Loose, value: 'target' | 'current'): Loose {
  const metric = loose(given['metric']);
  const target = loose(given[value]);
  const { averageUtilization, averageValue } = target;
  const named = (suffix: string): string => `${value}${suffix}`;
  if (source === 'object') {
    const { name: metricName, selector } = metric;
    return having({ target: given['describedObject'], metricName, [named('Value')]: target['value'] ?? '0', selector, averageValue });
  }
  if (source === 'pods')
    return having({ metricName: metric['name'], [named('AverageValue')]: averageValue ?? '0', selector: metric['selector'] });
  if (source === 'external') {
    const plain = value === 'current' ? (target['value'] ?? '0') : target['value'];
    return having({
      metricName: metric['name'],
      metricSelector: metric['selector'],
      [named('Value')]: plain,
      [named('AverageValue')]: averageValue,
    });
  }
  const average = value === 'current' ? (averageValue ?? '0') : averageValue;
  return having({
    name: given['name'],
    [named('AverageUtilization')]: averageUtilization,
    [named('AverageValue')]: average,
    container: given['container'],
  });
}

function newerTarget(source: Source, given: Loose, value: 'target' | 'current'): Loose {
  const plain = given[`${value}Value`];
  const averageValue = source === 'object' ? given['averageValue'] : given[`${value}AverageValue`];
  const averageUtilization = given[`${value}AverageUtilization`];
  const shown = having({ value: averageValue !== undefined && plain === '0' ? undefined : plain, averageValue, averageUtilization });
  if (value === 'current') return shown;
  const type = averageUtilization !== undefined ? 'Utilization' : averageValue !== undefined ? 'AverageValue' : 'Value';
  return { type, ...shown };
}

function newerSource(source: Source, given: Loose, value: 'target' | 'current'): Loose {
  const aim = { [value]: newerTarget(source, given, value) };
  if (source === 'resource' || source === 'containerResource')
    return having({ name: given['name'], container: given['container'], ...aim });
  const metric = having({ name: given['metricName'], selector: source === 'external' ? given['metricSelector'] : given['selector'] });
  return source === 'object' ? { describedObject: given['target'], metric, ...aim } : { metric, ...aim };
}

function eachSource(metric: Loose, change: (source: Source, given: Loose) => Loose): Loose {
  const sources = SOURCES.flatMap((source) =>
    metric[source] === undefined ? [] : [[source, change(source, loose(metric[source]))] as const],
  );
  return { type: metric['type'], ...Object.fromEntries(sources) };
}

export const olderMetric = (metric: object, value: 'target' | 'current'): Loose =>
  eachSource(loose(metric), (source, given) => olderSource(source, given, value));
export const newerMetric = (metric: unknown, value: 'target' | 'current'): Loose =>
  eachSource(loose(metric), (source, given) => newerSource(source, given, value));

/** Whether this is the one metric that v1 has a field for. */
export const isCpuUtilization = ({ type, resource }: MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;

function olderRules(rules: HPAScalingRules | undefined): unknown {
  if (rules === undefined) return null;
  const policies =
    rules.policies?.map(({ type, value, periodSeconds }) => ({ Type: type, Value: value, PeriodSeconds: periodSeconds })) ?? null;
  const {
    stabilizationWindowSeconds: StabilizationWindowSeconds = null,
    selectPolicy: SelectPolicy = null,
    tolerance: Tolerance = null,
  } = rules;
  return { StabilizationWindowSeconds, SelectPolicy, Policies: policies, Tolerance };
}

function newerRules(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const { StabilizationWindowSeconds, SelectPolicy, Policies, Tolerance } = value as Loose;
  const policies = Array.isArray(Policies)
    ? Policies.map((each) => ({ type: loose(each)['Type'], value: loose(each)['Value'], periodSeconds: loose(each)['PeriodSeconds'] }))
    : undefined;
  return { stabilizationWindowSeconds: StabilizationWindowSeconds, selectPolicy: SelectPolicy, policies, tolerance: Tolerance };
}

export const olderBehavior = ({ scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior): Loose => ({
  ScaleUp: olderRules(scaleUp),
  ScaleDown: olderRules(scaleDown),
});

export function newerBehavior(value: unknown): Loose | undefined {
  const { ScaleUp, ScaleDown } = loose(value);
  const behavior = having({ scaleUp: newerRules(ScaleUp), scaleDown: newerRules(ScaleDown) });
  return Object.keys(behavior).length === 0 ? undefined : behavior;
}
