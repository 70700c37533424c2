// Walks a JSONPath tree over data: each step turns the values found so far into the next ones.
//
// E1. `range` and `end` work on the top level of a template, by position, exactly as client-go's do.
// E2. Where upstream's order hangs on its maps, keys go in their sorted order.
// E3. The number of values is limited, since recursive descents multiply.

import { getOwn, isJsonObject } from '../json-object.ts';
import { equalsAny, isAtMost, isLess, negated } from '../go-template/comparison.ts';
import { goText, sortedKeys } from '../go-template/go-print.ts';
import { goByte, GoNumber, kindOf, typeName } from '../go-template/go-value.ts';
import { failure } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { PathError } from './parser.ts';
import type { Bound, List, Node } from './node.ts';

const MAXIMUM_VALUES = 2_000_000;
const MAXIMUM_DEPTH = 1_000;

const encoder = new TextEncoder();

type Filter = Node & { readonly type: 'filter' };

/** `undefined` is no value, which only a range over nothing has. */
type Values = readonly unknown[];

const isNil = (value: unknown): boolean => value === null;
const isMap = (value: unknown): value is Record<string, unknown> => isJsonObject(value) && !(value instanceof GoNumber);

/** What the templates' forked comparisons say, which know less than Go's own. */
function compare(operator: string, left: unknown, right: unknown): Outcome<boolean> {
  const kinds = [kindOf(left), kindOf(right)];
  const comparisons: Readonly<Record<string, () => Outcome<boolean>>> = {
    '<': () => isLess(left, right),
    '>': () => negated(isAtMost(left, right)),
    '==': () => equalsAny(left, [right]),
    '!=': () => negated(equalsAny(left, [right])),
    '<=': () => isAtMost(left, right),
    '>=': () => negated(isLess(left, right)),
  };
  const run = Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
  if (run === undefined) return failure(`unrecognized filter operator ${operator}`);
  if (kinds.some((kind) => kind === 'invalid' || kind === 'slice' || kind === 'map')) return failure('invalid type for comparison');
  const outcome = run();
  return outcome.ok || !outcome.error.startsWith('incompatible') ? outcome : failure('incompatible types for comparison');
}

export class Evaluation {
  readonly #nodes: readonly Node[];
  readonly #allowMissingKeys: boolean;
  #beginRange = 0;
  #inRange = 0;
  #endRange = 0;
  #lastEnd = -1;
  #count = 0;

  constructor(root: List, allowMissingKeys: boolean) {
    this.#nodes = root.nodes;
    this.#allowMissingKeys = allowMissingKeys;
  }

  /** The values of each top-level node, from the `from`th on. */
  run(data: unknown, from = 0): Values[] {
    const found: Values[] = [];
    for (let index = from; index < this.#nodes.length; index++) {
      const node = this.#nodes[index];
      if (node === undefined) break;
      const results = this.#walk([data], node);
      if (this.#endRange > 0 && this.#endRange <= this.#inRange) {
        this.#endRange--;
        this.#lastEnd = index;
        break;
      }
      if (this.#beginRange === 0) {
        found.push(results);
        continue;
      }
      this.#beginRange--;
      this.#inRange++;
      // Without a value the body still runs once, so that its end is found.
      if (results.length === 0) this.run(undefined, index + 1);
      for (const value of results) for (const each of this.run(value, index + 1)) found.push(each);
      this.#inRange--;
      if (this.#lastEnd > index) index = this.#lastEnd;
    }
    return found;
  }

  #walk(values: Values, node: Node): Values {
    const results = this.#results(values, node);
    this.#count += results.length + 1;
    if (this.#count > MAXIMUM_VALUES) throw new PathError(`more than ${MAXIMUM_VALUES} values`);
    return results;
  }

  #results(values: Values, node: Node): Values {
    switch (node.type) {
      case 'list':
        return this.#list(values, node);
      case 'text':
        return [node.text];
      case 'literal':
        return values.map(() => node.value);
      case 'field':
        return this.#field(values, node.name);
      case 'wildcard':
        return values.flatMap(items);
      case 'recursive':
        return this.#descend(values, 0);
      case 'union':
        return node.lists.flatMap((list) => this.#list(values, list));
      case 'identifier':
        return this.#identifier(values, node.name);
      case 'array':
        return slices(values, node.bounds);
      default:
        return this.#filter(values, node);
    }
  }

  #list(values: Values, { nodes }: List): Values {
    let current = values;
    for (const node of nodes) current = this.#walk(current, node);
    return current;
  }

