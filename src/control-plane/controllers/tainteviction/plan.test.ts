import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plan } from './plan.ts';

const taint = { key: 'k', effect: 'NoExecute' };
const tolerating = (tolerationSeconds?: number, key = 'k') => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
});

test('a Pod stays as long as the shortest of the tolerations it needs', () => {
  assert.deepEqual(plan([{ key: 'k', effect: 'NoSchedule' }], []), { evicted: false });
  assert.deepEqual(plan([taint], []), { evicted: true, afterMs: 0 });
  assert.deepEqual(plan([taint], [tolerating()]), { evicted: false });
  assert.deepEqual(plan([taint, { key: 'l', effect: 'NoExecute' }], [tolerating(60), tolerating(30, 'l'), tolerating(1, 'unused')]), {
    evicted: true,
    afterMs: 30_000,
  });
  assert.deepEqual(plan([taint], [tolerating(-5)]), { evicted: true, afterMs: 0 });
});
