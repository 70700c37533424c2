// Lists looked at as sets.

import { equalValues } from '../compare.ts';
import { global } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { BOOL, listOf, parameter } from '../type.ts';
import type { ListValue, Value } from '../value.ts';

const T = listOf(parameter('T'));

function has(list: ListValue, wanted: Value): boolean {
  for (const item of list) if (equalValues(item, wanted)) return true;
  return false;
}

function contains(list: ListValue, sublist: ListValue): boolean {
  for (const item of sublist) if (!has(list, item)) return false;
  return true;
}

function intersects(a: ListValue, b: ListValue): boolean {
  for (const item of a) if (has(b, item)) return true;
  return false;
}

export const sets: FunctionTable = {
  'sets.contains': [global('list_sets_contains_list', [T, T], BOOL, contains)],
  'sets.equivalent': [global('list_sets_equivalent_list', [T, T], BOOL, (a: ListValue, b: ListValue) => contains(a, b) && contains(b, a))],
  'sets.intersects': [global('list_sets_intersects_list', [T, T], BOOL, intersects)],
};
