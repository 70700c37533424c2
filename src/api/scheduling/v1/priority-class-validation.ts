// Checks of PriorityClasses: the highest values and the names of the system are not for users.

import type { FieldPath } from '../../../machinery/field-path.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { forbidden } from '../../../machinery/problem.ts';
import { requiredChoice, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';

interface PriorityClassObject extends KubeObject {
  readonly value: number;
  readonly globalDefault?: boolean | undefined;
  readonly preemptionPolicy?: string | undefined;
}

const SYSTEM_PREFIX = 'system-';
const HIGHEST_USER_PRIORITY = 1_000_000_000;
const SYSTEM_CLASSES: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);

/** Checks a PriorityClass, by itself or against the stored one. */
export function* validatePriorityClass(next: PriorityClassObject, old: PriorityClassObject | undefined, at: FieldPath): Problems {
  const { metadata, value, preemptionPolicy } = next;
  const here = at.child('preemptionPolicy');
  if (old !== undefined) {
    if (value !== old.value) yield forbidden(at.child('value'), 'may not be changed in an update.');
    return yield* unchanged(here, preemptionPolicy, old.preemptionPolicy);
  }
  const reserved = (metadata.name ?? '').startsWith(SYSTEM_PREFIX);
  const problem = reserved ? systemProblem(next) : undefined;
  if (problem !== undefined)
    yield forbidden(
      at.child('metadata', 'name'),
      `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${problem}`,
    );
  if (!reserved && value > HIGHEST_USER_PRIORITY)
    yield forbidden(at.child('value'), `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`);
  if (preemptionPolicy !== undefined) yield* requiredChoice(here, preemptionPolicy, ['PreemptLowerPriority', 'Never']);
}

function systemProblem({ metadata: { name = '' }, value, globalDefault = false }: PriorityClassObject): string | undefined {
  const expected = SYSTEM_CLASSES.get(name);
  if (expected === undefined) return `${name} is not a known system priority class`;
  if (value !== expected) return `value of ${name} PriorityClass must be ${expected}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
