// Checks of PodDisruptionBudgets: one bound, a number or a percentage; counts that are none below zero.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { invalid } from '../../../machinery/problem.ts';
import { hasInvalidLabelValue, validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import { atMostAll, countOrPercent } from '../../apps/v1/rolling-update-validation.ts';
import { validateConditions } from '../../meta/v1/condition-validation.ts';
import { nonNegative, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { PodDisruptionBudgetSpec, PodDisruptionBudgetStatus } from './pod-disruption-budget.ts';

/** Checks the spec; label values that were stored before they were checked may stay. */
export function* validateBudgetSpec(spec: PodDisruptionBudgetSpec, old: PodDisruptionBudgetSpec | undefined, at: FieldPath): Problems {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    };
    yield invalid(at, shown, 'minAvailable and maxUnavailable cannot be both set');
  }
  for (const [name, bound] of Object.entries({ minAvailable, maxUnavailable })) {
    if (bound === undefined) continue;
    yield* countOrPercent(bound, at.child(name));
    yield* atMostAll(bound, at.child(name));
  }
  const allowInvalidLabelValueInSelector = hasInvalidLabelValue(old?.selector);
  yield* validateLabelSelector(selector, at.child('selector'), { allowInvalidLabelValueInSelector });
  yield* supported(at.child('unhealthyPodEvictionPolicy'), policy, ['AlwaysAllow', 'IfHealthyBudget']);
}

/** Checks what the controller counted. */
export function* validateBudgetStatus(status: PodDisruptionBudgetStatus, at: FieldPath): Problems {
  yield* validateConditions(status.conditions ?? [], at.child('conditions'));
  for (const name of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const)
    yield* nonNegative(at.child(name), status[name]);
}
