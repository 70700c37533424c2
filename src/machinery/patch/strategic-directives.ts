// The directives of strategic merge patches, and how patches print in error messages.

import { isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { StatusError } from '../status-error.ts';
import { setOwn, sortedKeys } from '../string-map.ts';

/** The member that turns an object of a patch into a command. */
export const DIRECTIVE = '$patch';

/** Whether a value of a patch is a command rather than a value. */
export const containsDirective = (value: unknown): boolean => isJsonObject(value) && Object.hasOwn(value, DIRECTIVE);

/** The value without the commands in it; for parts of a patch that meet nothing they could command. */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((each) => !containsDirective(each)).map(withoutDirectives);
  if (!isJsonObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, each] of Object.entries(value)) if (!containsDirective(each)) setOwn(kept, key, withoutDirectives(each));
  return kept;
}

/** The value without null members; there is nothing that they could delete. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, each] of Object.entries(value)) if (each !== null) setOwn(kept, key, withoutNulls(each));
  return kept;
}

/** Refuses an item that does not say which item it is. */
export function noMergeKey(item: unknown, mergeKey: string): never {
  throw new StatusError({ code: 500, reason: '', message: `map: ${printGo(item)} does not contain declared merge key: ${mergeKey}` });
}

/** A JSON value as Go prints it (`map[name:x ports:[80]]`). */
export function printGo(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(printGo).join(' ')}]`;
  if (!isJsonObject(value)) return String(value);
  return `map[${sortedKeys(value)
    .map((key) => `${key}:${printGo(value[key])}`)
    .join(' ')}]`;
}