  #identifier(values: Values, name: string): Values {
    if (name === 'range') {
      this.#beginRange++;
      return values;
    }
    if (name !== 'end') throw new PathError(`unrecognized identifier ${name}`);
    if (this.#inRange === 0) throw new PathError('not in range, nothing to end');
    this.#endRange++;
    return [];
  }

  #field(values: Values, name: string): Values {
    if (values.length === 0) return [];
    const found = values.flatMap((value) => {
      const item = isMap(value) ? getOwn(value, name) : undefined;
      return item === undefined ? [] : [item];
    });
    if (found.length === 0 && !this.#allowMissingKeys) throw new PathError(`${name} is not found`);
    return found;
  }

  #descend(values: Values, depth: number): unknown[] {
    if (depth > MAXIMUM_DEPTH) throw new PathError('exceeded max depth');
    const found: unknown[] = [];
    for (const value of values) {
      const inner = items(value);
      if (inner.length === 0) continue;
      this.#count += inner.length;
      if (this.#count > MAXIMUM_VALUES) throw new PathError(`more than ${MAXIMUM_VALUES} values`);
      found.push(value);
      for (const each of this.#descend(inner, depth + 1)) found.push(each);
    }
    return found;
  }

  #filter(values: Values, step: Filter): Values {
    const found: unknown[] = [];
    for (const value of values) {
      if (!Array.isArray(value)) {
        const shown = value === undefined ? '<invalid reflect.Value>' : goText(value);
        throw new PathError(`${shown} is not array or slice and cannot be filtered`);
      }
      for (const item of value as unknown[]) if (this.#passes(item ?? null, step, found.length)) found.push(item ?? null);
    }
    return found;
  }

  #passes(item: unknown, step: Filter, foundBefore: number): boolean {
    const { left, right, operator } = step;
    if (operator === 'exists') return this.#exists(item, left);
    const [first, ...others] = this.#list([item], left);
    if (first === undefined) return false;
    if (others.length > 0) throw new PathError('can only compare one element at a time');
    const [second, ...more] = this.#list([item], right);
    if (second === undefined) return false;
    if (more.length > 0) throw new PathError('can only compare one element at a time');
    const outcome = compare(operator, first, second);
    if (!outcome.ok) throw new PathError(outcome.error, { step, found: foundBefore });
    return outcome.value;
  }

  /** Whether anything is found before a step fails: a failing step that had found something still counts. */
  #exists(item: unknown, { nodes }: List): boolean {
    let current: Values = [item];
    for (const node of nodes) {
      try {
        current = this.#walk(current, node);
      } catch (error) {
        if (!(error instanceof PathError)) throw error;
        // Upstream's steps give their input back with an error, except a few, which give what they had found.
        if (error.partial?.step === node) return error.partial.found > 0;
        return node.type !== 'field' && !(node.type === 'identifier' && node.name === 'end') && current.length > 0;
      }
    }
    return current.length > 0;
  }
}

/** The items of a list, the values of a map, the bytes of a text. */
function items(value: unknown): unknown[] {
  if (typeof value === 'string') return Array.from(encoder.encode(value), goByte);
  if (Array.isArray(value)) return value.map((item: unknown) => item ?? null);
  return isMap(value) ? sortedKeys(value).map((key) => value[key]) : [];
}

function slices(values: Values, bounds: readonly [Bound, Bound, Bound]): Values {
  const found: unknown[] = [];
  for (const value of values) {
    if (isNil(value)) continue;
    if (!Array.isArray(value)) throw new PathError(`${typeName(value)} is not array or slice`);
    const range = rangeOf(bounds, value.length);
    if (range === undefined) return found;
    for (let index = range.start; index < range.end; index += range.step) found.push(value[index] ?? null);
  }
  return found;
}

/** The indices that a slice means for a list of that length; undefined when it means none at all. */
function rangeOf(
  [first, last, step]: readonly [Bound, Bound, Bound],
  length: number,
): { start: number; end: number; step: number } | undefined {
  const size = BigInt(length);
  let start = first.known ? first.value : 0n;
  if (start < 0n) start += size;
  let end = last.known ? last.value : size;
  if (end < 0n || (end === 0n && last.derived)) end += size;
  if (start === end) return undefined;
  if (start >= size || start < 0n) throw new PathError(`array index out of bounds: index ${start}, length ${length}`);
  if (end > size || end < 0n) throw new PathError(`array index out of bounds: index ${end - 1n}, length ${length}`);
  if (start > end) throw new PathError(`starting index ${start} is greater than ending index ${end}`);
  if (step.known && step.value <= 0n) throw new PathError('step must be > 0');
  return { start: Number(start), end: Number(end), step: step.known ? Number(step.value) : 1 };
}
