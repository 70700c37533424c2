// Checks of how far a rolling update may go at once: numbers or percentages.

import { checkPercent } from '../../../machinery/formats/number.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { invalid } from '../../../machinery/problem.ts';
import type { IntOrString } from '../../../machinery/schema.ts';
import { complaints, nonNegative } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';

/** A number that is not negative, or a percentage. */
export function* countOrPercent(value: IntOrString, at: FieldPath): Problems {
  if (typeof value === 'number') yield* nonNegative(at, value);
  else yield* complaints(at, value, checkPercent(value));
}

/** No more than everything. */
export function* atMostAll(value: IntOrString, at: FieldPath): Problems {
  if ((percentOf(value) ?? 0) > 100) yield invalid(at, value, 'must not be greater than 100%');
}

function percentOf(value: IntOrString): number | undefined {
  return typeof value === 'string' && checkPercent(value).length === 0 ? Number(value.slice(0, -1)) : undefined;
}

/** Whether the value, number or percentage, is nothing at all. */
export function isNothing(value: IntOrString): boolean {
  return (percentOf(value) ?? Number(value)) === 0 || (typeof value === 'string' && !/^[+-]?[0-9]+%?$/.test(value));
}
