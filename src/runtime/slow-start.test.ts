import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slowStart } from './slow-start.ts';

test('batches double, and the first with a failure is the last', async () => {
  const tried: number[] = [];
  const items = Array.from({ length: 20 }, (_, index) => index);
  const outcome = await slowStart(items, (item) => {
    tried.push(item);
    return item === 4 ? Promise.reject(new Error('quota')) : Promise.resolve();
  });
  assert.deepEqual(tried, [0, 1, 2, 3, 4, 5, 6], 'one, two, four');
  assert.equal(outcome.succeeded, 6);
  assert.equal(outcome.errors.length, 1);
  assert.deepEqual(await slowStart([], () => Promise.reject(new Error('never called'))), { succeeded: 0, errors: [] });
});
