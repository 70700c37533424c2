import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RestartBackoff } from './restart-backoff.ts';

test('delays double from ten seconds to five minutes, and are forgotten after ten quiet minutes', () => {
  const backoff = new RestartBackoff();
  const delays: number[] = [];
  let nowMs = 0;
  assert.equal(backoff.remainingMs('a', nowMs, nowMs), 0);
  for (let crash = 0; crash < 7; crash++) {
    backoff.next('a', nowMs, nowMs);
    delays.push(backoff.delayMs('a') / 1000);
    assert.equal(backoff.remainingMs('a', nowMs, nowMs + 1_000), backoff.delayMs('a') - 1_000);
    nowMs += backoff.delayMs('a');
  }
  assert.deepEqual(delays, [10, 20, 40, 80, 160, 300, 300]);
  const quietMs = nowMs + 600_001;
  assert.equal(backoff.remainingMs('a', quietMs, quietMs), 0);
  backoff.next('a', quietMs, quietMs);
  assert.equal(backoff.delayMs('a'), 10_000);
  assert.equal(backoff.remainingMs('b', nowMs, nowMs), 0);
});
