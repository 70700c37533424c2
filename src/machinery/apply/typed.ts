// Walks values by their apply types: which fields a value has, how two values differ, and a value without some of its fields.
//
// Paths are pushed and popped on one array during a walk; sets copy what they keep.

import { getOwn, isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { equalJson } from '../patch/merge-patch.ts';
import { setOwn } from '../string-map.ts';
import { itemElement, resolveType } from './apply-type.ts';
import type { ApplyType, ListType, MapType } from './apply-type.ts';
import { FieldSet, FieldSetBuilder } from './field-set.ts';
import { fieldElement, fieldName } from './path-element.ts';
import type { PathElement } from './path-element.ts';

const asList = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) return [];
  const list: readonly unknown[] = value;
  return list;
};
const asObject = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const isDeclared = (type: MapType, name: string): boolean => type.fields !== undefined && Object.hasOwn(type.fields, name);

/** Items by their steps, in order; several where steps repeat. */
function itemsByElement(type: ListType, items: readonly unknown[]): Map<PathElement, unknown[]> {
  const found = new Map<PathElement, unknown[]>();
  for (const item of items) {
    const step = itemElement(type, item);
    if (!('element' in step)) continue;
    const same = found.get(step.element);
    if (same === undefined) found.set(step.element, [item]);
    else same.push(item);
  }
  return found;
}

/** The fields that a value has. */
export function fieldSetOf(value: unknown, type: ApplyType): FieldSet {
  const set = new FieldSetBuilder();
  collect(value, type, [], set);
  return set.build();
}

function collect(value: unknown, type: ApplyType, path: PathElement[], set: FieldSetBuilder): void {
  const resolved = resolveType(type, value);
  if (resolved.kind === 'leaf') set.insert(path);
  else if (resolved.kind === 'list') collectItems(asList(value), resolved, path, set);
  else collectMembers(asObject(value), resolved, path, set);
}

function collectItems(items: readonly unknown[], type: ListType, path: PathElement[], set: FieldSetBuilder): void {
  for (const [element, same] of itemsByElement(type, items)) {
    path.push(element);
    // An item that is there twice is owned whole.
    if (same.length === 1) collect(same[0], type.element, path, set);
    set.insert(path);
    path.pop();
  }
}

function collectMembers(members: JsonObject, type: MapType, path: PathElement[], set: FieldSetBuilder): void {
  for (const name of Object.keys(members)) {
    const value = getOwn(members, name);
    path.push(fieldElement(name));
    collect(value, type.memberType(name), path, set);
    const isEmptyMap = isJsonObject(value) && Object.keys(value).length === 0;
    if (value === null || isEmptyMap || !isDeclared(type, name)) set.insert(path);
    path.pop();
  }
}

