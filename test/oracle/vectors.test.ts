// Ours gives the answers that upstream gave when the vectors were recorded; neither Go nor upstream is needed.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { difference, differences } from './compare.ts';
import { defaulted, encode, tableRows, withoutNothings, withoutUncountedGeneration } from './our-objects.ts';
import { problemsOf } from './our-writes.ts';
import { toJson } from './part.ts';
import { parts } from './parts/index.ts';
import type { Question } from './question.ts';
import { expandNow, readSeeds } from './seeds.ts';
import { readSeedVectors, readVectors } from './vectors.ts';

const SHOWN = 5;
const NOW_MS = Date.parse('2026-06-01T12:00:00Z');

describe('random questions', () => {
  for (const part of parts) {
    test(`${part.name} agrees with upstream`, () => {
      const vectors = readVectors(part.name);
      assert.ok(vectors.length > 0, `no vectors: npm run oracle -- --record --part ${part.name}`);
      const found = vectors.flatMap(({ input, ...theirs }) => {
        const text = difference(part, theirs, part.ours(input));
        return text === undefined ? [] : [`${JSON.stringify(input)}\n${text}`];
      });
      assert.equal(found.length, 0, `${found.length} of ${vectors.length} differ\n${found.slice(0, SHOWN).join('\n\n')}`);
    });
  }
});

/** What of a seed's answer ours must give; undefined where ours is asked elsewhere. */
function compareSeed(question: Question, answer: unknown): string[] | undefined {
  const object = expandNow(question.object, NOW_MS);
  if (question.ask === 'default')
    return differences('', withoutUncountedGeneration(withoutNothings(answer)), toJson(withoutNothings(defaulted(object))));
  if (question.ask === 'encode') return differences('', answer, encode(object));
  if (question.ask === 'table' && isRequest(question)) return undefined;
  if (question.ask === 'table') return differences('', withoutConditions(answer), toJson(tableRows(object, NOW_MS)));
  // What a subresource resets before it validates is the strategies' business.
  if (question.subresource !== undefined || isRequest(question)) return undefined;
  const { errors = [], unordered } = answer as { errors?: Problem[]; unordered?: boolean };
  const expected = errors.map(line);
  const actual = problemsOf({ ...question, object }, NOW_MS).map(line);
  return unordered === true ? differences('', expected.toSorted(), actual.toSorted()) : differences('', expected, actual);
}

interface Problem {
  readonly type: string;
  readonly field: string;
  readonly message: string;
}

const line = ({ type, field, message }: Problem): string => `${field}: ${message} (${type})`;

/** Requests are never stored or listed; their doors check them. */
const isRequest = ({ gvk = '' }: Question): boolean => /Review$|TokenRequest$|v1\/Binding$|Scale$/.test(gvk);

/** Go's zero time, which upstream prints for objects that were never created; none is ever served. */
const NEVER = '0001-01-01T00:00:00Z';

/** Row conditions are not printed by any client. */
function withoutConditions(answer: unknown): unknown {
  const { columns, rows } = answer as { columns: unknown; rows: { cells: unknown[] }[] };
  return { columns, rows: rows.map(({ cells }) => ({ cells: cells.map((cell) => (cell === NEVER ? '' : cell)) })) };
}

describe('seeds', () => {
  for (const [file, seeds] of readSeeds()) {
    const answers = readSeedVectors(file);
    for (const ask of ['default', 'encode', 'table', 'create', 'update']) {
      const chosen = seeds.map((seed, index) => ({ seed, answer: answers[index] })).filter(({ seed }) => seed.question.ask === ask);
      if (chosen.length === 0) continue;
      test(`${file}: ${ask} agrees with upstream`, () => {
        const found = chosen.flatMap(({ seed, answer }) => {
          assert.equal(answer?.name, seed.name, 'seeds changed: npm run oracle -- --seeds');
          if (answer === undefined || 'error' in answer) return [];
          const lines = compareSeed(seed.question, answer.answer) ?? [];
          return lines.length === 0 ? [] : [`${seed.name}\n  ${lines.join('\n  ')}`];
        });
        assert.equal(found.length, 0, `${found.length} of ${chosen.length} differ\n${found.slice(0, SHOWN).join('\n')}`);
      });
    }
  }
});
