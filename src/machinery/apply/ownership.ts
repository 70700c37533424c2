// Who owns which fields, and how writes change that: an update takes what it changes, an apply owns what it says.
//
// O1. Sets speak the version that they were written in; objects are converted to it before they are compared.
// O2. Nothing passed in is changed; the outcome is a new map.
// O3. A manager that owns nothing is gone.

import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import type { ApplyType } from './apply-type.ts';
import { FieldSet } from './field-set.ts';
import { mergeTyped } from './merge-typed.ts';
import type { FieldSetPath } from './path-element.ts';
import { compareTyped, fieldSetOf, removeFields, withNamedFields } from './typed.ts';
import type { Comparison } from './typed.ts';
import { equalJson } from '../patch/merge-patch.ts';

/** The fields of one manager. */
export interface Owned {
  readonly set: FieldSet;
  readonly apiVersion: string;
  readonly applied: boolean;
}

export type Owners = ReadonlyMap<string, Owned>;

/** The versions in which a kind is served. */
export interface Versions {
  /** Undefined for a version that is served no longer: those who own fields in it lose them. */
  typeOf(apiVersion: string): ApplyType | undefined;
  convert(object: unknown, apiVersion: string): unknown;
  /** Fields that a write to this endpoint cannot change, and therefore never owns. */
  ignored?(apiVersion: string): FieldSet | undefined;
}

/** A field that an apply would change although somebody else owns it. */
export interface Conflict {
  readonly manager: string;
  readonly path: FieldSetPath;
}

interface Transition {
  readonly live: unknown;
  readonly next: unknown;
  readonly apiVersion: string;
  readonly owners: Owners;
  /** Who writes. */
  readonly manager: string;
}

function compareAt(versions: Versions, live: unknown, next: unknown, apiVersion: string): Comparison | undefined {
  const type = versions.typeOf(apiVersion);
  if (type === undefined) return undefined;
  const comparison = compareTyped(versions.convert(live, apiVersion), versions.convert(next, apiVersion), type);
  const ignored = versions.ignored?.(apiVersion);
  if (ignored === undefined) return comparison;
  return {
    added: comparison.added.recursiveDifference(ignored),
    modified: comparison.modified.recursiveDifference(ignored),
    removed: comparison.removed.recursiveDifference(ignored),
  };
}

interface Settled {
  readonly owners: Map<string, Owned>;
  readonly comparison: Comparison;
  readonly conflicts: readonly Conflict[];
}

/** Takes from everybody but the writer what the write changes and removes; what it takes from whom are the conflicts. */
function settle(versions: Versions, { live, next, apiVersion, owners, manager }: Transition): Settled {
  const comparisons = new Map<string, Comparison | undefined>();
  const at = (version: string): Comparison | undefined => {
    if (!comparisons.has(version)) comparisons.set(version, compareAt(versions, live, next, version));
    return comparisons.get(version);
  };
  const settled = new Map<string, Owned>();
  const conflicts: Conflict[] = [];
  for (const [name, owned] of owners) {
    if (name === manager) {
      if (!owned.set.isEmpty) settled.set(name, owned);
      continue;
    }
    const comparison = at(owned.apiVersion);
    if (comparison === undefined) continue;
    const taken = owned.set.intersection(comparison.modified.union(comparison.added));
    for (const path of taken.paths()) conflicts.push({ manager: name, path });
    const set = owned.set.difference(taken).difference(comparison.removed);
    if (!set.isEmpty) settled.set(name, { ...owned, set });
  }
  const none: Comparison = { added: FieldSet.empty, modified: FieldSet.empty, removed: FieldSet.empty };
  return { owners: settled, comparison: at(apiVersion) ?? none, conflicts };
}

/** The owners after an update: the writer owns what it added and changed, besides what it owned. */
export function updateOwners(versions: Versions, transition: Transition): Owners {
  const { manager, apiVersion } = transition;
  const { owners, comparison } = settle(versions, transition);
  const before = owners.get(manager)?.set ?? FieldSet.empty;
  let set = before.difference(comparison.removed).union(comparison.modified).union(comparison.added);
  const ignored = versions.ignored?.(apiVersion);
  if (ignored !== undefined) set = set.recursiveDifference(ignored);
  if (set.isEmpty) owners.delete(manager);
  else owners.set(manager, { set, apiVersion, applied: false });
  return owners;
}

