// The functions that a template of kubectl may call: Go's own and kubectl's `exists` and `base64decode`.

import { decodeBase64 } from './base64.ts';
import { equalsAny, isAtMost, isLess, negated } from './comparison.ts';
import { escapeHtml, escapeQuery, escapeScript } from './escapers.ts';
import { sprint, sprintf, sprintln } from './go-print.ts';
import { goInt, kindOf, integerOf, floatOf, typeName } from './go-value.ts';
import { existsItem, indexItem, lengthOf, sliceItem } from './items.ts';
import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { argumentOf, unboxed, valueOf } from './value.ts';
import type { Value } from './value.ts';

/** `value` takes anything as it is, `any` turns nothing into nil, `string` takes text only. */
export type Parameter = 'value' | 'any' | 'string';

export interface TemplateFunction {
  readonly fixed: readonly Parameter[];
  /** The type of any number of further arguments. */
  readonly rest?: Parameter;
  call(args: readonly Value[]): Outcome<Value>;
}

/** Whether Go's `if` takes the value as true. */
export function isTrue(value: Value): boolean {
  const { data } = unboxed(value);
  switch (kindOf(data)) {
    case 'string':
      return data !== '';
    case 'bool':
      return data === true;
    case 'int':
    case 'uint':
      return integerOf(data) !== 0n;
    case 'float':
      return floatOf(data) !== 0;
    case 'slice':
      return Array.isArray(data) && data.length > 0;
    case 'map':
      return Object.keys(data as object).length > 0;
    default:
      return false;
  }
}

const ok = (data: unknown): Outcome<Value> => success(valueOf(data));
const wrapped = (outcome: Outcome<unknown>): Outcome<Value> => (outcome.ok ? ok(outcome.value) : outcome);

function comparison(compare: (left: unknown, right: unknown) => Outcome<boolean>): TemplateFunction {
  return {
    fixed: ['value', 'value'],
    call: ([left, right]) => wrapped(compare(unboxedData(left), unboxedData(right))),
  };
}

const unboxedData = (value: Value | undefined): unknown => (value === undefined ? undefined : unboxed(value).data);

/** The text of all arguments, as the escapers see it; no value prints as such. */
function textOf(args: readonly Value[]): string {
  const [first] = args;
  if (args.length === 1 && typeof first?.data === 'string') return first.data;
  return sprint(args.map(({ data }) => data ?? '<no value>'));
}

const escaper = (escape: (text: string) => string): TemplateFunction => ({
  fixed: [],
  rest: 'any',
  call: (args) => ok(escape(textOf(args))),
});

const printer = (print: (values: readonly unknown[]) => string): TemplateFunction => ({
  fixed: [],
  rest: 'any',
  call: (args) => ok(print(args.map(argumentOf))),
});

function base64decode([first]: readonly Value[]): Outcome<Value> {
  const decoded = decodeBase64(String(first?.data));
  return decoded.ok ? ok(decoded.value) : failure(`base64 decode failed: ${decoded.error}`);
}

function printf([format, ...values]: readonly Value[]): Outcome<Value> {
  return ok(sprintf(String(format?.data), values.map(argumentOf)));
}

const NOTHING: Value = valueOf(undefined);

const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  // `and`, `or` and `call` are the executor's: they do not see all their arguments alike.
  and: { fixed: ['value'], rest: 'value', call: () => ok(undefined) },
  or: { fixed: ['value'], rest: 'value', call: () => ok(undefined) },
  call: { fixed: ['value'], rest: 'value', call: () => ok(undefined) },
  not: { fixed: ['value'], call: ([value = NOTHING]) => ok(!isTrue(value)) },
  eq: { fixed: ['value'], rest: 'value', call: ([left, ...others]) => wrapped(equalsAny(unboxedData(left), others.map(unboxedData))) },
  ne: comparison((left, right) => negated(equalsAny(left, [right]))),
  lt: comparison(isLess),
  le: comparison(isAtMost),
  gt: comparison((left, right) => negated(isAtMost(left, right))),
  ge: comparison((left, right) => negated(isLess(left, right))),
  index: { fixed: ['value'], rest: 'value', call: ([item = NOTHING, ...keys]) => indexItem(item, keys) },
  slice: { fixed: ['value'], rest: 'value', call: ([item = NOTHING, ...bounds]) => sliceItem(item, bounds) },
  len: { fixed: ['value'], call: ([item = NOTHING]) => lengthOutcome(item) },
  print: printer(sprint),
  println: printer(sprintln),
  printf: { fixed: ['string'], rest: 'any', call: printf },
  html: escaper(escapeHtml),
  js: escaper(escapeScript),
  urlquery: escaper(escapeQuery),
  exists: {
    fixed: ['any'],
    rest: 'any',
    call: ([item = NOTHING, ...keys]) => ok(existsItem(argumentOf(item), keys.map(argumentOf))),
  },
  base64decode: { fixed: ['string'], call: base64decode },
};

function lengthOutcome(item: Value): Outcome<Value> {
  const length = lengthOf(item);
  return length.ok ? ok(goInt(length.value)) : length;
}

/** What `call` says, since templates over JSON hold nothing that can be called; without a name the value is shown. */
export function callProblem(value: Value, name: string | undefined): string {
  const { data } = unboxed(value);
  if (data === undefined) return 'call of nil';
  const shown = name ?? (typeof data === 'string' ? data : `<${typeName(data)} Value>`);
  return `non-function ${shown} of type ${typeName(data)}`;
}

export const FUNCTION_NAMES: ReadonlySet<string> = new Set(Object.keys(FUNCTIONS));

export const functionNamed = (name: string): TemplateFunction | undefined => (Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined);
