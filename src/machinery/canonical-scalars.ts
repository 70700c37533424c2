// The scalars of canonical objects: each turns a JSON value into its one canonical spelling, or refuses it.
//
// A refusal is the symbol-like value REFUSED on the fast path; `canonical-explain.ts` finds the words afterwards.

import { canonicalDuration } from './duration.ts';
import { canonicalQuantity } from './quantity.ts';
import { canonicalMicroTime, canonicalTime } from './timestamp.ts';

/** Thrown by the fast path when a value has the wrong type; carries no words, since finding them needs the whole input. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export const INT32_MINIMUM = -2147483648;
export const INT32_MAXIMUM = 2147483647;
export const INT64_MINIMUM = -(2n ** 63n);
export const INT64_MAXIMUM = 2n ** 63n - 1n;
const ZERO_TIME = '0001-01-01T00:00:00Z';
const QUANTITY_CACHE_SIZE = 4096;

function refuse(): never {
  throw new Refused('a value has the wrong type');
}

export function int32Of(value: unknown): number {
  return typeof value === 'number' && (value | 0) === value ? value | 0 : refuse();
}

/** Small values are numbers, whatever they came as. */
export function int64Of(value: unknown): number | bigint {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
    return Number.isInteger(value) ? narrowInt64(BigInt(value)) : refuse();
  }
  return typeof value === 'bigint' ? narrowInt64(value) : refuse();
}

function narrowInt64(value: bigint): number | bigint {
  if (value < INT64_MINIMUM || value > INT64_MAXIMUM) refuse();
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}

export function doubleOf(value: unknown): number {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : refuse();
}

/** Padded base64; line breaks are dropped and unused low bits cleared, so that equal bytes are equal text. */
export function bytesOf(value: unknown): string {
  if (typeof value !== 'string') return refuse();
  const text = value.includes('\n') || value.includes('\r') ? value.replaceAll(/[\r\n]/g, '') : value;
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return refuse();
  return text.endsWith('=') ? clearUnusedBits(text) : text;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function clearUnusedBits(text: string): string {
  const padding = text.endsWith('==') ? 2 : 1;
  const at = text.length - padding - 1;
  const mask = padding === 2 ? 0b110000 : 0b111100;
  const last = BASE64[BASE64.indexOf(text.charAt(at)) & mask] ?? 'A';
  return text.slice(0, at) + last + '='.repeat(padding);
}

const quantities = new Map<string, string>();

/** Texts repeat over and over (`100m`, `1Gi`), so a bounded cache answers most of them. */
export function quantityOf(value: unknown): string {
  const text = typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : refuse();
  const known = quantities.get(text);
  if (known !== undefined) return known;
  const canonical = canonicalQuantity(text.trim());
  if (canonical === undefined) return refuse();
  if (quantities.size >= QUANTITY_CACHE_SIZE) quantities.clear();
  quantities.set(text, canonical);
  return canonical;
}

/** The zero time is no time. */
export function timeOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return refuse();
  if (value === ZERO_TIME) return undefined;
  return canonicalTime(value) ?? refuse();
}

export function microTimeOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return refuse();
  if (value === ZERO_TIME) return undefined;
  return canonicalMicroTime(value) ?? refuse();
}

export function durationOf(value: unknown): string {
  return typeof value === 'string' ? (canonicalDuration(value) ?? refuse()) : refuse();
}

export function intOrStringOf(value: unknown): number | string {
  return typeof value === 'string' ? value : int32Of(value);
}

export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : refuse();
}

export function booleanOf(value: unknown): boolean {
  return typeof value === 'boolean' ? value : refuse();
}

/** JSON of any shape stays as it came. */
export function anyOf(value: unknown): unknown {
  return value;
}

export function structLike(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : refuse();
}

export function listLike(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : refuse();
}
