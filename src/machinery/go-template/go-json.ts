// JSON as Go's encoding/json writes it: map keys sorted, and the characters that matter to HTML escaped.

import { isJsonObject } from '../json-object.ts';
import { sortedKeys } from './go-print.ts';
import { GoNumber } from './go-value.ts';

/** The value as JSON on one line or, with an indent, on many. */
export function encodeGoJson(value: unknown, indent = ''): string {
  return encode(value, indent, indent === '' ? '' : '\n');
}

function encode(value: unknown, indent: string, newline: string): string {
  if (typeof value === 'string') return encodeText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof GoNumber) return String(value.value);
  const [inner, colon] = newline === '' ? ['', ':'] : [newline + indent, ': '];
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${inner}${value.map((item) => encode(item, indent, inner)).join(`,${inner}`)}${newline}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const keys = sortedKeys(value);
  if (keys.length === 0) return '{}';
  const members = keys.map((key) => `${encodeText(key)}${colon}${encode(value[key], indent, inner)}`);
  return `{${inner}${members.join(`,${inner}`)}${newline}}`;
}

const encodeText = (text: string): string =>
  JSON.stringify(text.toWellFormed()).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
