// Label selectors: which objects a Service, a controller or a request means, told by their labels.
//
// S1. A selector without requirements matches everything; an object without labels has none, and that is not an error.
// S2. Requirements are kept sorted by key, so that equal selectors print alike.
// S3. A selector is compiled once, on first use; matching allocates nothing.

import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { quote } from '../quote.ts';
import { compareBytes } from '../utf8.ts';
import { parseRequirements } from './parse-label-selector.ts';
import { compileRequirement, printRequirement, requirement } from './requirement.ts';
import type { Labels, LabelTest, Operator, Requirement } from './requirement.ts';

export type { Labels, Operator, Requirement } from './requirement.ts';

/** The structured form that objects carry. */
export interface LabelSelectorObject {
  readonly matchLabels?: Labels | undefined;
  readonly matchExpressions?: readonly LabelSelectorExpression[] | undefined;
}

export interface LabelSelectorExpression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
}

const NO_LABELS: Labels = {};

function compile(requirements: readonly Requirement[]): LabelTest {
  const tests = requirements.map(compileRequirement);
  const [first, second] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (tests.length === 2) return (labels) => first(labels) && second(labels);
  return (labels) => {
    for (const test of tests) if (!test(labels)) return false;
    return true;
  };
}

/** An immutable selector. */
export class LabelSelector {
  readonly requirements: readonly Requirement[];
  readonly #matchesNothing: boolean;
  #test: LabelTest | undefined;

  /** Sorts the requirements; `nothing` makes the selector that no labels match. */
  constructor(requirements: readonly Requirement[], nothing = false) {
    this.requirements = requirements.toSorted((left, right) => compareBytes(left.key, right.key));
    this.#matchesNothing = nothing;
  }

  matches(labels: Labels | undefined | null): boolean {
    this.#test ??= this.#matchesNothing ? () => false : compile(this.requirements);
    return this.#test(labels ?? NO_LABELS);
  }

  /** Whether everything matches. */
  get empty(): boolean {
    return this.requirements.length === 0 && !this.#matchesNothing;
  }

  /** Whether nothing can match. */
  get matchesNothing(): boolean {
    return this.#matchesNothing;
  }

  /** The one value that the key must have, where the selector asks for exactly one. */
  exactMatch(key: string): string | undefined {
    const found = this.requirements.find((each) => each.key === key);
    if (found === undefined || found.values.length !== 1) return undefined;
    return found.operator === '=' || found.operator === '==' || found.operator === 'in' ? found.values[0] : undefined;
  }

  toString(): string {
    return this.requirements.map(printRequirement).join(',');
  }
}

export const EVERYTHING = new LabelSelector([]);
export const NOTHING = new LabelSelector([], true);

/** The selector that a text says, as in `?labelSelector=`. */
export function parseLabelSelector(text: string): Outcome<LabelSelector> {
  if (text === '') return success(EVERYTHING);
  const requirements = parseRequirements(text);
  return requirements.ok ? success(new LabelSelector(requirements.value)) : requirements;
}

/** The selector for labels that must all be there; they are not checked. */
export function labelSelectorFromMap(labels: Labels | undefined): LabelSelector {
  return new LabelSelector(Object.entries(labels ?? {}).map(([key, value]) => ({ key, operator: '=' as const, values: [value] })));
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

/** The selector that an object carries: none matches nothing, an empty one everything. */
export function labelSelectorOf(object: LabelSelectorObject | undefined | null): Outcome<LabelSelector> {
  if (object === undefined || object === null) return success(NOTHING);
  const requirements: Requirement[] = [];
  for (const [key, value] of Object.entries(object.matchLabels ?? {})) {
    const outcome = requirement(key, '=', [value]);
    if (!outcome.ok) return outcome;
    requirements.push(outcome.value);
  }
  for (const { key, operator: name, values = [] } of object.matchExpressions ?? []) {
    const operator = OPERATORS.get(name);
    if (operator === undefined) return failure(`${quote(name)} is not a valid label selector operator`);
    const outcome = requirement(key, operator, values);
    if (!outcome.ok) return outcome;
    requirements.push(outcome.value);
  }
  return success(requirements.length === 0 ? EVERYTHING : new LabelSelector(requirements));
}

// Objects are immutable and matched over and over, so the compiled form is kept beside each.
const compiled = new WeakMap<LabelSelectorObject, LabelSelector>();

/** Whether the labels match; a selector object that is not valid matches nothing. */
export function matchesLabels(selector: LabelSelector | LabelSelectorObject | undefined | null, labels: Labels | undefined): boolean {
  if (selector === undefined || selector === null) return false;
  if (selector instanceof LabelSelector) return selector.matches(labels);
  let known = compiled.get(selector);
  if (known === undefined) {
    const outcome = labelSelectorOf(selector);
    known = outcome.ok ? outcome.value : NOTHING;
    compiled.set(selector, known);
  }
  return known.matches(labels);
}

/** The selector object as kubectl shows it. */
export function printLabelSelectorObject(object: LabelSelectorObject | undefined | null): string {
  const outcome = labelSelectorOf(object);
  if (!outcome.ok) return '<error>';
  const text = outcome.value.toString();
  return text === '' ? '<none>' : text;
}
