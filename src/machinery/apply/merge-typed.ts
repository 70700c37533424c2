// Merges an applied configuration into a live object, by their apply type: the configuration wins wherever it says something.

import { getOwn, isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { setOwn } from '../string-map.ts';
import { itemElement, resolveType } from './apply-type.ts';
import type { ApplyType, ListType, MapType } from './apply-type.ts';
import { printElement } from './path-element.ts';
import type { PathElement } from './path-element.ts';

/** Ends a merge; caught at its only door. */
class MergeProblem extends Error {}

/** The merged value, or the first item of a list that cannot be told from others. */
export function mergeTyped(live: unknown, applied: unknown, type: ApplyType): Outcome<unknown> {
  try {
    return success(merge(live, applied, type));
  } catch (error) {
    if (!(error instanceof MergeProblem)) throw error;
    return failure(error.message);
  }
}

/** Undefined on a side means that it says nothing, and as a result that nothing is left. */
function merge(live: unknown, applied: unknown, type: ApplyType): unknown {
  const resolved = resolveType(type, applied === undefined ? live : applied);
  const whole = applied === undefined ? live : applied;
  if (resolved.kind === 'map') {
    const [before, after] = [isJsonObject(live) ? live : {}, isJsonObject(applied) ? applied : {}];
    return Object.keys(before).length === 0 && Object.keys(after).length === 0 ? whole : mergeMembers(before, after, resolved);
  }
  if (resolved.kind === 'list') {
    const [before, after]: [readonly unknown[], readonly unknown[]] = [
      Array.isArray(live) ? live : [],
      Array.isArray(applied) ? applied : [],
    ];
    return before.length === 0 && after.length === 0 ? whole : mergeItems(before, after, resolved);
  }
  return whole;
}

function mergeMembers(live: JsonObject, applied: JsonObject, type: MapType): JsonObject {
  const merged: JsonObject = {};
  for (const name of new Set([...Object.keys(live), ...Object.keys(applied)])) {
    const value = merge(getOwn(live, name), getOwn(applied, name), type.memberType(name));
    if (value !== undefined) setOwn(merged, name, value);
  }
  return merged;
}

interface Indexed {
  readonly order: readonly PathElement[];
  readonly items: ReadonlyMap<PathElement, unknown>;
}

function index(list: readonly unknown[], type: ListType, allowDuplicates: boolean): Indexed {
  const order: PathElement[] = [];
  const items = new Map<PathElement, unknown>();
  for (const [position, item] of list.entries()) {
    const step = itemElement(type, item);
    if (!('element' in step)) throw new MergeProblem(`element ${position}: ${step.error}`);
    if (items.has(step.element) && !allowDuplicates) throw new MergeProblem(`duplicate entries for key ${printElement(step.element)}`);
    // What is there twice cannot be merged with, only replaced.
    items.set(step.element, items.has(step.element) ? null : item);
    order.push(step.element);
  }
  return { order, items };
}

/**
 * Items of both sides: the applied order rules among applied items, the live order among the others, and items that
 * only the live list has keep their place before the applied item that they stood before.
 */
function mergeItems(liveList: readonly unknown[], appliedList: readonly unknown[], type: ListType): unknown {
  const applied = index(appliedList, type, false);
  const live = index(liveList, type, true);
  const shared = applied.order.filter((element) => live.items.has(element));
  const done = new Set<PathElement>();
  const merged: unknown[] = [];
  let nextShared = 0;
  const push = (element: PathElement, left: unknown, right: unknown): void => {
    const value = merge(left, right, type.element);
    if (value !== undefined) merged.push(value);
    if (right === undefined) return;
    done.add(element);
    if (shared[nextShared] === element) nextShared += 1;
  };
  let liveAt = 0;
  let appliedAt = 0;
  while (liveAt < live.order.length || appliedAt < applied.order.length) {
    const liveElement = live.order[liveAt];
    const appliedElement = applied.order[appliedAt];
    if (liveElement !== undefined && liveElement === appliedElement) {
      push(liveElement, live.items.get(liveElement), applied.items.get(liveElement));
      liveAt += 1;
      appliedAt += 1;
    } else if (liveElement !== undefined && appliedElement !== undefined && isAhead(liveElement, applied, shared[nextShared])) {
      liveAt += 1;
    } else if (liveElement !== undefined && !applied.items.has(liveElement)) {
      push(liveElement, liveList[liveAt], undefined);
      liveAt += 1;
    } else {
      if (liveElement !== undefined && done.has(liveElement)) liveAt += 1;
      if (appliedElement === undefined) continue;
      push(appliedElement, live.items.get(appliedElement), applied.items.get(appliedElement));
      appliedAt += 1;
    }
  }
  return merged.length > 0 ? merged : undefined;
}

/** A live item that the configuration has elsewhere is placed there, not here. */
const isAhead = (element: PathElement, applied: Indexed, nextShared: PathElement | undefined): boolean =>
  applied.items.has(element) && nextShared !== undefined && nextShared !== element;
