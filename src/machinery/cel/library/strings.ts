// The extended functions of strings. Positions count characters (code points), not UTF-16 units.

import { global, member } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { DYN, INT, listOf, STRING } from '../type.ts';
import { CelError, ListValue } from '../value.ts';
import type { Value } from '../value.ts';
import { formatText } from './format-text.ts';

const outOfRange = (index: bigint): CelError => new CelError(`index out of range: ${index}`);

function charAt(text: string, index: bigint): Value {
  const all = Array.from(text);
  if (index < 0n || index > all.length) return outOfRange(index);
  return all[Number(index)] ?? '';
}

function find(text: string, part: string, from: bigint): Value {
  const all = Array.from(text);
  if (from < 0n || (from > all.length && part !== '')) return outOfRange(from);
  if (part === '') return from;
  const start = all.slice(0, Number(from)).join('').length;
  const at = text.indexOf(part, start);
  return at < 0 ? -1n : BigInt(Array.from(text.slice(0, at)).length);
}

function findLast(text: string, part: string, from?: bigint): Value {
  const all = Array.from(text);
  if (from !== undefined && (from < 0n || from >= all.length) && part !== '') return outOfRange(from);
  if (part === '') return from ?? BigInt(all.length);
  const start = from === undefined ? text.length : all.slice(0, Number(from)).join('').length;
  const at = text.lastIndexOf(part, start);
  return at < 0 ? -1n : BigInt(Array.from(text.slice(0, at)).length);
}

function substring(text: string, start: bigint, end?: bigint): Value {
  const all = Array.from(text);
  if (start < 0n || start > all.length) return outOfRange(start);
  if (end !== undefined && (end < 0n || end > all.length)) return outOfRange(end);
  if (end !== undefined && start > end) return new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  return all.slice(Number(start), end === undefined ? undefined : Number(end)).join('');
}

function replace(text: string, from: string, to: string, limit: bigint): Value {
  let left = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit);
  if (from === '') {
    let result = '';
    for (const character of text) {
      if (left > 0) result += to;
      left -= 1;
      result += character;
    }
    return left > 0 ? result + to : result;
  }
  const parts = text.split(from);
  let result = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    result += (left > 0 ? to : from) + part;
    left -= 1;
  }
  return result;
}

function split(text: string, separator: string, limit: bigint): Value {
  if (limit === 0n) return new ListValue([]);
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return new ListValue(parts);
  const kept = parts.slice(0, Number(limit) - 1);
  return new ListValue([...kept, parts.slice(Number(limit) - 1).join(separator)]);
}

function join(list: ListValue, separator: string): Value {
  const parts: string[] = [];
  for (const part of list) {
    if (typeof part !== 'string') return new CelError('no such overload');
    parts.push(part);
  }
  return parts.join(separator);
}

const ascii =
  (pattern: RegExp, change: (text: string) => string) =>
  (text: string): Value =>
    text.replaceAll(pattern, change);

const WHITE = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const TRIM = new RegExp(`^${WHITE}|${WHITE}$`, 'g');

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

function quoted(text: string): Value {
  return `"${text.toWellFormed().replaceAll(/[\x07-\r\\"]/g, (character) => ESCAPES[character] ?? character)}"`;
}

const LIST = listOf(STRING);

export const strings: FunctionTable = {
  charAt: [member('string_char_at_int', [STRING, INT], STRING, charAt)],
  indexOf: [
    member('string_index_of_string', [STRING, STRING], INT, (text: string, part: string) => find(text, part, 0n)),
    member('string_index_of_string_int', [STRING, STRING, INT], INT, find),
  ],
  lastIndexOf: [
    member('string_last_index_of_string', [STRING, STRING], INT, (text: string, part: string) => findLast(text, part)),
    member('string_last_index_of_string_int', [STRING, STRING, INT], INT, findLast),
  ],
  lowerAscii: [
    member(
      'string_lower_ascii',
      [STRING],
      STRING,
      ascii(/[A-Z]+/g, (text) => text.toLowerCase()),
    ),
  ],
  upperAscii: [
    member(
      'string_upper_ascii',
      [STRING],
      STRING,
      ascii(/[a-z]+/g, (text) => text.toUpperCase()),
    ),
  ],
  replace: [
    member('string_replace_string_string', [STRING, STRING, STRING], STRING, (text: string, from: string, to: string) =>
      replace(text, from, to, -1n),
    ),
    member('string_replace_string_string_int', [STRING, STRING, STRING, INT], STRING, replace),
  ],
  split: [
    member('string_split_string', [STRING, STRING], LIST, (text: string, separator: string) => split(text, separator, -1n)),
    member('string_split_string_int', [STRING, STRING, INT], LIST, split),
  ],
  substring: [
    member('string_substring_int', [STRING, INT], STRING, (text: string, start: bigint) => substring(text, start)),
    member('string_substring_int_int', [STRING, INT, INT], STRING, substring),
  ],
  trim: [member('string_trim', [STRING], STRING, (text: string) => text.replaceAll(TRIM, ''))],
  join: [
    member('list_join', [LIST], STRING, (list: ListValue) => join(list, '')),
    member('list_join_string', [LIST, STRING], STRING, join),
  ],
  format: [member('string_format', [STRING, listOf(DYN)], STRING, formatText)],
  'strings.quote': [global('strings_quote', [STRING], STRING, quoted)],
};

/** Not among Kubernetes' functions. */
export const reverse: FunctionTable = {
  reverse: [member('string_reverse', [STRING], STRING, (text: string) => Array.from(text).reverse().join(''))],
};
