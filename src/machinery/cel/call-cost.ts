// What a call costs at run time, as upstream counts it: most cost one, those that walk over text or lists cost by size.

import { ListValue, MapValue, OpaqueValue, Optional } from './value.ts';
import type { Value } from './value.ts';
import { utf8Length } from '../utf8.ts';

const TEXT = 0.1;
const PATTERN = 0.25;

/** The size that costs grow with: characters, bytes, elements; one for everything else. */
export function sizeOf(value: Value | undefined): number {
  if (typeof value === 'string') return characters(value);
  if (value instanceof ListValue || value instanceof MapValue) return value.size;
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof Optional && value.value !== undefined) return sizeOf(value.value);
  return value instanceof OpaqueValue ? (value.size ?? 1) : 1;
}

/** How many characters (code points) a text has. */
export function characters(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0xd800 && code < 0xdc00) count -= 1;
  }
  return count;
}

const walk = (value: Value | undefined, times = 1): number => Math.ceil(sizeOf(value) * times * TEXT);
const regex = (text: Value | undefined, pattern: Value | undefined): number =>
  Math.ceil((1 + sizeOf(text)) * TEXT) * Math.ceil(sizeOf(pattern) * PATTERN);

export type CallCost = (args: readonly Value[], result: Value) => number;

const smaller: CallCost = ([a, b]) => Math.ceil(Math.min(sizeOf(a), sizeOf(b)) * TEXT);
const equality: CallCost = (args) => (args[0] instanceof OpaqueValue ? 1 : smaller(args, null));
const once: CallCost = ([text]) => walk(text);
const twice: CallCost = ([text]) => walk(text, 2);

/** Reading every element, and every character of texts in it. */
function traversal(value: Value | undefined): number {
  if (typeof value === 'string') return Math.floor(utf8Length(value) * TEXT);
  if (value instanceof Uint8Array) return Math.floor(value.length * TEXT);
  let cost = 0;
  if (value instanceof MapValue) for (const key of value.keys()) cost += traversal(key) + traversal(value.get(key));
  if (!(value instanceof ListValue)) return value instanceof MapValue ? cost : 1;
  for (const element of value) cost += traversal(element);
  return cost;
}

const whole: CallCost = ([value]) => traversal(value);
const selector: CallCost = ([, text]) => 10 + walk(text) + Math.ceil(Math.ceil(sizeOf(text) * 0.5) * 50);

function contains(network: Value | undefined, other: Value | undefined, extra: number): number {
  const size = sizeOf(network);
  return Math.ceil(2 * size * TEXT) + extra + (typeof other === 'string' ? walk(other) : 0);
}

/** A call that makes a new list. */
const allocating = (work: number): number => 11 + Math.ceil(work);

const sorting: CallCost = (args) => {
  const keys = args[1] ?? args[0];
  const first = keys instanceof ListValue && keys.size > 0 ? keys.at(0) : null;
  const factor = typeof first === 'string' || first instanceof Uint8Array ? 2 + TEXT : 2;
  return allocating(factor * sizeOf(keys) ** 2);
};

const BY_FUNCTION: Readonly<Record<string, CallCost>> = {
  check: () => 350_000,
  fieldSelector: selector,
  labelSelector: selector,
  slice: ([, start, end]) => allocating(Number(end ?? 0) - Number(start ?? 0)),
  'lists.range': ([end]) => allocating(Number(end ?? 0)),
  reverse: ([items]) => (items instanceof ListValue ? allocating(items.size) : walk(items)),
  flatten: ([items, depth]) => allocating(sizeOf(items) * Number(depth ?? 1)),
  distinct: ([items]) => allocating(2 * sizeOf(items) ** 2),
  sort: sorting,
  '@sortByAssociatedKeys': sorting,
  'sets.contains': ([a, b]) => 1 + sizeOf(a) * sizeOf(b),
  'sets.intersects': ([a, b]) => 1 + sizeOf(a) * sizeOf(b),
  'sets.equivalent': ([a, b]) => 1 + 2 * sizeOf(a) * sizeOf(b),
  isSorted: whole,
  sum: whole,
  max: whole,
  min: whole,
  indexOf: whole,
  lastIndexOf: whole,
  url: once,
  lowerAscii: once,
  upperAscii: once,
  substring: once,
  trim: once,
  'jsonpatch.escapeKey': once,
  replace: twice,
  split: twice,
  join: (_args, result) => walk(result, 2),
  find: ([text, pattern]) => regex(text, pattern),
  findAll: ([text, pattern]) => regex(text, pattern),
  cidr: once,
  isIP: once,
  isCIDR: once,
  ip: ([value]) => (typeof value === 'string' ? walk(value) : 1),
  'ip.isCanonical': twice,
  containsIP: ([network, other]) => contains(network, other, 0),
  containsCIDR: ([network, other]) => contains(network, other, walk(network) + 1),
  quantity: once,
  isQuantity: once,
  semver: once,
  isSemver: once,
  validate: ([format, text]) =>
    Math.ceil((1 + sizeOf(text)) * TEXT) * Math.ceil((format instanceof OpaqueValue ? (format.size ?? 0) : 0) * PATTERN),
  '_==_': equality,
  '_!=_': smaller,
};

const BY_OVERLOAD: Readonly<Record<string, CallCost>> = {
  starts_with_string: once,
  ends_with_string: once,
  string_to_bytes: once,
  bytes_to_string: once,
  'strings.quote': once,
  string_format: once,
  in_list: ([, items]) => sizeOf(items),
  less_string: smaller,
  greater_string: smaller,
  less_equals_string: smaller,
  greater_equals_string: smaller,
  less_bytes: smaller,
  greater_bytes: smaller,
  less_equals_bytes: smaller,
  greater_equals_bytes: smaller,
  add_string: ([a, b]) => Math.ceil((sizeOf(a) + sizeOf(b)) * TEXT),
  add_bytes: ([a, b]) => Math.ceil((sizeOf(a) + sizeOf(b)) * TEXT),
  matches_string: ([text, pattern]) => regex(text, pattern),
  matches: ([text, pattern]) => regex(text, pattern),
  contains_string: ([text, part]) => walk(text) * walk(part),
};

/** The cost of a call that costs something else than one. */
export const specialCost = (name: string, overload: string): CallCost | undefined =>
  (Object.hasOwn(BY_FUNCTION, name) ? BY_FUNCTION[name] : undefined) ??
  (Object.hasOwn(BY_OVERLOAD, overload) ? BY_OVERLOAD[overload] : undefined);
