// Maps from strings as plain objects, safe with hostile keys: `__proto__` is a legal key of a ConfigMap.

import { compareBytes } from './utf8.ts';

/** Sets an own property, also where the key is `__proto__`. */
export function setOwn(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  else map[key] = value;
}

/** The own keys in order; most maps come sorted, and then nothing is sorted again. */
export function sortedKeys(map: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = Object.keys(map);
  for (let index = 1; index < keys.length; index++) {
    if (compareBytes(keys[index - 1] ?? '', keys[index] ?? '') > 0) return keys.sort(compareBytes);
  }
  return keys;
}

/** A copy with its keys in order, which is how canonical objects have their maps. */
export function sortedMap<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  const order = new Map(sortedKeys(map).map((key, index) => [key, index]));
  const entries = Object.entries(map).toSorted(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return Object.fromEntries(entries);
}
