// eq, lt and their kin by Go's rules: kinds must agree, except that signed and unsigned integers compare.

import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { compareBytes } from '../utf8.ts';
import { sprintf } from './go-print.ts';
import { floatOf, integerOf, kindOf, typeName } from './go-value.ts';

const BAD_TYPE = 'invalid type for comparison';

const isInteger = (value: unknown): boolean => kindOf(value) === 'int' || kindOf(value) === 'uint';
const isBasic = (value: unknown): boolean => !['invalid', 'slice', 'map'].includes(kindOf(value));

/** Whether `left` equals any of `others`; nil equals nil only. */
export function equalsAny(left: unknown, others: readonly unknown[]): Outcome<boolean> {
  if (others.length === 0) return failure('missing argument for comparison');
  for (const right of others) {
    const equal = equals(left, right);
    if (!equal.ok || equal.value) return equal;
  }
  return success(false);
}

function equals(left: unknown, right: unknown): Outcome<boolean> {
  if (isInteger(left) && isInteger(right)) return success(integerOf(left) === integerOf(right));
  const nothing = (left ?? undefined) === undefined || (right ?? undefined) === undefined;
  if (!isBasic(left) && !isBasic(right)) {
    if (nothing) return success((left ?? undefined) === (right ?? undefined));
    return kindOf(left) === kindOf(right)
      ? failure(sprintf(`non-comparable type %s: ${typeName(right)}`, [right]))
      : failure(sprintf(`non-comparable types %s: ${typeName(left)}, ${typeName(right)}: %v`, [left, right]));
  }
  if (kindOf(left) !== kindOf(right)) return nothing ? success(false) : incompatible(left, right);
  if (kindOf(left) === 'float') return success(floatOf(left) === floatOf(right));
  return success(left === right);
}

const incompatible = (left: unknown, right: unknown): { readonly ok: false; readonly error: string } =>
  failure(`incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`);

/** Whether `left` is less than `right`. */
export function isLess(left: unknown, right: unknown): Outcome<boolean> {
  if (!isBasic(left) || !isBasic(right)) return failure(BAD_TYPE);
  if (isInteger(left) && isInteger(right)) return success(integerOf(left) < integerOf(right));
  if (kindOf(left) !== kindOf(right)) return incompatible(left, right);
  if (typeof left === 'string' && typeof right === 'string') return success(compareBytes(left, right) < 0);
  return kindOf(left) === 'float' ? success(floatOf(left) < floatOf(right)) : failure(BAD_TYPE);
}

/** Whether `left` is less than or equal to `right`. */
export function isAtMost(left: unknown, right: unknown): Outcome<boolean> {
  const less = isLess(left, right);
  return !less.ok || less.value ? less : equals(left, right);
}

/** The outcome turned round. */
export const negated = (outcome: Outcome<boolean>): Outcome<boolean> => (outcome.ok ? success(!outcome.value) : outcome);
