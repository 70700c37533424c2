// The few checks of single values that nearly every kind needs, with upstream's wording. Each yields the problems it finds.

import type { FieldPath } from '../machinery/field-path.ts';
import { invalid, notSupported, required } from '../machinery/problem.ts';
import type { Problem } from '../machinery/problem.ts';
import { semanticEqual } from '../machinery/equality.ts';
import type { Int64 } from '../machinery/schema.ts';

/** What a check yields; spread it into an array at the kind. */
export type Problems = Iterable<Problem>;

/** One problem for each complaint that a format check made of the value. */
export function* complaints(at: FieldPath, value: unknown, messages: readonly string[]): Problems {
  for (const message of messages) yield invalid(at, value, message);
}

/** Refuses negative numbers; an absent one is fine. */
export function* nonNegative(at: FieldPath, value: Int64 | undefined): Problems {
  if (value !== undefined && value < 0) yield invalid(at, value, 'must be greater than or equal to 0');
}

/** Refuses numbers below one. */
export function* positive(at: FieldPath, value: Int64): Problems {
  if (value <= 0) yield invalid(at, value, 'must be greater than zero');
}

/** Refuses an empty or absent text, with nothing more to say. */
export function* present(at: FieldPath, value: string | undefined): Problems {
  if (value === undefined || value === '') yield required(at);
}

/** Refuses a value outside the list, which is printed in the order given; an absent value is fine. */
export function* supported(at: FieldPath, value: string | undefined, values: readonly string[]): Problems {
  if (value !== undefined && !values.includes(value)) yield notSupported(at, value, values);
}

/** Refuses an absent value as required and one outside the list as not supported. */
export function* requiredChoice(at: FieldPath, value: string | undefined, values: readonly string[]): Problems {
  if (value === undefined || value === '') yield required(at);
  else yield* supported(at, value, values);
}

/** Refuses any change. `shown` is what the message prints where the value itself has another look upstream. */
export function* unchanged(at: FieldPath, value: unknown, old: unknown, shown: unknown = value): Problems {
  if (!semanticEqual(value, old)) yield invalid(at, shown, 'field is immutable');
}

/** The length that upstream counts: bytes of UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
