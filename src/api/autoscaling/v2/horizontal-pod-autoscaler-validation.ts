// Checks of HorizontalPodAutoscalers: bounds, what is scaled, by which metrics, how fast.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { invalid, notSupported, required } from '../../../machinery/problem.ts';
import { printQuantity, quantitySign } from '../../../machinery/quantity.ts';
import { nonNegative, positive, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type {
  HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalerStatus,
  HPAScalingPolicy,
  HPAScalingRules,
} from './horizontal-pod-autoscaler.ts';
import { validateMetrics, validateReference, versionProblem } from './metric-validation.ts';
import type { ReferenceRatchet } from './metric-validation.ts';

const LONGEST_WINDOW_SECONDS = 3600;
const LONGEST_PERIOD_SECONDS = 1800;

/** Checks the spec; references may stay as bad as they are stored. */
export function* validateAutoscalerSpec(
  spec: HorizontalPodAutoscalerSpec,
  old: HorizontalPodAutoscalerSpec | undefined,
  at: FieldPath,
): Problems {
  const { minReplicas, maxReplicas, scaleTargetRef, metrics = [], behavior } = spec;
  const least = old?.minReplicas === 0 ? 0 : 1;
  if (minReplicas !== undefined && minReplicas < least)
    yield invalid(at.child('minReplicas'), minReplicas, `must be greater than or equal to ${least}`);
  const most = at.child('maxReplicas');
  if (maxReplicas === 0) yield required(most, 'must be set and greater than 0');
  if (maxReplicas < 0) yield invalid(most, maxReplicas, 'must be greater than or equal to 1');
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    yield invalid(most, maxReplicas, 'must be greater than or equal to `minReplicas`');
  yield* validateReference(scaleTargetRef, targetRatchet(spec, old), at.child('scaleTargetRef'));
  const described = (old?.metrics ?? []).flatMap(({ object }) => (object === undefined ? [] : [object.describedObject.apiVersion ?? '']));
  const anyVersion = described.some((each) => versionProblem(each, { anyVersion: false, noGroup: true }) !== undefined);
  yield* validateMetrics(metrics, { anyVersion, noGroup: true }, minReplicas, at.child('metrics'));
  yield* validateRules(behavior?.scaleUp, at.child('behavior', 'scaleUp'));
  yield* validateRules(behavior?.scaleDown, at.child('behavior', 'scaleDown'));
}

/** In the core group only ReplicationControllers scale; a reference that is stored may stay whatever it is. */
function targetRatchet(next: HorizontalPodAutoscalerSpec, old: HorizontalPodAutoscalerSpec | undefined): ReferenceRatchet {
  const { kind, apiVersion } = next.scaleTargetRef;
  const before = old?.scaleTargetRef;
  return { anyVersion: before?.kind === kind && before.apiVersion === apiVersion, noGroup: kind === 'ReplicationController' };
}

function* validateRules(rules: HPAScalingRules | undefined, at: FieldPath): Problems {
  if (rules === undefined) return;
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const here = at.child('stabilizationWindowSeconds');
  if (window !== undefined && window < 0) yield invalid(here, window, 'must be greater than or equal to zero');
  if (window !== undefined && window > LONGEST_WINDOW_SECONDS)
    yield invalid(here, window, `must be less than or equal to ${LONGEST_WINDOW_SECONDS}`);
  yield* supported(at.child('selectPolicy'), selectPolicy, ['Disabled', 'Max', 'Min']);
  if (policies.length === 0) yield required(at.child('policies'), 'must specify at least one Policy');
  for (const [index, policy] of policies.entries()) yield* validatePolicy(policy, at.child('policies').index(index));
  if (tolerance !== undefined && quantitySign(tolerance) < 0)
    yield invalid(at.child('tolerance'), printQuantity(tolerance), 'must be greater than or equal to 0');
}

function* validatePolicy({ type, value, periodSeconds }: HPAScalingPolicy, at: FieldPath): Problems {
  if (type !== 'Pods' && type !== 'Percent') yield notSupported(at.child('type'), type, ['Percent', 'Pods']);
  yield* positive(at.child('value'), value);
  yield* positive(at.child('periodSeconds'), periodSeconds);
  if (periodSeconds > LONGEST_PERIOD_SECONDS)
    yield invalid(at.child('periodSeconds'), periodSeconds, `must be less than or equal to ${LONGEST_PERIOD_SECONDS}`);
}

/** Checks what the controller reports. */
export function* validateAutoscalerStatus({ currentReplicas, desiredReplicas }: HorizontalPodAutoscalerStatus, at: FieldPath): Problems {
  yield* nonNegative(at.child('currentReplicas'), currentReplicas);
  yield* nonNegative(at.child('desiredReplicas'), desiredReplicas);
}
