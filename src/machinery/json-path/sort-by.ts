// kubectl's `--sort-by`: orders objects by what a JSONPath finds in them.
//
// S1. Numbers by value; two texts that are both quantities by quantity, other texts by their bytes; objects without the field come first.
// S2. Different types, and types without an order, are an error.

import { typeName } from '../go-template/go-value.ts';
import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { compareQuantity, parseQuantity } from '../quantity.ts';
import { quote } from '../quote.ts';
import { compareBytes } from '../utf8.ts';
import { parseJsonPath } from './json-path.ts';
import { relaxedPath } from './relaxed-path.ts';
import { sortByLess } from './short-sort.ts';

/** Thrown out of the sorting when two values have no order. */
class Unsortable extends Error {}

/** Where each object of the ordered list stood before. */
export function sortPositions(objects: readonly unknown[], field: string): Outcome<number[]> {
  const text = relaxedPath(field);
  if (!text.ok) return text;
  const path = parseJsonPath(text.value);
  if (!path.ok) return path;
  const keys: unknown[] = [];
  for (const object of objects) {
    const found = path.value.find(object);
    if (!found.ok) return found;
    keys.push(found.value[0]?.[0]);
  }
  if (keys.every((key) => key === undefined)) {
    return failure(`couldn't find any field with path ${quote(text.value)} in the list of objects`);
  }
  const positions = Array.from(keys.keys());
  try {
    sortByLess(positions, (left, right) => isKeyLess(keys[left], keys[right]));
  } catch (error) {
    if (error instanceof Unsortable) return failure(error.message);
    throw error;
  }
  return success(positions);
}

function isKeyLess(left: unknown, right: unknown): boolean {
  // Two missing fields are each less than the other, as they are upstream.
  if (left === undefined) return true;
  if (right === undefined || right === null) return false;
  if (left === null) return true;
  const type = typeName(left);
  if (type !== 'int64' && type !== 'float64' && type !== 'string') throw new Unsortable(`unsortable type: ${type}`);
  if (typeName(right) !== type) throw new Unsortable('unsortable interface: interface');
  if (typeof left === 'string' && typeof right === 'string') return isTextLess(left, right);
  return (left as number | bigint) < (right as number | bigint);
}

function isTextLess(left: string, right: string): boolean {
  const leftQuantity = parseQuantity(left);
  const rightQuantity = leftQuantity === undefined ? undefined : parseQuantity(right);
  if (leftQuantity === undefined || rightQuantity === undefined) return compareBytes(left, right) < 0;
  return compareQuantity(leftQuantity, rightQuantity) < 0;
}
