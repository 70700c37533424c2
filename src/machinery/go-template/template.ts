// Go templates as kubectl's `-o go-template` runs them over objects: the door of this folder.
//
// T1. No input throws or runs for ever: errors are values with upstream's text, nesting and steps are limited.
// T2. Objects are decoded JSON; a template can read them, and nothing else.

import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { execute } from './execute.ts';
import { FUNCTION_NAMES } from './functions.ts';
import { encodeGoJson } from './go-json.ts';
import { goText } from './go-print.ts';
import { quote } from '../quote.ts';
import type { ListNode } from './node.ts';
import { parseTrees, TemplateError } from './parser.ts';

/** What a template printed, and why it stopped if it did not reach its end. */
export interface Printed {
  readonly out: string;
  readonly problem: string | undefined;
}

export interface TemplateOptions {
  /** kubectl's --allow-missing-template-keys, which is on unless told otherwise. */
  readonly allowMissingKeys?: boolean;
}

const NAME = 'output';

export class GoTemplate {
  readonly #text: string;
  readonly #trees: ReadonlyMap<string, ListNode>;

  constructor(text: string, trees: ReadonlyMap<string, ListNode>) {
    this.#text = text;
    this.#trees = trees;
  }

  /** Runs the template over any data. */
  execute(data: unknown, { allowMissingKeys = true }: TemplateOptions = {}): Printed {
    const out: string[] = [];
    try {
      execute({ name: NAME, text: this.#text, trees: this.#trees, strict: !allowMissingKeys }, data, out);
    } catch (error) {
      return { out: out.join(''), problem: problemOf(error) };
    }
    return { out: out.join(''), problem: undefined };
  }

  /** Prints an object as kubectl does: after an error, what may help to find it stands in the output too. */
  print(object: Readonly<Record<string, unknown>>, options: TemplateOptions = {}): Printed {
    const { out, problem } = this.execute(object, options);
    if (problem === undefined) return { out, problem };
    const report =
      `Error executing template: ${problem}. Printing more information for debugging the template:\n` +
      `\ttemplate was:\n\t\t${this.#text}\n\traw data was:\n\t\t${encodeGoJson(object)}\n` +
      `\tobject given to template engine was:\n\t\t${goText(object)}\n\n`;
    return { out: out + report, problem: `error executing template ${quote(this.#text)}: ${problem}` };
  }
}

function problemOf(error: unknown): string {
  if (error instanceof TemplateError) return error.message;
  // Deeply nested data and templates can still exhaust the stack.
  if (error instanceof RangeError) return 'template: output: exceeded maximum template depth (100000)';
  throw error;
}

/** Parses a template, or says in upstream's words what is wrong with it. */
export function parseTemplate(text: string): Outcome<GoTemplate> {
  try {
    return success(new GoTemplate(text, parseTrees(NAME, text, FUNCTION_NAMES)));
  } catch (error) {
    return failure(problemOf(error));
  }
}
