// Strategic merge patches: merge patches that know from the schema which lists are maps or sets and how to merge them.
//
// G1. Inputs are never changed.
// G2. `$patch`, `$retainKeys`, `$deleteFromPrimitiveList/…` and `$setElementOrder/…` steer the merge and never reach the result.
// G3. Lists are merged through key indexes, so the work is linear in the sizes of both.

import { draftOf } from './draft.ts';
import { getOwn, isJsonObject } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import { resolveStruct } from './schema.ts';
import type { Field, SchemaNode, StructNode } from './schema.ts';
import { StatusError, badRequestError } from './status-error.ts';
import { setOwn } from './string-map.ts';
import { containsDirective, DIRECTIVE, noMergeKey, printGo, withoutDirectives, withoutNulls } from './patch/strategic-directives.ts';
import { inOrder, keyed } from './patch/strategic-order.ts';

const DELETE_FROM = '$deleteFromPrimitiveList';
const SET_ORDER = '$setElementOrder';
const RETAIN = '$retainKeys';

/** The object with the patch merged into it. Throws StatusError where upstream refuses the patch. */
export function strategicMerge(struct: StructNode, original: Readonly<JsonObject>, patch: Readonly<JsonObject>): JsonObject {
  return mergeObject(draftOf(original) as JsonObject, draftOf(patch) as JsonObject, struct);
}

function fail(message: string): never {
  throw new StatusError({ code: 500, reason: '', message });
}

/** How the schema says to merge one member. */
interface Member {
  readonly node: SchemaNode | undefined;
  readonly mergeKey: string | undefined;
  readonly strategies: readonly string[];
}

const UNKNOWN: Member = { node: undefined, mergeKey: undefined, strategies: [] };

function memberOf(node: SchemaNode | undefined, name: string): Member {
  if (node?.type === 'map') return { ...UNKNOWN, node: node.value.node };
  if (node?.type !== 'struct' && node?.type !== 'lazy') return UNKNOWN;
  const found = findField(resolveStruct(node), name);
  return found === undefined ? UNKNOWN : { node: found.node, mergeKey: found.mergeKey, strategies: found.patchStrategy ?? [] };
}

function findField(struct: StructNode, name: string): Field<unknown> | undefined {
  const own = Object.hasOwn(struct.fields, name) ? struct.fields[name] : undefined;
  if (own !== undefined && own.inline !== true) return own;
  for (const each of Object.values(struct.fields)) {
    const inner = each.inline === true ? findField(resolveStruct(each.node as StructNode), name) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

const elementOf = (node: SchemaNode | undefined): SchemaNode | undefined => (node?.type === 'list' ? node.element.node : undefined);

function mergeObject(original: JsonObject, patch: JsonObject, node: SchemaNode | undefined): JsonObject {
  if (Object.hasOwn(patch, DIRECTIVE)) return replaceOrDelete(patch);
  retainKeys(original, patch);
  mergeOrderedLists(original, patch, node);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(DELETE_FROM)) deleteFromList(original, key, value);
    else mergeMember(original, key, value, memberOf(node, key));
  }
  return original;
}

function replaceOrDelete(patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === 'delete') return {};
  if (directive !== 'replace') return fail(`unknown patch type: ${printGo(directive)} in map: ${printGo(patch)}`);
  delete patch[DIRECTIVE];
  return patch;
}

function mergeMember(original: JsonObject, key: string, value: unknown, member: Member): void {
  if (value === null) {
    delete original[key];
    return;
  }
  const current = getOwn(original, key);
  const replaces = member.strategies.includes('replace');
  if (isJsonObject(current) && isJsonObject(value)) {
    setOwn(original, key, replaces ? value : mergeObject(current, value, member.node));
  } else if (Array.isArray(current) && Array.isArray(value)) {
    setOwn(original, key, member.strategies.includes('merge') ? mergeList(current, value, member) : value);
  } else if (containsDirective(value)) {
    delete original[key];
  } else {
    setOwn(original, key, withoutDirectives(withoutNulls(value)));
  }
}

/** Keeps of the original only the keys that the patch lists; a patch may not set others. */
function retainKeys(original: JsonObject, patch: JsonObject): void {
  if (!Object.hasOwn(patch, RETAIN)) return;
  const keys = patch[RETAIN];
  delete patch[RETAIN];
  if (!Array.isArray(keys)) throw badRequestError('invalid patch format of retainKeys');
  const retained = new Set<unknown>(keys);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || key.startsWith(DELETE_FROM) || key.startsWith(SET_ORDER)) continue;
    if (!retained.has(key)) throw badRequestError('invalid patch format of retainKeys');
  }
  for (const key of Object.keys(original)) if (!retained.has(key)) delete original[key];
}

function deleteFromList(original: JsonObject, key: string, value: unknown): void {
  const name = suffixOf(key, DELETE_FROM, 'invalid patch format of primitive list');
  if (value === null) {
    delete original[name];
    return;
  }
  const current = getOwn(original, name);
  if (!Array.isArray(current) || !Array.isArray(value)) return;
  const removed = new Set<unknown>(value);
  setOwn(
    original,
    name,
    current.filter((each) => !removed.has(each)),
  );
}

