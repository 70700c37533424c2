// Finds arguments that are written out and can never work: durations, times and patterns that do not parse.

import { children } from './expression.ts';
import type { Expression } from './expression.ts';
import { compilePattern } from './library/pattern.ts';
import { parseTimestamp } from './timestamp-text.ts';
import type { Issue } from './source.ts';
import { parseDuration } from '../duration.ts';
import { CelError } from './value.ts';

const VALID: Readonly<Record<string, (text: string) => boolean>> = {
  duration: (text) => parseDuration(text) !== undefined,
  timestamp: (text) => parseTimestamp(text) !== undefined,
  matches: (text) => !(compilePattern(text) instanceof CelError),
};

/** The literals that can never be what they are used as. */
export function validateLiterals(expression: Expression): Issue[] {
  const issues: Issue[] = [];
  const pending: Expression[] = [expression];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    pending.push(...children(node));
    const argument = node.kind === 'call' ? node.args.at(-1) : undefined;
    if (node.kind !== 'call' || argument?.kind !== 'literal' || typeof argument.value !== 'string') continue;
    const valid = Object.hasOwn(VALID, node.name) ? VALID[node.name] : undefined;
    if (valid?.(argument.value) === false) issues.push({ offset: argument.offset, message: `invalid ${node.name} argument` });
  }
  return issues;
}
