// Equality and order of values. An integer beside a double is compared as a double.

import { CelError, Duration, ListValue, MapValue, NO_SUCH_OVERLOAD, OpaqueValue, Optional, Timestamp, TypeValue, Uint } from './value.ts';
import type { Value } from './value.ts';
import { sameType } from './type.ts';
import { compareBytes as compareText } from '../utf8.ts';

const NAN_ORDER = new CelError('NaN values cannot be ordered');

/** The exact number behind an int, uint or double. */
const numeric = (value: Value): bigint | number | undefined =>
  typeof value === 'bigint' || typeof value === 'number' ? value : value instanceof Uint ? value.value : undefined;

/** NaN where either is NaN. */
function numericOrder(a: bigint | number, b: bigint | number): number {
  const left = typeof b === 'number' ? Number(a) : a;
  const right = typeof a === 'number' ? Number(b) : b;
  return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
}

/** Whether two values are equal; values of different types are not, numbers aside. */
export function equalValues(a: Value, b: Value): boolean {
  const left = numeric(a);
  if (left !== undefined) {
    const right = numeric(b);
    return right !== undefined && numericOrder(left, right) === 0;
  }
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return equalObjects(a, b);
}

function equalObjects(a: Exclude<Value, null>, b: Exclude<Value, null>): boolean {
  if (a instanceof ListValue) return b instanceof ListValue && equalLists(a, b);
  if (a instanceof MapValue) return b instanceof MapValue && equalMaps(a, b);
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanoseconds === b.nanoseconds;
  if (a instanceof Duration) return b instanceof Duration && a.nanoseconds === b.nanoseconds;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareByteArrays(a, b) === 0;
  if (a instanceof TypeValue) return b instanceof TypeValue && (a.type.name === b.type.name || sameType(a.type, b.type));
  if (a instanceof OpaqueValue) return b instanceof OpaqueValue && a.type.name === b.type.name && a.equals(b);
  if (a instanceof Optional && b instanceof Optional) {
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return equalValues(a.value, b.value);
  }
  return false;
}

function equalLists(a: ListValue, b: ListValue): boolean {
  if (a.size !== b.size) return false;
  for (let index = 0; index < a.size; index += 1) if (!equalValues(a.at(index), b.at(index))) return false;
  return true;
}

function equalMaps(a: MapValue, b: MapValue): boolean {
  if (a.size !== b.size || a.structName !== b.structName) return false;
  for (const key of a.keys()) {
    const left = a.get(key);
    const right = b.get(key);
    if (left === undefined || right === undefined || !equalValues(left, right)) return false;
  }
  return true;
}

function compareByteArrays(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Negative, zero or positive; an error where the two have no order. */
export function compareValues(a: Value, b: Value): number | CelError {
  const left = numeric(a);
  const right = numeric(b);
  if (left !== undefined && right !== undefined) {
    const order = numericOrder(left, right);
    return Number.isNaN(order) ? NAN_ORDER : order;
  }
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if ((a instanceof Timestamp && b instanceof Timestamp) || (a instanceof Duration && b instanceof Duration)) {
    return a.nanoseconds < b.nanoseconds ? -1 : a.nanoseconds > b.nanoseconds ? 1 : 0;
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareByteArrays(a, b);
  return NO_SUCH_OVERLOAD;
}
