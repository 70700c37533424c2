import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countIndexes, hasIndex } from '../../../api/batch/v1/completion-indexes.ts';
import { addIndexes, firstFree, mergeIndexes, overlap, printIndexes, readIndexes } from './indexes.ts';

const LIMIT = 40;
const sets = fc.uniqueArray(fc.integer({ min: 0, max: LIMIT - 1 }));

test('two neighbours are written one by one, longer runs as a range', () => {
  assert.equal(printIndexes(addIndexes([], [0, 2, 3, 4, 7, 8])), '0,2-4,7,8');
  assert.deepEqual(readIndexes('x,1-3,5-99', 10), [
    { first: 1, last: 3 },
    { first: 5, last: 9 },
  ]);
  assert.deepEqual(readIndexes('', 10), []);
});

test('intervals are sets', () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const [left, right] = [addIndexes([], a), addIndexes([], b)];
      const both = mergeIndexes(left, right);
      assert.deepEqual(readIndexes(printIndexes(both), LIMIT), both);
      assert.equal(countIndexes(both), new Set([...a, ...b]).size);
      assert.equal(overlap(left, right), a.filter((each) => b.includes(each)).length);
      for (let index = 0; index < LIMIT; index++) assert.equal(hasIndex(both, index), a.includes(index) || b.includes(index));
      const free = firstFree(both, 5, LIMIT);
      const expected = Array.from({ length: LIMIT }, (_, index) => index).filter((index) => !hasIndex(both, index));
      assert.deepEqual(free, expected.slice(0, 5));
    }),
  );
});
