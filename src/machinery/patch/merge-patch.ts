// Merge patches after RFC 7386, with the turns that Go's library takes, and the making of such patches.
//
// M1. Inputs are never changed; what a patch leaves alone is shared with the result.
// M2. Nulls delete members. Where nothing of the kind was there, nulls inside new values are dropped, even within lists;
//     a list that replaces an object keeps them.

import { getOwn, isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { setOwn } from '../string-map.ts';

/** The document with the patch merged into it. */
export function applyMergePatch(document: unknown, patch: unknown): Outcome<unknown> {
  if (document === null) return failure('Invalid JSON Document');
  if (patch === null || typeof patch !== 'object') return failure('Invalid JSON Patch');
  if (isJsonObject(document) && isJsonObject(patch)) return success(mergeObjects(document, patch));
  return success(withoutNulls(patch));
}

function mergeObjects(document: JsonObject, patch: JsonObject): JsonObject {
  const merged: JsonObject = { ...document };
  for (const key of Object.keys(patch)) {
    const change = getOwn(patch, key);
    if (change === null || change === undefined) delete merged[key];
    else setOwn(merged, key, mergeValue(getOwn(document, key), change));
  }
  return merged;
}

function mergeValue(current: unknown, change: unknown): unknown {
  if (!isJsonObject(current)) return withoutNulls(change);
  return isJsonObject(change) ? mergeObjects(current, change) : change;
}

/** M2: objects lose their null members, also objects in lists; lists keep their null items. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept: JsonObject = {};
  for (const key of Object.keys(value)) {
    const member = getOwn(value, key);
    if (member !== null && member !== undefined) setOwn(kept, key, withoutNulls(member));
  }
  return kept;
}

/** The merge patch that makes `modified` of `original`. */
export function createMergePatch(original: unknown, modified: unknown): Outcome<unknown> {
  if (Array.isArray(original) !== Array.isArray(modified)) return failure('Mismatched JSON Documents');
  if (Array.isArray(original) && Array.isArray(modified)) {
    if (original.length !== modified.length) return failure('Invalid JSON Document');
    const patches: unknown[] = [];
    for (const [index, item] of original.entries()) {
      const patch = createObjectPatch(item, modified[index]);
      if (!patch.ok) return patch;
      patches.push(patch.value);
    }
    return success(patches);
  }
  return createObjectPatch(original, modified);
}

function createObjectPatch(original: unknown, modified: unknown): Outcome<JsonObject> {
  const from = original === null ? {} : original;
  const to = modified === null ? {} : modified;
  if (!isJsonObject(from) || !isJsonObject(to)) return failure('Invalid JSON Document');
  return success(difference(from, to));
}

function difference(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(modified)) {
    const after = getOwn(modified, key);
    if (!Object.hasOwn(original, key)) {
      setOwn(patch, key, after);
      continue;
    }
    const before = getOwn(original, key);
    if (isJsonObject(before) && isJsonObject(after)) {
      const inner = difference(before, after);
      if (Object.keys(inner).length > 0) setOwn(patch, key, inner);
    } else if (!equalJson(before, after)) {
      setOwn(patch, key, after);
    }
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) setOwn(patch, key, null);
  return patch;
}

/** Whether two JSON values are equal; the order of members does not count. */
export function equalJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, index) => equalJson(item, right[index]));
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && equalJson(getOwn(left, key), getOwn(right, key)));
}
