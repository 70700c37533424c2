// The order of merged lists: the patch's items keep the patch's order, the others the original's, interleaved by the original.

import { getOwn, isJsonObject } from '../json-object.ts';
import { noMergeKey } from './strategic-directives.ts';

/** What identifies an item: its merge key's value, or the item itself where it is a scalar. */
export function keyed(item: unknown, mergeKey: string | undefined): unknown {
  if (mergeKey === undefined) return item;
  const key = isJsonObject(item) ? getOwn(item, mergeKey) : undefined;
  return key === undefined ? noMergeKey(item, mergeKey) : key;
}

/** Puts merged items in order. */
export function inOrder(
  merged: readonly unknown[],
  patchOrder: readonly unknown[],
  originalOrder: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const inPatch = places(patchOrder, mergeKey);
  const inOriginal = places(originalOrder, mergeKey);
  const placed = merged.map((item) => ({ item, key: keyed(item, mergeKey) }));
  const patched = sorted(
    placed.filter(({ key }) => inPatch.has(key)),
    inPatch,
  );
  const others = sorted(
    placed.filter(({ key }) => !inPatch.has(key)),
    inOriginal,
  );
  return interleaved(others, patched, inOriginal).map(({ item }) => item);
}

interface Placed {
  readonly item: unknown;
  readonly key: unknown;
}

function places(order: readonly unknown[], mergeKey: string | undefined): ReadonlyMap<unknown, number> {
  const found = new Map<unknown, number>();
  order.forEach((item, index) => {
    const key = keyed(item, mergeKey);
    if (!found.has(key)) found.set(key, index);
  });
  return found;
}

function sorted(items: readonly Placed[], order: ReadonlyMap<unknown, number>): readonly Placed[] {
  return items.toSorted((a, b) => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0));
}

/** Both lists keep their own order; an item of `left` goes before one of `right` only where the original has it so. */
function interleaved(left: readonly Placed[], right: readonly Placed[], order: ReadonlyMap<unknown, number>): readonly Placed[] {
  const all: Placed[] = [];
  let next = 0;
  for (const item of right) {
    const limit = order.get(item.key);
    for (let other = left[next]; other !== undefined && limit !== undefined; other = left[next]) {
      const place = order.get(other.key);
      if (place === undefined || place >= limit) break;
      all.push(other);
      next++;
    }
    all.push(item);
  }
  return [...all, ...left.slice(next)];
}
