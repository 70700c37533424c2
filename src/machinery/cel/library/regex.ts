// Kubernetes' functions that look for an RE2 pattern in a string.

import { member } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { INT, listOf, STRING } from '../type.ts';
import { CelError, ListValue } from '../value.ts';
import type { Value } from '../value.ts';
import { compilePattern } from './pattern.ts';

function findAll(text: string, pattern: string, limit: bigint): Value {
  const compiled = compilePattern(pattern);
  if (compiled instanceof CelError) return new CelError(`Illegal regex: ${compiled.message}`);
  const matcher = compiled.matcher(text);
  const found: string[] = [];
  while ((limit < 0n || found.length < limit) && matcher.find()) found.push(matcher.group() ?? '');
  return new ListValue(found);
}

function find(text: string, pattern: string): Value {
  const found = findAll(text, pattern, 1n);
  return found instanceof ListValue ? (found.size === 0 ? '' : found.at(0)) : found;
}

export const regex: FunctionTable = {
  find: [member('string_find_string', [STRING, STRING], STRING, find)],
  findAll: [
    member('string_find_all_string', [STRING, STRING], listOf(STRING), (text: string, pattern: string) => findAll(text, pattern, -1n)),
    member('string_find_all_string_int', [STRING, STRING, INT], listOf(STRING), findAll),
  ],
};
