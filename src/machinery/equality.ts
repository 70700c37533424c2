// Equality of meaning between JSON-shaped values: key order, absence and `undefined` do not count, and an empty list
// equals an absent one, as upstream's semantic equality has it.

import { compareQuantity, parseQuantity } from './quantity.ts';
import { getOwn, isJsonObject } from './json-object.ts';

/** Whether two canonical values mean the same. */
export function semanticEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === undefined || a === null) return isEmpty(b);
  if (b === undefined || b === null) return isEmpty(a);
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, index) => semanticEqual(each, b[index]));
  if (!isJsonObject(a) || !isJsonObject(b)) return typeof a === 'bigint' || typeof b === 'bigint' ? sameNumber(a, b) : false;
  for (const key in a) if (!semanticEqual(a[key], getOwn(b, key))) return false;
  for (const key in b) if (!Object.hasOwn(a, key) && !isEmpty(b[key])) return false;
  return true;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function sameNumber(a: unknown, b: unknown): boolean {
  return (typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint') && BigInt(a) === BigInt(b);
}

/** Whether two texts are the same quantity (`1` and `1000m`). */
export function sameQuantity(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const left = parseQuantity(a);
  const right = parseQuantity(b);
  return left !== undefined && right !== undefined ? compareQuantity(left, right) === 0 : a === b;
}
