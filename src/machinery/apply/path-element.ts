// One step of a path in a set of fields, in the very text that FieldsV1 writes it: `f:name`, `k:{"name":"x"}`, `v:"x"`, `i:0`.
//
// E1. Equal steps are equal text: keys are sorted and values written in one way, whatever text they were read from.

import { isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { quote } from '../quote.ts';
import { compareBytes } from '../utf8.ts';

export type PathElement = string;

/** From the top of an object to a field. */
export type FieldSetPath = readonly PathElement[];

const HTML: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' };

const quoteJson = (text: string): string => JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (character) => HTML[character] ?? character);

/** JSON as Go writes it: members sorted, and what HTML could trip over escaped. */
export function goJson(value: unknown): string {
  if (typeof value === 'string') return quoteJson(value);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const members = Object.entries(value).sort(([left], [right]) => compareBytes(left, right));
  return `{${members.map(([name, each]) => `${quoteJson(name)}:${goJson(each)}`).join(',')}}`;
}

export const fieldElement = (name: string): PathElement => `f:${name}`;
export const keyElement = (fields: JsonObject): PathElement => `k:${goJson(fields)}`;
export const valueElement = (value: unknown): PathElement => `v:${goJson(value)}`;

/** The name of a field step, else undefined. */
export const fieldName = (element: PathElement): string | undefined => (element.startsWith('f:') ? element.slice(2) : undefined);

const KNOWN_STEPS = 4096;
const readSteps = new Map<string, PathElement>();

/** Steps with keys recur in every entry of every object, so that a bounded cache answers for most. */
function canonicalStep(text: string, write: () => PathElement): PathElement {
  const found = readSteps.get(text);
  if (found !== undefined) return found;
  const step = write();
  if (readSteps.size >= KNOWN_STEPS) readSteps.clear();
  readSteps.set(text, step);
  return step;
}

/** Reads a step as it was stored; undefined for kinds that are not known. Throws where it is malformed. */
export function readElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new SyntaxError('key must be 2 characters long:');
  if (text.charAt(1) !== ':') throw new SyntaxError(`missing colon: ${text}`);
  const rest = text.slice(2);
  switch (text.charAt(0)) {
    case 'f':
      return text;
    case 'k':
      return canonicalStep(text, () => {
        const fields: unknown = JSON.parse(rest);
        if (!isJsonObject(fields)) throw new SyntaxError(`not an object: ${text}`);
        return keyElement(fields);
      });
    case 'v': {
      const value: unknown = JSON.parse(rest);
      return valueElement(value);
    }
    case 'i':
      if (!/^[+-]?[0-9]+$/.test(rest)) throw new SyntaxError(`not an index: ${text}`);
      return `i:${Number(rest)}`;
    default:
      return undefined;
  }
}

const RANKS = 'fkvi';

/** The order in which steps are written: fields, keys, values, indices. */
export function compareElements(left: PathElement, right: PathElement): number {
  const kind = left.charAt(0);
  const byKind = RANKS.indexOf(kind) - RANKS.indexOf(right.charAt(0));
  if (byKind !== 0 || left === right) return byKind;
  if (kind === 'f') return compareBytes(left, right);
  if (kind === 'i') return Number(left.slice(2)) - Number(right.slice(2));
  const [a, b] = [JSON.parse(left.slice(2)) as unknown, JSON.parse(right.slice(2)) as unknown];
  return compareValues(a, b);
}

const rank = (value: unknown): number => {
  if (typeof value === 'number') return 0;
  if (typeof value === 'string') return 1;
  if (typeof value === 'boolean') return 2;
  if (Array.isArray(value)) return 3;
  return value === null ? 5 : 4;
};

function compareValues(left: unknown, right: unknown): number {
  const byRank = rank(left) - rank(right);
  if (byRank !== 0) return byRank;
  if (typeof left === 'string' && typeof right === 'string') return compareBytes(left, right);
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right, compareValues);
  if (isJsonObject(left) && isJsonObject(right)) {
    return compareLists(Object.entries(left), Object.entries(right), ([a, x], [b, y]) => compareBytes(a, b) || compareValues(x, y));
  }
  return Number(left) - Number(right);
}

function compareLists<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number): number {
  for (const [index, item] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compare(item, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** The step for people: `.name`, `[name="x"]`, `[="x"]`, `[0]`. */
export function printElement(element: PathElement): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const value: unknown = JSON.parse(rest);
  if (element.startsWith('v:')) return `[=${printValue(value)}]`;
  return isJsonObject(value)
    ? `[${Object.entries(value)
        .map(([name, each]) => `${name}=${printValue(each)}`)
        .join(',')}]`
    : rest;
}

const printValue = (value: unknown): string => (typeof value === 'string' ? quote(value) : goJson(value));

/** A path for people: `.spec.containers[name="x"].image`. */
export const printPath = (path: FieldSetPath): string => path.map(printElement).join('');
