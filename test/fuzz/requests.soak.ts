// A million hostile requests of new seeds, in the soak.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attack, Target } from './requests.ts';

const ROUNDS = 100;
const CASES = 10_000;

test('a million hostile requests are all answered, and none is the server’s fault', async () => {
  const first = Math.floor(Math.random() * 1e9);
  console.log(`seeds from ${first}`);
  for (let round = 0; round < ROUNDS; round++) {
    const target = await Target.open(first + round);
    try {
      assert.deepEqual(await attack(target, first + round, CASES), []);
    } finally {
      await target.close();
    }
  }
});
