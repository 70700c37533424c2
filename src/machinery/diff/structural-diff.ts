// What differs between two objects, as a list of paths with the values before and after, for people to read.
//
// D1. Quantities, empty lists and absent members are compared by meaning: what the API would treat as the same is no difference.
// D2. Items of a list of objects are paired by their key (`name` and the like) where every item has one of its own, else by position.
// D3. The same two objects give the same list, in the order of the members before, then the new ones.

import { sameQuantity, semanticEqual } from '../equality.ts';
import { getOwn, isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';

export interface Difference {
  /** `spec.containers[name=web].image` */
  readonly path: string;
  /** Undefined where the value is new. */
  readonly before: unknown;
  /** Undefined where the value is gone. */
  readonly after: unknown;
}

export interface DiffOptions {
  /** The members by which list items may be paired, the first that fits; none pairs by position only. */
  readonly itemKeys?: readonly string[];
  /** Paths whose texts are quantities, such as `spec.resources.limits`. */
  readonly isQuantity?: (path: string) => boolean;
}

const ITEM_KEYS = ['name', 'uid', 'type', 'mountPath', 'containerPort', 'port', 'key', 'ip'];
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const QUANTITIES =
  /(?:^|\.)(?:limits|requests|capacity|allocatable|hard|used|overhead)\.[^.]+$|(?:^|\.)(?:limits|requests|capacity|hard)\["[^"]+"\]$/;

/** Every difference between two values. */
export function structuralDiff(before: unknown, after: unknown, options: DiffOptions = {}): Difference[] {
  const found: Difference[] = [];
  const { itemKeys = ITEM_KEYS, isQuantity = (path: string) => QUANTITIES.test(path) } = options;
  compare('', before, after, { itemKeys, isQuantity }, found);
  return found;
}

function compare(path: string, before: unknown, after: unknown, options: Required<DiffOptions>, found: Difference[]): void {
  if (semanticEqual(before, after)) return;
  if (isJsonObject(before) && isJsonObject(after)) return compareMembers(path, before, after, options, found);
  if (Array.isArray(before) && Array.isArray(after)) return compareItems(path, before, after, options, found);
  if (typeof before === 'string' && typeof after === 'string' && options.isQuantity(path) && sameQuantity(before, after)) return;
  found.push({ path, before: before ?? undefined, after: after ?? undefined });
}

function compareMembers(path: string, before: JsonObject, after: JsonObject, options: Required<DiffOptions>, found: Difference[]): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    compare(memberPath(path, key), getOwn(before, key), getOwn(after, key), options, found);
  }
}

/** The path of a member; keys that are no plain word are quoted. */
function memberPath(path: string, key: string): string {
  if (!PLAIN_KEY.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function compareItems(
  path: string,
  before: readonly unknown[],
  after: readonly unknown[],
  options: Required<DiffOptions>,
  found: Difference[],
): void {
  const key = options.itemKeys.find((each) => identifies(before, each) && identifies(after, each));
  if (key === undefined) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      compare(`${path}[${index}]`, before[index], after[index], options, found);
    }
    return;
  }
  const [old, current] = [itemsByKey(before, key), itemsByKey(after, key)];
  for (const name of new Set([...old.keys(), ...current.keys()])) {
    compare(`${path}[${key}=${name}]`, old.get(name), current.get(name), options, found);
  }
}

/** Whether the member tells the items of a list apart. */
function identifies(items: readonly unknown[], key: string): boolean {
  const names = items.map((item) => (isJsonObject(item) ? getOwn(item, key) : undefined));
  return names.every((name) => typeof name === 'string' || typeof name === 'number') && new Set(names.map(String)).size === names.length;
}

function itemsByKey(items: readonly unknown[], key: string): Map<string, unknown> {
  return new Map(items.map((item) => [String(isJsonObject(item) ? getOwn(item, key) : ''), item]));
}

/** One line for each difference: `~` changed, `+` added, `-` removed. */
export function formatDifferences(differences: readonly Difference[]): string {
  return differences.map((difference) => `${formatDifference(difference)}\n`).join('');
}

function formatDifference({ path, before, after }: Difference): string {
  const shown = path === '' ? '(object)' : path;
  if (before === undefined) return `+ ${shown}: ${text(after)}`;
  if (after === undefined) return `- ${shown}: ${text(before)}`;
  return `~ ${shown}: ${text(before)} → ${text(after)}`;
}

const text = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner)) ?? 'nothing';
