// RE2 patterns: matched in linear time, compiled once and kept while they are in use.

import { RE2JS, RE2JSSyntaxException } from 're2js';
import { CelError } from '../value.ts';

const MAX_KEPT = 500;
const compiled = new Map<string, RE2JS | CelError>();

/** The pattern, ready to match, or what is wrong with it. */
export function compilePattern(pattern: string): RE2JS | CelError {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_KEPT) compiled.clear();
  const result = compilePatternAnew(pattern);
  compiled.set(pattern, result);
  return result;
}

function compilePatternAnew(pattern: string): RE2JS | CelError {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException || error instanceof Error) return new CelError(error.message);
    throw error;
  }
}
