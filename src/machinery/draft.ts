// Drafts: deep copies that may be changed, of objects that may not.

import type { Draft } from './schema.ts';
import { setOwn } from './string-map.ts';

/** A deep copy of a JSON-shaped value; nothing in it is shared with the original. */
export function draftOf<T>(object: T): Draft<T> {
  return copy(object) as Draft<T>;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const from = value as Readonly<Record<string, unknown>>;
  const to: Record<string, unknown> = {};
  for (const key in from) setOwn(to, key, copy(from[key]));
  return to;
}

/** Makes a value and all that it holds immutable; tests freeze what production shares. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
