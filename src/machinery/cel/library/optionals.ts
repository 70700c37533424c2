// Optional values: made, asked, opened and replaced.

import { global, member } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { equalValues } from '../compare.ts';
import { BOOL, listOf, optionalOf, parameter } from '../type.ts';
import { CelError, Duration, ListValue, MapValue, NONE, Optional, Timestamp, Uint } from '../value.ts';
import type { Value } from '../value.ts';

const V = parameter('V');
const OPTIONAL = optionalOf(V);

function isZero(value: Value): boolean {
  if (value === null || value === false || value === '') return true;
  if (value instanceof ListValue || value instanceof MapValue) return value.size === 0;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Duration) return value.nanoseconds === 0n;
  if (value instanceof Timestamp) return value.nanoseconds === 0n;
  return (typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint) && equalValues(value, 0n);
}

function* present(list: ListValue): Generator<Value> {
  for (const item of list)
    if (!(item instanceof Optional)) yield item;
    else if (item.value !== undefined) yield item.value;
}

export const optionals: FunctionTable = {
  'optional.of': [global('optional_of', [V], OPTIONAL, (value: Value) => new Optional(value))],
  'optional.ofNonZeroValue': [
    global('optional_ofNonZeroValue', [V], OPTIONAL, (value: Value) => (isZero(value) ? NONE : new Optional(value))),
  ],
  'optional.none': [global('optional_none', [], OPTIONAL, () => NONE)],
  'optional.unwrap': [global('optional_unwrap', [listOf(OPTIONAL)], listOf(V), (list: ListValue) => new ListValue([...present(list)]))],
  unwrapOpt: [member('optional_unwrapOpt', [listOf(OPTIONAL)], listOf(V), (list: ListValue) => new ListValue([...present(list)]))],
  value: [
    member('optional_value', [OPTIONAL], V, (optional: Optional) =>
      optional.value === undefined ? new CelError('optional.none() dereference') : optional.value,
    ),
  ],
  hasValue: [member('optional_hasValue', [OPTIONAL], BOOL, (optional: Optional) => optional.value !== undefined)],
  or: [
    member('optional_or_optional', [OPTIONAL, OPTIONAL], OPTIONAL, (first: Optional, second: Optional) =>
      first.value === undefined ? second : first,
    ),
  ],
  orValue: [
    member('optional_orValue_value', [OPTIONAL, V], V, (optional: Optional, value: Value) =>
      optional.value === undefined ? value : optional.value,
    ),
  ],
};
