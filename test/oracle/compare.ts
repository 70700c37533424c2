// Compares our outcome with upstream's and words the difference by path.

import { isDeepStrictEqual } from 'node:util';
import type { AnyPart } from './part.ts';
import { isRefusal } from './question.ts';
import type { Outcome } from './question.ts';

/** Undefined when ours agrees with upstream; else what differs, one line a place. */
export function difference(part: AnyPart, theirs: Outcome, ours: Outcome): string | undefined {
  // Where upstream's own code breaks down there is nothing to agree with.
  if (isRefusal(theirs) && theirs.error.startsWith('panic: ')) return undefined;
  const expected = part.relevant(theirs);
  if (isRefusal(expected) || isRefusal(ours)) {
    if (isRefusal(expected) && isRefusal(ours) && part.refusal(expected.error) === part.refusal(ours.error)) return undefined;
    return `upstream: ${brief(expected)}\nours:     ${brief(ours)}`;
  }
  if (isDeepStrictEqual(expected.answer, ours.answer)) {
    if (!part.ordered || JSON.stringify(expected.answer) === JSON.stringify(ours.answer)) return undefined;
    return `the order of members differs\nupstream: ${JSON.stringify(expected.answer)}\nours:     ${JSON.stringify(ours.answer)}`;
  }
  return differences('', expected.answer, ours.answer).slice(0, 20).join('\n');
}

/** Each differing place as `path: upstream … ours …`. */
export function differences(path: string, expected: unknown, actual: unknown): string[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length);
    return Array.from({ length }, (_, index) => differences(`${path}[${index}]`, expected[index], actual[index])).flat();
  }
  if (isRecord(expected) && isRecord(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
    return keys.flatMap((key) => differences(path === '' ? key : `${path}.${key}`, own(expected, key), own(actual, key)));
  }
  return [`${path === '' ? '(whole)' : path}: upstream ${brief(expected)}, ours ${brief(actual)}`];
}

function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function brief(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