/** The path of the first field that the schema does not declare. */
export function undeclaredField(value: unknown, type: ApplyType, path: readonly PathElement[] = []): readonly PathElement[] | undefined {
  const resolved = resolveType(type, value);
  if (resolved.kind === 'list') {
    for (const item of asList(value)) {
      const step = itemElement(resolved, item);
      const found = 'element' in step ? undeclaredField(item, resolved.element, [...path, step.element]) : undefined;
      if (found !== undefined) return found;
    }
  } else if (resolved.kind === 'map') {
    for (const [name, member] of Object.entries(asObject(value))) {
      const at = [...path, fieldElement(name)];
      if (resolved.fields !== undefined && !isDeclared(resolved, name)) return at;
      const found = undeclaredField(member, resolved.memberType(name), at);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** How one value differs from another. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

class Comparer {
  readonly added = new FieldSetBuilder();
  readonly modified = new FieldSetBuilder();
  readonly removed = new FieldSetBuilder();
  readonly #path: PathElement[] = [];

  /** Undefined on a side means that it has no such value. */
  compare(left: unknown, right: unknown, type: ApplyType): void {
    if (left === right && left !== undefined) return;
    const resolvedLeft = resolveType(type, left);
    const resolvedRight = resolveType(type, right);
    let wasLeaf: boolean;
    if (right === undefined) {
      wasLeaf = this.#visit(left, right, resolvedLeft);
    } else {
      if (left !== undefined && resolvedLeft.kind !== resolvedRight.kind) this.#visit(left, right, resolvedLeft);
      wasLeaf = this.#visit(left, right, resolvedRight);
    }
    if (wasLeaf) return;
    if (left === undefined) this.added.insert(this.#path);
    else if (right === undefined) this.removed.insert(this.#path);
  }

  /** Whether the values counted as one whole. */
  #visit(left: unknown, right: unknown, type: ReturnType<typeof resolveType>): boolean {
    if (type.kind === 'list') {
      const [before, after] = [asList(left), asList(right)];
      if (before.length === 0 && after.length === 0) return this.#leaf(left, right);
      this.#items(before, after, type);
      return false;
    }
    if (type.kind === 'map') {
      const [before, after] = [asObject(left), asObject(right)];
      const names = Object.keys(after);
      for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) names.push(name);
      if (names.length === 0) return this.#leaf(left, right);
      for (const name of names) {
        const [was, is] = [getOwn(before, name), getOwn(after, name)];
        // Most members stay the same.
        if (was === is && was !== undefined) continue;
        this.#path.push(fieldElement(name));
        this.compare(was, is, type.memberType(name));
        this.#path.pop();
      }
      return false;
    }
    return this.#leaf(left, right);
  }

  #leaf(left: unknown, right: unknown): true {
    if (left === undefined) this.added.insert(this.#path);
    else if (right === undefined) this.removed.insert(this.#path);
    else if (!equalJson(left, right)) this.modified.insert(this.#path);
    return true;
  }

  #items(left: readonly unknown[], right: readonly unknown[], type: ListType): void {
    const before = itemsByElement(type, left);
    const after = itemsByElement(type, right);
    for (const element of new Set([...before.keys(), ...after.keys()])) {
      this.#at(element, () => this.#sameItems(before.get(element) ?? [], after.get(element) ?? [], type));
    }
  }

  /** Items that share a step. Repeated ones are compared as one whole. */
  #sameItems(before: readonly unknown[], after: readonly unknown[], type: ListType): void {
    if (before.length <= 1 && after.length <= 1) this.compare(before[0], after[0], type.element);
    else if (before.length >= 2 && after.length >= 2) {
      if (!equalJson(before, after)) this.modified.insert(this.#path);
    } else if (before.length >= 2) {
      if (after.length === 1) this.compare(undefined, after[0], type.element);
      this.removed.insert(this.#path);
    } else {
      if (before.length === 1) this.compare(before[0], undefined, type.element);
      this.added.insert(this.#path);
    }
  }

  #at(element: PathElement, work: () => void): void {
    this.#path.push(element);
    work();
    this.#path.pop();
  }
}

/** Compares two objects of one type. */
export function compareTyped(left: unknown, right: unknown, type: ApplyType): Comparison {
  const comparer = new Comparer();
  comparer.compare(left, right, type);
  return { added: comparer.added.build(), modified: comparer.modified.build(), removed: comparer.removed.build() };
}

/** The value without the fields of the set; null where nothing is left of it. */
export function removeFields(value: unknown, set: FieldSet, type: ApplyType): unknown {
  const resolved = resolveType(type, value);
  if (resolved.kind === 'map') return removeMembers(asObject(value), set, resolved);
  if (resolved.kind === 'list') return removeItems(asList(value), set, resolved);
  // What is owned whole has no fields below it to lose, but for lists and maps, which cannot outlive theirs.
  return typeof value === 'object' ? null : value;
}

function removeMembers(members: JsonObject, set: FieldSet, type: MapType): unknown {
  const kept: JsonObject = {};
  for (const name of Object.keys(members)) {
    const element = fieldElement(name);
    if (set.members.has(element)) continue;
    const below = set.below(element);
    const value = getOwn(members, name);
    setOwn(kept, name, below.isEmpty ? value : removeFields(value, below, type.memberType(name)));
  }
  return Object.keys(kept).length > 0 ? kept : null;
}

function removeItems(items: readonly unknown[], set: FieldSet, type: ListType): unknown {
  const kept: unknown[] = [];
  for (const item of items) {
    const step = itemElement(type, item);
    if (!('element' in step)) {
      kept.push(item);
      continue;
    }
    if (set.members.has(step.element)) continue;
    const below = set.below(step.element);
    kept.push(below.isEmpty ? item : removeFields(item, below, type.element));
  }
  return kept.length > 0 ? kept : null;
}

/** The set with every declared field that leads to a member made a member as well. */
export function withNamedFields(set: FieldSet, type: ApplyType): FieldSet {
  const members = new Set(set.members);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of set.children) {
    const name = fieldName(element);
    let childType: ApplyType = { kind: 'leaf' };
    if (name !== undefined && type.kind === 'map') {
      if (isDeclared(type, name)) members.add(element);
      childType = type.memberType(name);
    } else if (element.startsWith('k:') && type.kind === 'list') {
      childType = type.element;
    } else if (name !== undefined && type.kind === 'deduced') {
      childType = type;
    }
    children.set(element, withNamedFields(child, childType));
  }
  return new FieldSet(members, children);
}
