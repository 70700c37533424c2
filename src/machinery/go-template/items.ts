// index, slice and len: the parts of lists, maps and text. Text is indexed by its bytes.

import { getOwn, isJsonObject } from '../json-object.ts';
import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { utf8Length } from '../utf8.ts';
import { goByte, GoNumber, integerOf, kindOf, typeName } from './go-value.ts';
import { itemOf, isNilItem, isNothing, staticType, unboxed, valueOf } from './value.ts';
import type { Value } from './value.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** `index item key…` */
export function indexItem(item: Value, keys: readonly Value[]): Outcome<Value> {
  let current = unboxed(item);
  if (isNothing(current)) return failure('index of untyped nil');
  for (const key of keys) {
    if (isNilItem(current)) return failure('index of nil pointer');
    const next = indexOnce(current.data, unboxed(key).data);
    if (!next.ok) return next;
    current = next.value;
  }
  return success(current);
}

function indexOnce(data: unknown, key: unknown): Outcome<Value> {
  if (typeof data === 'string' || Array.isArray(data)) {
    const length = typeof data === 'string' ? utf8Length(data) : data.length;
    const index = indexArgument(key, length);
    if (!index.ok) return index;
    if (index.value === length) return failure(`reflect: ${typeof data === 'string' ? 'string' : 'slice'} index out of range`);
    return success(typeof data === 'string' ? valueOf(goByte(encoder.encode(data)[index.value] ?? 0)) : itemOf(data[index.value] ?? null));
  }
  if (isJsonObject(data) && !(data instanceof GoNumber)) {
    if (typeof key === 'string') return success(itemOf(getOwn(data, key) ?? null));
    return failure(key === undefined ? 'value is nil; should be of type string' : `value has type ${typeName(key)}; should be string`);
  }
  return failure(`can't index item of type ${typeName(data)}`);
}

function indexArgument(key: unknown, limit: number): Outcome<number> {
  if (key === undefined || key === null) return failure('cannot index slice/array with nil');
  const kind = kindOf(key);
  if (kind !== 'int' && kind !== 'uint') return failure(`cannot index slice/array with type ${typeName(key)}`);
  const index = integerOf(key);
  return index < 0n || index > BigInt(limit) ? failure(`index out of range: ${index}`) : success(Number(index));
}

/** `slice item from to capacity` */
export function sliceItem(item: Value, bounds: readonly Value[]): Outcome<Value> {
  const { data } = unboxed(item);
  if (data === undefined || data === null) return failure('slice of untyped nil');
  if (bounds.length > 3) return failure(`too many slice indexes: ${bounds.length}`);
  if (typeof data === 'string' && bounds.length === 3) return failure('cannot 3-index slice a string');
  if (typeof data !== 'string' && !Array.isArray(data)) return failure(`can't slice item of type ${typeName(data)}`);
  const length = typeof data === 'string' ? utf8Length(data) : data.length;
  const capacity = typeof data === 'string' ? length : grownCapacity(length);
  const limits: (number | undefined)[] = [0, length, undefined];
  for (const [index, bound] of bounds.entries()) {
    // An index that is still inside its interface is no integer to Go here.
    const limit = bound.boxed && bound.data !== null ? notAnIndex(bound) : indexArgument(bound.data, capacity);
    if (!limit.ok) return limit;
    limits[index] = limit.value;
  }
  const [start = 0, end = length, last] = limits;
  if (start > end) return failure(`invalid slice index: ${start} > ${end}`);
  if (last !== undefined && end > last) return failure(`invalid slice index: ${end} > ${last}`);
  if (typeof data === 'string') return success(valueOf(decoder.decode(encoder.encode(data).subarray(start, end))));
  return success(valueOf(Array.from({ length: end - start }, (_, index) => data[start + index] ?? null)));
}

const notAnIndex = (bound: Value): { readonly ok: false; readonly error: string } =>
  failure(`cannot index slice/array with type ${staticType(bound)}`);

/** How many items a decoded list has room for; Go lets a slice reach into that room. */
function grownCapacity(length: number): number {
  let capacity = length === 0 ? 0 : 1;
  while (capacity < length) capacity *= 2;
  return capacity;
}

/** `len item` */
export function lengthOf(item: Value): Outcome<number> {
  const { data } = item;
  if (data === null) return failure('len of nil pointer');
  if (typeof data === 'string') return success(utf8Length(data));
  if (Array.isArray(data)) return success(data.length);
  if (isJsonObject(data) && !(data instanceof GoNumber)) return success(Object.keys(data).length);
  if (data === undefined) return failure('reflect: call of reflect.Value.Type on zero Value');
  return failure(`len of type ${typeName(data)}`);
}

/** kubectl's `exists item key…`: whether indexing so far would find something. */
export function existsItem(item: unknown, keys: readonly unknown[]): boolean {
  // Upstream looks at what it indexed only, and so takes a nil argument for something.
  if (keys.length === 0) return true;
  let current = item;
  for (const key of keys) {
    if (typeof current === 'string' || Array.isArray(current)) {
      const length = typeof current === 'string' ? utf8Length(current) : current.length;
      const index = indexArgument(key, length);
      if (!index.ok || index.value === length) return false;
      current = typeof current === 'string' ? goByte(0) : current[index.value];
    } else if (isJsonObject(current) && !(current instanceof GoNumber)) {
      if (typeof key !== 'string') return false;
      current = getOwn(current, key);
    } else {
      return false;
    }
  }
  return current !== null && current !== undefined;
}
