// Five thousand hostile requests of one seed, in every test run.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attack, Target } from './requests.ts';

const SEED = 36;

test(`5,000 hostile requests of seed ${SEED} are all answered, and none is the server's fault`, { timeout: 240_000 }, async () => {
  const target = await Target.open(SEED);
  try {
    assert.deepEqual(await attack(target, SEED, 5000), []);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  } finally {
    await target.close();
  }
});
