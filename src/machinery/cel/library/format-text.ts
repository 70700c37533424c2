// `'…%s…'.format([…])`: the verbs s, d, f, e, b, o, x and X over any value.

import { CelError, Duration, ListValue, MapValue, Timestamp, typeOf, TypeValue, Uint } from '../value.ts';
import type { Value } from '../value.ts';
import { printTimestamp } from '../timestamp-text.ts';
import { printType } from '../type.ts';
import { printDouble, printSeconds } from './conversions.ts';

const decoder = new TextDecoder();
const typeName = (value: Value): string =>
  value instanceof Timestamp || value instanceof Duration ? typeOf(value).name : printType(typeOf(value)).replace(/\(.*/, '');

function plain(value: Value): string | CelError {
  if (typeof value === 'string') return value;
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? printDouble(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return decoder.decode(value);
  if (value instanceof Duration) return printSeconds(value.nanoseconds);
  if (value instanceof Timestamp) return printTimestamp(value);
  if (value instanceof TypeValue) return value.type.name;
  if (value instanceof ListValue) return joined([...value].map(plain), '[', ']');
  if (value instanceof MapValue) return entries(value);
  return new CelError(
    `could not convert argument to string: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${typeName(value)}`,
  );
}

function joined(parts: readonly (string | CelError)[], open: string, close: string): string | CelError {
  const texts: string[] = [];
  for (const part of parts) {
    if (part instanceof CelError) return part;
    texts.push(part);
  }
  return `${open}${texts.join(', ')}${close}`;
}

function entries(map: MapValue): string | CelError {
  const printed: string[] = [];
  for (const key of map.keys()) {
    const [left, right] = [plain(key), plain(map.get(key) ?? null)];
    if (left instanceof CelError) return left;
    if (right instanceof CelError) return right;
    printed.push(`${left}: ${right}`);
  }
  return `{${printed.sort().join(', ')}}`;
}

const special = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity');

/** Halves go to the even neighbour, as in Go. */
function fixed(number: number, precision: number): string {
  const exact = number.toFixed(Math.min(100, precision + 50));
  const point = exact.indexOf('.') + 1;
  const kept = exact.slice(0, precision === 0 ? point - 1 : point + precision);
  const half = /^50*$/.test(exact.slice(point + precision)) && /[02468]$/.test(kept);
  return half ? kept : number.toFixed(precision);
}

function real(value: Value, verb: 'f' | 'e', precision: number): string | CelError {
  const number =
    typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : value instanceof Uint ? Number(value.value) : undefined;
  if (number === undefined) {
    const name = verb === 'f' ? 'fixed-point' : 'scientific';
    return new CelError(`${name} clause can only be used on doubles, was given ${typeName(value)}`);
  }
  if (!Number.isFinite(number)) return special(number);
  if (verb === 'f') return Math.abs(number) < 1e21 ? fixed(number, precision) : `${BigInt(number)}.${'0'.repeat(precision)}`;
  const [digits = '', power = '0'] = number.toExponential(precision).split('e');
  return `${digits}e${power.startsWith('-') ? '-' : '+'}${power.replace(/^[+-]/, '').padStart(2, '0')}`;
}

const RADIX: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };
const CLAUSES: Readonly<Record<string, string>> = {
  d: 'decimal clause can only be used on integers',
  b: 'only integers and bools can be formatted as binary',
  o: 'octal clause can only be used on integers',
  x: 'only integers, byte buffers, and strings can be formatted as hex',
  X: 'only integers, byte buffers, and strings can be formatted as hex',
};

function whole(value: Value, verb: string): string | CelError {
  const number = typeof value === 'bigint' ? value : value instanceof Uint ? value.value : undefined;
  if (number !== undefined) return number.toString(RADIX[verb] ?? 10);
  if (verb === 'b' && typeof value === 'boolean') return value ? '1' : '0';
  if (verb === 'd' && typeof value === 'number' && !Number.isFinite(value)) return special(value);
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  if (verb.toLowerCase() === 'x' && bytes instanceof Uint8Array)
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return new CelError(`${CLAUSES[verb] ?? ''}, was given ${typeName(value)}`);
}

function one(value: Value, verb: string, precision: string | undefined): string | CelError {
  if (verb === 's') return plain(value);
  if (verb === 'f' || verb === 'e') return real(value, verb, precision === undefined ? 6 : Number(precision));
  const text = whole(value, verb);
  return verb === 'X' && typeof text === 'string' ? text.toUpperCase() : text;
}

/** The text with every clause replaced by its argument. */
export function formatText(text: string, args: ListValue): Value {
  let next = 0;
  let result = '';
  let end = 0;
  for (const match of text.matchAll(/%(?:%|(?:\.(\d+))?([\s\S])|$)/gu)) {
    result += text.slice(end, match.index);
    end = match.index + match[0].length;
    if (match[0] === '%%') {
      result += '%';
      continue;
    }
    const [, precision, verb] = match;
    if (verb === undefined) return new CelError('unexpected end of string');
    if (!'sdfeboxX'.includes(verb)) return new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
    if (next >= args.size) return new CelError(`index ${next} out of range`);
    if (precision !== undefined && Number(precision) > 100) return new CelError('precision is too large');
    const printed = one(args.at(next), verb, precision);
    if (printed instanceof CelError) return new CelError(`error during formatting: ${printed.message}`);
    result += printed;
    next += 1;
  }
  return result + text.slice(end);
}
