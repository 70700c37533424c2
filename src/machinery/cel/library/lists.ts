// The functions of lists: Kubernetes' own (isSorted, sum, min, max, indexOf) and the language's extension (slice, flatten, sort …).

import { calculate } from '../arithmetic.ts';
import { compareValues, equalValues } from '../compare.ts';
import { global, member } from '../environment.ts';
import type { FunctionTable, Overload } from '../environment.ts';
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, listOf, parameter, STRING, TIMESTAMP, UINT } from '../type.ts';
import type { CelType } from '../type.ts';
import { CelError, Duration, ListValue, Uint } from '../value.ts';
import type { Value } from '../value.ts';

const T = parameter('T');
const LIST = listOf(T);
const COMPARABLE: readonly CelType[] = [INT, UINT, DOUBLE, BOOL, DURATION, TIMESTAMP, STRING, BYTES];
const ZEROS: readonly (readonly [CelType, Value])[] = [
  [INT, 0n],
  [UINT, new Uint(0n)],
  [DOUBLE, 0],
  [DURATION, new Duration(0n)],
];

const each = (suffix: (name: string) => string, result: (type: CelType) => CelType, run: (list: ListValue) => Value): readonly Overload[] =>
  COMPARABLE.map((type) => member(`list_${type.kind}_${suffix(type.kind)}`, [listOf(type)], result(type), run));

function isSorted(list: ListValue): Value {
  for (let index = 1; index < list.size; index += 1) {
    const order = compareValues(list.at(index - 1), list.at(index));
    if (order instanceof CelError) return order;
    if (order > 0) return false;
  }
  return true;
}

function extreme(list: ListValue, name: string, sign: 1 | -1): Value {
  if (list.size === 0) return new CelError(`${name} called on empty list`);
  let best = list.at(0);
  for (let index = 1; index < list.size; index += 1) {
    const order = compareValues(list.at(index), best);
    if (order instanceof CelError) return order;
    if (order * sign > 0) best = list.at(index);
  }
  return best;
}

function sum(list: ListValue, zero: Value): Value {
  let total = zero;
  for (const item of list) {
    total = calculate('+', total, item);
    if (total instanceof CelError) return total;
  }
  return total;
}

function indexOf(list: ListValue, wanted: Value): Value {
  for (let index = 0; index < list.size; index += 1) if (equalValues(list.at(index), wanted)) return BigInt(index);
  return -1n;
}

function lastIndexOf(list: ListValue, wanted: Value): Value {
  for (let index = list.size - 1; index >= 0; index -= 1) if (equalValues(list.at(index), wanted)) return BigInt(index);
  return -1n;
}

function slice(list: ListValue, start: bigint, end: bigint): Value {
  if (start < 0n || end < 0n) return new CelError(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end) return new CelError(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (end > list.size) return new CelError(`cannot slice(${start}, ${end}), list is length ${list.size}`);
  return new ListValue([...list].slice(Number(start), Number(end)));
}

function flattened(list: ListValue, depth: number): Value[] {
  return [...list].flatMap((item) => (item instanceof ListValue && depth > 0 ? flattened(item, depth - 1) : [item]));
}

function flatten(list: ListValue, depth: bigint): Value {
  return depth < 0n ? new CelError('level must be non-negative') : new ListValue(flattened(list, Number(depth > 1000n ? 1000n : depth)));
}

function distinct(list: ListValue): Value {
  const kept: Value[] = [];
  for (const item of list) if (!kept.some((known) => equalValues(known, item))) kept.push(item);
  return new ListValue(kept);
}

function sortedBy(list: ListValue, keys: ListValue): Value {
  if (list.size !== keys.size)
    return new CelError(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${list.size} and ${keys.size} elements respectively`,
    );
  let problem: CelError | undefined;
  const order = Array.from({ length: list.size }, (_, index) => index).sort((a, b) => {
    const result = compareValues(keys.at(a), keys.at(b));
    if (typeof result === 'number') return result;
    problem = result;
    return 0;
  });
  return problem === undefined
    ? new ListValue(order.map((index) => list.at(index)))
    : new CelError('list elements must have the same type');
}

function range(end: bigint): Value {
  if (end > 1_000_000n) return new CelError('lists.range() is too large');
  return new ListValue(Array.from({ length: Math.max(0, Number(end)) }, (_, index) => BigInt(index)));
}

const reverse = (list: ListValue): Value => new ListValue([...list].reverse());

/** Kubernetes' own. */
export const lists: FunctionTable = {
  isSorted: each(
    () => 'is_sorted_bool',
    () => BOOL,
    isSorted,
  ),
  max: each(
    (name) => `max_${name}`,
    (type) => type,
    (list) => extreme(list, 'max', 1),
  ),
  min: each(
    (name) => `min_${name}`,
    (type) => type,
    (list) => extreme(list, 'min', -1),
  ),
  sum: ZEROS.map(([type, zero]) =>
    member(`list_${type.kind}_sum_${type.kind}`, [listOf(type)], type, (list: ListValue) => sum(list, zero)),
  ),
  indexOf: [member('list_a_index_of_int', [LIST, T], INT, indexOf)],
  lastIndexOf: [member('list_a_last_index_of_int', [LIST, T], INT, lastIndexOf)],
};

/** The language's extension. */
export const extendedLists: FunctionTable = {
  slice: [member('list_slice', [LIST, INT, INT], LIST, slice)],
  flatten: [
    member('list_flatten', [listOf(LIST)], LIST, (list: ListValue) => flatten(list, 1n)),
    member('list_flatten_int', [listOf(DYN), INT], listOf(DYN), flatten),
  ],
  distinct: [member('list_distinct', [LIST], LIST, distinct)],
  'lists.range': [global('lists_range', [INT], listOf(INT), range)],
  reverse: [member('list_reverse', [LIST], LIST, reverse)],
  sort: COMPARABLE.map((type) => member(`list_${type.kind}_sort`, [listOf(type)], listOf(type), (list: ListValue) => sortedBy(list, list))),
  '@sortByAssociatedKeys': COMPARABLE.map((type) => member(`list_${type.kind}_sortByAssociatedKeys`, [LIST, listOf(type)], LIST, sortedBy)),
};
