// JSONPath templates as kubectl's `-o jsonpath`, `--sort-by` and `wait --for=jsonpath` read them: the door of this folder.
//
// J1. No input throws or runs for ever: errors are values with upstream's text, nesting and the number of values are limited.
// J2. A parsed path holds no state: it can be used any number of times.

import { encodeGoJson } from '../go-template/go-json.ts';
import { goSource, goText } from '../go-template/go-print.ts';
import { GoNumber } from '../go-template/go-value.ts';
import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { quote } from '../quote.ts';
import { Evaluation } from './evaluate.ts';
import type { List } from './node.ts';
import { parsePath, PathError } from './parser.ts';

export interface PathOptions {
  /** kubectl's --allow-missing-template-keys, which is on unless told otherwise. */
  readonly allowMissingKeys?: boolean;
}

export interface PrintOptions extends PathOptions {
  /** kubectl's jsonpath-as-json: each group of values as an indented JSON list. */
  readonly asJson?: boolean;
}

export class JsonPath {
  readonly #text: string;
  readonly #root: List;

  constructor(text: string, root: List) {
    this.#text = text;
    this.#root = root;
  }

  /** What each part of the template finds, in groups; a literal text is a group of its own. */
  find(data: unknown, { allowMissingKeys = true }: PathOptions = {}): Outcome<readonly (readonly unknown[])[]> {
    return guarded(() => new Evaluation(this.#root, allowMissingKeys).run(data));
  }

  /** What the template prints over any data. */
  execute(data: unknown, options: PrintOptions = {}): Outcome<string> {
    const found = this.find(data, options);
    if (!found.ok) return found;
    return guarded(() => found.value.map((values) => (options.asJson === true ? printAsJson(values) : printValues(values))).join(''));
  }

  /** Prints an object as kubectl does; the error shows the template and the object. */
  print(object: Readonly<Record<string, unknown>>, options: PrintOptions = {}): Outcome<string> {
    const printed = this.execute(object, options);
    if (printed.ok) return printed;
    const report =
      `Error executing template: ${printed.error}. Printing more information for debugging the template:\n` +
      `\ttemplate was:\n\t\t${this.#text}\n\tobject given to jsonpath engine was:\n\t\t${goSource(object)}\n\n`;
    return failure(`error executing jsonpath ${quote(this.#text)}: ${report}\n`);
  }
}

function guarded<T>(run: () => T): Outcome<T> {
  try {
    return success(run());
  } catch (error) {
    if (error instanceof PathError) return failure(error.message);
    // Deeply nested data can still exhaust the stack.
    if (error instanceof RangeError) return failure('exceeded max depth');
    throw error;
  }
}

const printAsJson = (values: readonly unknown[]): string => `${encodeGoJson(values, '    ')}\n`;

const printValues = (values: readonly unknown[]): string => values.map(printValue).join(' ');

function printValue(value: unknown): string {
  if (value === undefined) return '<no value>';
  if (value === null) return 'null';
  return typeof value === 'object' && !(value instanceof GoNumber) ? encodeGoJson(value) : goText(value);
}

/** Parses a template, or says in upstream's words what is wrong with it. */
export function parseJsonPath(text: string): Outcome<JsonPath> {
  return guarded(() => new JsonPath(text, parsePath(text)));
}
