// What validation finds: one problem names a field, a type, the value and a detail, and prints as upstream's field errors do.

import type { FieldPath } from './field-path.ts';
import { quote } from './quote.ts';

/** The kinds of problem, with the reason that a Status cause carries. */
export type ProblemType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

/** One thing wrong with one field. `value` is shown only by the types that show values. */
export interface Problem {
  readonly path: string;
  readonly type: ProblemType;
  readonly value?: unknown;
  readonly detail: string;
}

/** How a map prints in a message: a Go map or struct has no JSON look-alike, so checks may hand over finished text. */
export class Printed {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The value of a problem whose message shows none although its type would. */
export const OMITTED: unique symbol = Symbol('omitted');

type Path = FieldPath | string;

export const notFound = (path: Path, value: unknown): Problem => ({ path: String(path), type: 'FieldValueNotFound', value, detail: '' });
export const required = (path: Path, detail = ''): Problem => ({ path: String(path), type: 'FieldValueRequired', detail });
export const duplicate = (path: Path, value: unknown): Problem => ({ path: String(path), type: 'FieldValueDuplicate', value, detail: '' });
export const invalid = (path: Path, value: unknown, detail: string): Problem => ({
  path: String(path),
  type: 'FieldValueInvalid',
  value,
  detail,
});
export const forbidden = (path: Path, detail: string): Problem => ({ path: String(path), type: 'FieldValueForbidden', detail });
export const internal = (path: Path, detail: string): Problem => ({ path: String(path), type: 'InternalError', detail });
export const typeInvalid = (path: Path, value: unknown, detail: string): Problem => ({
  path: String(path),
  type: 'FieldValueTypeInvalid',
  value,
  detail,
});
export const tooLong = (path: Path, maxLength: number): Problem => ({
  path: String(path),
  type: 'FieldValueTooLong',
  detail: maxLength >= 0 ? `may not be more than ${maxLength} bytes` : 'value is too long',
});
export const tooMany = (path: Path, actual: number, maximum: number): Problem => ({
  path: String(path),
  type: 'FieldValueTooMany',
  value: actual,
  detail: `must have at most ${maximum} item${maximum === 1 ? '' : 's'}`,
});
/** `supported` is printed in the order given. Values out of a choice are of upstream's own types, which print as JSON. */
export const notSupported = (path: Path, value: unknown, supported: readonly string[]): Problem => ({
  path: String(path),
  type: 'FieldValueNotSupported',
  value: typeof value === 'string' ? asJson(value) : value,
  detail: supported.length > 0 ? `supported values: ${supported.map(quote).join(', ')}` : '',
});

/** As `notSupported`, for the few values that upstream keeps as plain strings. */
export const notSupportedText = (path: Path, value: string, supported: readonly string[]): Problem =>
  notSupported(path, new Printed(quote(value)), supported);

const HEADINGS: Readonly<Record<ProblemType, string>> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
};

const VALUELESS: ReadonlySet<ProblemType> = new Set(['FieldValueRequired', 'FieldValueForbidden', 'FieldValueTooLong', 'InternalError']);

function printValue(value: unknown): string {
  if (value instanceof Printed) return value.text;
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return value.toString();
  return printJson(value);
}

const ESCAPED_IN_JSON = /[<>&\u2028\u2029]/g;

/** JSON as Go writes it, safe to embed in a page. */
function printJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner));
  return text.replaceAll(ESCAPED_IN_JSON, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A text whose type upstream is not plainly string: it prints as JSON, which differs for a few characters. */
export const asJson = (value: string): Printed => new Printed(printJson(value));

/** The problem without its path: what a Status cause says. */
export function problemBody(problem: Problem): string {
  const heading = HEADINGS[problem.type];
  const text = VALUELESS.has(problem.type) || problem.value === OMITTED ? heading : `${heading}: ${printValue(problem.value)}`;
  return problem.detail === '' ? text : `${text}: ${problem.detail}`;
}

/** The whole line: `spec.replicas: Invalid value: -1: must be …`. */
export function printProblem(problem: Problem): string {
  return `${problem.path}: ${problemBody(problem)}`;
}

/** Several problems as one text: a single one bare, more in brackets, repeated ones once. */
export function printProblems(problems: readonly Problem[]): string {
  const lines = [...new Set(problems.map(printProblem))];
  return lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`;
}
