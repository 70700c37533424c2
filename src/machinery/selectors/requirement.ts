// One requirement of a label selector: a key, an operator and values, checked as upstream checks them and compiled to a test.

import { checkLabelKey, checkLabelValue } from '../formats/label.ts';
import { FieldPath } from '../field-path.ts';
import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { invalid, notSupported, printProblems } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { compareBytes } from '../utf8.ts';

/** How a key's value is tested, as it is written in text. */
export type Operator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt';

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

const OPERATORS: readonly string[] = ['in', 'notin', '=', '==', '!=', 'gt', 'lt', 'exists', '!'];

const INTEGER = /^[+-]?[0-9]+$/;

/** A 64-bit integer, or undefined. */
function int64(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** The problem of a key, at a place that text selectors have no name for. */
export function labelKeyProblem(key: string, at: FieldPath | string): Problem | undefined {
  const messages = checkLabelKey(key);
  return messages.length === 0 ? undefined : invalid(at, key, messages.join('; '));
}

/** A requirement, or everything that is wrong with it. */
export function requirement(key: string, operator: Operator, values: readonly string[]): Outcome<Requirement> {
  const at = FieldPath.root.child('values');
  const problems: Problem[] = [];
  const keyProblem = labelKeyProblem(key, 'key');
  if (keyProblem !== undefined) problems.push(keyProblem);
  problems.push(...countProblems(operator, values, at));
  for (const [index, value] of values.entries()) {
    const messages = checkLabelValue(value);
    if (messages.length > 0) problems.push(invalid(at.index(index).key(key), value, messages.join('; ')));
  }
  return problems.length === 0 ? success({ key, operator, values }) : failure(printProblems(problems));
}

function countProblems(operator: Operator, values: readonly string[], at: FieldPath): Problem[] {
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length === 0 ? [invalid(at, null, "for 'in', 'notin' operators, values set can't be empty")] : [];
    case '=':
    case '==':
    case '!=':
      return values.length === 1 ? [] : [invalid(at, values, 'exact-match compatibility requires one single value')];
    case 'exists':
    case '!':
      return values.length === 0 ? [] : [invalid(at, values, 'values set must be empty for exists and does not exist')];
    case 'gt':
    case 'lt':
      return [
        ...(values.length === 1 ? [] : [invalid(at, values, "for 'Gt', 'Lt' operators, exactly one value is required")]),
        ...values.flatMap((value, index) =>
          int64(value) === undefined ? [invalid(at.index(index), value, "for 'Gt', 'Lt' operators, the value must be an integer")] : [],
        ),
      ];
    default:
      return [notSupported('operator', operator, OPERATORS)];
  }
}

export type LabelTest = (labels: Labels) => boolean;

/** The requirement as a function. Labels are looked up by own keys only. */
export function compileRequirement({ key, operator, values }: Requirement): LabelTest {
  const get = reader(key);
  const first = values[0];
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      if (values.length === 1) return (labels) => get(labels) === first;
      return inSet(get, values);
    case 'notin':
    case '!=': {
      if (values.length === 1) return (labels) => get(labels) !== first;
      const test = inSet(get, values);
      return (labels) => !test(labels);
    }
    case 'exists':
      return (labels) => get(labels) !== undefined;
    case '!':
      return (labels) => get(labels) === undefined;
    case 'gt':
    case 'lt':
      return compareNumbers(get, operator, values);
    default:
      return () => false;
  }
}

/** Names of Object's own prototype are the only keys that need the slow way. */
const reader = (key: string): ((labels: Labels) => string | undefined) =>
  key in Object.prototype ? (labels) => (Object.hasOwn(labels, key) ? labels[key] : undefined) : (labels) => labels[key];

function inSet(get: (labels: Labels) => string | undefined, values: readonly string[]): LabelTest {
  const set = new Set(values);
  return (labels) => {
    const value = get(labels);
    return value !== undefined && set.has(value);
  };
}

function compareNumbers(get: (labels: Labels) => string | undefined, operator: 'gt' | 'lt', values: readonly string[]): LabelTest {
  const bound = values.length === 1 ? int64(values[0] ?? '') : undefined;
  return (labels) => {
    const text = get(labels);
    const value = text === undefined ? undefined : int64(text);
    if (value === undefined || bound === undefined) return false;
    return operator === 'gt' ? value > bound : value < bound;
  };
}

const SIGNS: Readonly<Record<Operator, string>> = {
  '=': '=',
  '==': '==',
  '!=': '!=',
  in: ' in ',
  notin: ' notin ',
  gt: '>',
  lt: '<',
  exists: '',
  '!': '',
};

/** The requirement as text; values are sorted. */
export function printRequirement({ key, operator, values }: Requirement): string {
  if (operator === 'exists') return key;
  if (operator === '!') return `!${key}`;
  const list = values.toSorted(compareBytes).join(',');
  return `${key}${SIGNS[operator]}${operator === 'in' || operator === 'notin' ? `(${list})` : list}`;
}