/** What an apply leads to: the new object (undefined when nothing changes) and owners, or conflicts. */
export type Applied =
  | { readonly kind: 'applied'; readonly object: unknown; readonly owners: Owners }
  | { readonly kind: 'conflicts'; readonly conflicts: readonly Conflict[] };

export interface ApplyRequest {
  readonly live: unknown;
  readonly config: unknown;
  readonly apiVersion: string;
  readonly owners: Owners;
  readonly manager: string;
  readonly force: boolean;
}

/** Merges the configuration, removes what its manager has given up, and settles the owners. */
export function applyConfig(versions: Versions, request: ApplyRequest): Outcome<Applied> {
  const { live, config, apiVersion, manager, force } = request;
  const type = versions.typeOf(apiVersion);
  if (type === undefined) return failure(`no type for ${apiVersion}`);
  const merged = mergeTyped(live, config, type);
  if (!merged.ok) return failure(`failed to merge config: ${merged.error}`);

  const last = request.owners.get(manager);
  let set = fieldSetOf(config, type);
  const ignored = versions.ignored?.(apiVersion);
  if (ignored !== undefined) set = set.recursiveDifference(ignored);
  const owners = new Map(request.owners);
  owners.set(manager, { set, apiVersion, applied: true });

  const merges = equalJson(live, merged.value) ? live : merged.value;
  // A manager that gives nothing up leaves nothing to prune.
  const givesUp = last !== undefined && (last.apiVersion !== apiVersion || !last.set.difference(set).isEmpty);
  const next = givesUp ? prune(versions, merges, owners, last, apiVersion) : merges;
  const settled = settle(versions, { live, next, apiVersion, owners, manager });
  if (!force && settled.conflicts.length > 0) return success({ kind: 'conflicts', conflicts: settled.conflicts });
  return success({ kind: 'applied', object: equalJson(live, next) ? undefined : next, owners: settled.owners });
}

/** Removes what the manager applied last time, does not apply now, and nobody else owns. */
function prune(versions: Versions, merged: unknown, owners: Owners, last: Owned | undefined, apiVersion: string): unknown {
  if (last === undefined || last.set.isEmpty) return merged;
  const type = versions.typeOf(last.apiVersion);
  if (type === undefined) return merged;
  const converted = versions.convert(merged, last.apiVersion);
  const owned = removeFields(converted, withNamedFields(last.set, type), type);
  const pruned = keepOwned(versions, converted, owned, last.apiVersion, owners);
  const dangling = keepDangling(versions, converted, pruned, last, type);
  return versions.convert(dangling, apiVersion);
}

/** Brings back what was removed although somebody owns it. */
function keepOwned(versions: Versions, merged: unknown, pruned: unknown, firstVersion: string, owners: Owners): unknown {
  const sets = new Map<string, FieldSet>();
  for (const { apiVersion, set } of owners.values()) sets.set(apiVersion, (sets.get(apiVersion) ?? FieldSet.empty).union(set));
  const order = [...sets.keys()].sort((left, right) => Number(right === firstVersion) - Number(left === firstVersion));
  let [wholeObject, kept] = [merged, pruned];
  for (const apiVersion of order) {
    const type = versions.typeOf(apiVersion);
    if (type === undefined) continue;
    wholeObject = versions.convert(wholeObject, apiVersion);
    kept = versions.convert(kept, apiVersion);
    const owned = withNamedFields(sets.get(apiVersion) ?? FieldSet.empty, type);
    const wanted = withNamedFields(fieldSetOf(kept, type), type).union(owned);
    kept = removeFields(wholeObject, withNamedFields(fieldSetOf(wholeObject, type), type).difference(wanted), type);
  }
  return kept;
}

/** Brings back what was removed although the manager never applied it: the inside of items that it gave up, for one. */
function keepDangling(versions: Versions, merged: unknown, pruned: unknown, last: Owned, type: ApplyType): unknown {
  const kept = withNamedFields(fieldSetOf(versions.convert(pruned, last.apiVersion), type), type);
  const all = withNamedFields(fieldSetOf(merged, type), type);
  return removeFields(merged, all.difference(kept).intersection(withNamedFields(last.set, type)), type);
}