function suffixOf(key: string, prefix: string, message: string): string {
  if (!key.startsWith(`${prefix}/`)) throw badRequestError(message);
  return key.slice(prefix.length + 1);
}

const BAD_ORDER = 'invalid patch format of setElementOrder list';

/** Merges the lists whose order the patch dictates, and takes them out of the patch. */
function mergeOrderedLists(original: JsonObject, patch: JsonObject, node: SchemaNode | undefined): void {
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(SET_ORDER)) continue;
    const order: unknown = patch[key];
    delete patch[key];
    if (!Array.isArray(order)) fail(`expected a []interface {}, but received a ${goType(order)}`);
    const name = suffixOf(key, SET_ORDER, BAD_ORDER);
    const current = getOwn(original, name);
    const wanted = getOwn(patch, name);
    if (current !== undefined && !Array.isArray(current)) fail(`expected a []interface {}, but received a ${goType(current)}`);
    if (wanted !== undefined && !Array.isArray(wanted)) fail(`expected a []interface {}, but received a ${goType(wanted)}`);
    const member = memberOf(node, name);
    requireOrder(wanted ?? [], order, member.mergeKey);
    const merged = mergedForOrder(current, wanted, member);
    if (merged === undefined) continue;
    setOwn(original, name, inOrder(merged, order, current ?? [], member.mergeKey));
    delete patch[name];
  }
}

function mergedForOrder(
  current: readonly unknown[] | undefined,
  wanted: readonly unknown[] | undefined,
  member: Member,
): unknown[] | undefined {
  if (wanted === undefined) return current === undefined ? undefined : [...current];
  if (current === undefined) return withoutDirectives(wanted) as unknown[];
  return member.strategies.includes('merge') ? mergeList([...current], wanted, member) : [...wanted];
}

/** The patch's items must appear in the order that it dictates. */
function requireOrder(wanted: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): void {
  if (order.length === 0 || wanted.length === 0) return;
  let position = 0;
  for (const each of wanted) {
    if (containsDirective(each)) continue;
    const key = keyed(each, mergeKey);
    while (position < order.length && keyed(order[position], mergeKey) !== key) position++;
    if (position === order.length) {
      fail(`The order in patch list:\n${printGo(wanted)}\n doesn't match ${SET_ORDER} list:\n${printGo(order)}\n`);
    }
    position++;
  }
}

function mergeList(original: unknown[], patch: readonly unknown[], member: Member): unknown[] {
  const sample = original[0] ?? patch[0];
  if (sample === undefined) return original;
  if (Array.isArray(sample)) throw new StatusError({ code: 422, reason: '', message: 'lists of lists are not supported' });
  if (!isJsonObject(sample)) return inOrder([...new Set([...original, ...patch])], patch, original, undefined);
  const { mergeKey } = member;
  if (mergeKey === undefined) return fail(`cannot merge lists without merge key for ${printNode(elementOf(member.node))}`);
  const { base, items } = special(original, patch, mergeKey);
  const merged = [...base];
  const places = new Map<unknown, number>();
  base.forEach((each, index) => {
    const key = isJsonObject(each) ? getOwn(each, mergeKey) : fail(`value for key ${index} is not a map`);
    if (key !== undefined && !places.has(key)) places.set(key, index);
  });
  for (const each of items) {
    const place = places.get(keyed(each, mergeKey));
    const current = place === undefined ? undefined : merged[place];
    if (place === undefined || !isJsonObject(current)) {
      places.set(keyed(each, mergeKey), merged.length);
      merged.push(each);
    } else merged[place] = mergeObject(current, each, elementOf(member.node));
  }
  return inOrder(merged, items, base, mergeKey);
}

/** Obeys the items of a patch that are directives; what is left is merged. */
function special(
  original: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
): { base: readonly unknown[]; items: readonly JsonObject[] } {
  const items: JsonObject[] = [];
  const removed = new Set<unknown>();
  let replace = false;
  for (const each of patch) {
    if (!isJsonObject(each)) return fail('list element types are not identical');
    switch (getOwn(each, DIRECTIVE)) {
      case undefined:
        items.push(each);
        break;
      case 'delete':
        if (!Object.hasOwn(each, mergeKey)) noMergeKey(each, mergeKey);
        removed.add(each[mergeKey]);
        break;
      case 'replace':
        replace = true;
        break;
      case 'merge':
        return fail('merging lists cannot yet be specified in the patch');
      default:
        return fail(`unknown patch type: ${printGo(each[DIRECTIVE])} in map: ${printGo(each)}`);
    }
  }
  if (replace) return { base: items, items: [] };
  const base = removed.size === 0 ? original : original.filter((each) => !(isJsonObject(each) && removed.has(getOwn(each, mergeKey))));
  return { base, items };
}

function printNode(node: SchemaNode | undefined): string {
  return node?.type === 'struct' || node?.type === 'lazy' ? (resolveStruct(node).name.split('.').at(-1) ?? '') : '';
}

function goType(value: unknown): string {
  if (isJsonObject(value)) return 'map[string]interface {}';
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : value === null ? '<nil>' : 'int64';
}
