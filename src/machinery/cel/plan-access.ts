// Reading a field, an entry or an element of a value, plainly, optionally, or only to see whether it is there.

import { ObjectMap } from './shape.ts';
import { CelError, ListValue, MapValue, NONE, Optional, Uint } from './value.ts';
import type { Value } from './value.ts';

const printKey = (key: Value): string => (key instanceof Uint ? String(key.value) : typeof key === 'object' ? 'object' : String(key));

const noSuchKey = (key: Value): CelError => new CelError(`no such key: ${printKey(key)}`);

/** What was found; null is a value, too. */
const orMissing = (found: Value | undefined, key: Value): Value => (found === undefined ? noSuchKey(key) : found);

/** The whole number that an index denotes. */
function indexOf(key: Value): number | undefined {
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof Uint) return Number(key.value);
  return typeof key === 'number' && Number.isInteger(key) ? key : undefined;
}

function inList(value: ListValue, key: Value): Value {
  const index = indexOf(key);
  if (index !== undefined && index >= 0 && index < value.size) return value.at(index);
  if (index !== undefined) return new CelError(`index out of bounds: ${index}`);
  if (typeof key === 'number') return new CelError(`unsupported index value ${key} in list`);
  return new CelError(`unsupported index type '${typeof key === 'string' ? 'string' : typeof key === 'boolean' ? 'bool' : 'dyn'}' in list`);
}

/** The entry under a key or the element at an index; inside an optional it is optional too. */
export function access(value: Value, key: Value): Value {
  if (value instanceof ObjectMap && typeof key === 'string') return orMissing(value.field(key), key);
  if (value instanceof MapValue) return orMissing(value.get(key), key);
  if (value instanceof ListValue) return inList(value, key);
  if (value instanceof CelError) return value;
  if (value instanceof Optional) return value.value === undefined ? NONE : accessOptionally(value.value, key);
  return noSuchKey(key);
}

/** The same in an optional, which is none where there is nothing. */
export function accessOptionally(value: Value, key: Value): Value {
  if (value instanceof CelError) return value;
  const inner = value instanceof Optional ? value.value : value;
  if (inner === undefined) return NONE;
  if (!(inner instanceof MapValue) && !(inner instanceof ListValue)) return NONE;
  const found = inner instanceof MapValue ? inner.get(key) : inList(inner, key);
  if (found instanceof CelError) return found.message.startsWith('unsupported') ? found : NONE;
  return found === undefined ? NONE : found instanceof Optional ? found : new Optional(found);
}

/** Whether the field is there. */
export function hasField(value: Value, name: string): Value {
  if (value instanceof CelError) return value;
  const inner = value instanceof Optional ? value.value : value;
  return inner instanceof MapValue && inner.get(name) !== undefined;
}
