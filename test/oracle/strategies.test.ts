// What our strategies store of a create or an update is what upstream's do. (Addresses, ports and times are others' business.)

import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { StatusError } from '../../src/machinery/status-error.ts';
import { differences } from './compare.ts';
import { withoutNothings } from './our-objects.ts';
import { write } from './our-writes.ts';
import { toJson } from './part.ts';
import type { Question } from './question.ts';
import { readSeeds } from './seeds.ts';
import { readSeedVectors } from './vectors.ts';

const NOW_MS = Date.parse('2026-06-01T12:00:00Z');

/** Where the present was written, any time is right. */
function withTimesOf(expected: unknown, actual: unknown): unknown {
  if (expected === '$now') return '$now';
  if (Array.isArray(expected) && Array.isArray(actual)) return actual.map((each, index) => withTimesOf(expected[index], each));
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null) return actual;
  return Object.fromEntries(
    Object.entries(actual).map(([key, value]) => [key, withTimesOf((expected as Record<string, unknown>)[key], value)]),
  );
}

function compare(question: Question, answer: { readonly object?: unknown }): string[] {
  if (answer.object === undefined) return [];
  try {
    const object = write(question, NOW_MS);
    if (object === undefined) return [];
    const expected = withoutNothings(answer.object);
    return differences('', expected, withTimesOf(expected, toJson(withoutNothings(object))));
  } catch (error) {
    if (error instanceof StatusError) return [error.message];
    throw error;
  }
}

describe('what strategies store', () => {
  for (const [file, seeds] of readSeeds()) {
    test(`${file} as upstream does`, () => {
      const vectors = readSeedVectors(file);
      const found = seeds.flatMap(({ name, question }, index) => {
        const vector = vectors[index];
        if ((question.ask !== 'create' && question.ask !== 'update') || vector === undefined || !('answer' in vector)) return [];
        return compare(question, vector.answer as { object?: unknown }).map(
          (line) => `${name} (${question.ask} ${question.subresource ?? ''}): ${line}`,
        );
      });
      assert.deepEqual(found, []);
    });
  }
});
