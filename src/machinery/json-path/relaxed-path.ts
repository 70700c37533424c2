// Paths as people type them for columns and sorting: with or without braces, with or without the leading point.

import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';

const FORMS = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/;

/** The path as a JSONPath template, `{.metadata.name}`; the empty path stays empty. */
export function relaxedPath(text: string): Outcome<string> {
  if (text === '') return success('');
  const match = FORMS.exec(text);
  if (match !== null) return success(`{.${match[1] ?? match[2] ?? ''}}`);
  return failure(`unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`);
}
