// Arithmetic on values. Integers never wrap: what does not fit is an error, as is what leaves the range of times.

import { CelError, Duration, ListValue, NO_SUCH_OVERLOAD, Timestamp, Uint } from './value.ts';
import type { Value } from './value.ts';

export const MAX_INT = 2n ** 63n - 1n;
export const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;
const SECOND = 1_000_000_000n;
/** The years 1 to 9999. */
const FIRST_TIME = -62_135_596_800n * SECOND;
const LAST_TIME = 253_402_300_800n * SECOND - 1n;

const INT_OVERFLOW = new CelError('integer overflow');
const UINT_OVERFLOW = new CelError('unsigned integer overflow');
const DURATION_OVERFLOW = new CelError('duration overflow');
const TIMESTAMP_OVERFLOW = new CelError('timestamp overflow');
const DIVISION_BY_ZERO = new CelError('division by zero');
const MODULUS_BY_ZERO = new CelError('modulus by zero');

export const checkedInt = (value: bigint): Value => (value > MAX_INT || value < MIN_INT ? INT_OVERFLOW : value);
export const checkedUint = (value: bigint): Value => (value > MAX_UINT || value < 0n ? UINT_OVERFLOW : new Uint(value));
export const checkedDuration = (nanoseconds: bigint): Value =>
  nanoseconds > MAX_INT || nanoseconds < MIN_INT ? DURATION_OVERFLOW : new Duration(nanoseconds);
export const checkedTimestamp = (nanoseconds: bigint): Value =>
  nanoseconds > LAST_TIME || nanoseconds < FIRST_TIME ? TIMESTAMP_OVERFLOW : new Timestamp(nanoseconds);

export type Operator = '+' | '-' | '*' | '/' | '%';

function whole(operator: Operator, a: bigint, b: bigint): bigint | CelError {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0n ? DIVISION_BY_ZERO : a / b;
    default:
      return b === 0n ? MODULUS_BY_ZERO : a % b;
  }
}

function real(operator: Operator, a: number, b: number): Value {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return NO_SUCH_OVERLOAD;
  }
}

/** The operator applied to two values. */
export function calculate(operator: Operator, a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    const result = whole(operator, a, b);
    return typeof result === 'bigint' ? checkedInt(result) : result;
  }
  if (typeof a === 'number' && typeof b === 'number') return real(operator, a, b);
  if (a instanceof Uint && b instanceof Uint) {
    const result = whole(operator, a.value, b.value);
    return typeof result === 'bigint' ? checkedUint(result) : result;
  }
  if (operator === '+') return add(a, b);
  return operator === '-' ? subtract(a, b) : NO_SUCH_OVERLOAD;
}

function add(a: Value, b: Value): Value {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (a instanceof ListValue && b instanceof ListValue) return a.concat(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Uint8Array.from([...a, ...b]);
  if (a instanceof Duration && b instanceof Duration) return checkedDuration(a.nanoseconds + b.nanoseconds);
  if ((a instanceof Timestamp && b instanceof Duration) || (a instanceof Duration && b instanceof Timestamp)) {
    return checkedTimestamp(a.nanoseconds + b.nanoseconds);
  }
  return NO_SUCH_OVERLOAD;
}

function subtract(a: Value, b: Value): Value {
  if (a instanceof Duration && b instanceof Duration) return checkedDuration(a.nanoseconds - b.nanoseconds);
  if (a instanceof Timestamp && b instanceof Duration) return checkedTimestamp(a.nanoseconds - b.nanoseconds);
  if (a instanceof Timestamp && b instanceof Timestamp) return checkedDuration(a.nanoseconds - b.nanoseconds);
  return NO_SUCH_OVERLOAD;
}

/** The value with the other sign. */
export function negate(value: Value): Value {
  if (typeof value === 'bigint') return checkedInt(-value);
  if (typeof value === 'number') return -value;
  return value instanceof Duration ? checkedDuration(-value.nanoseconds) : NO_SUCH_OVERLOAD;
}
