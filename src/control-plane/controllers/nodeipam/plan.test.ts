import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextRange } from './plan.ts';

test('nodes get the first part that is free, until none is', () => {
  assert.equal(nextRange('10.244.0.0/16', 24, []), '10.244.0.0/24');
  assert.equal(nextRange('10.244.0.0/16', 24, ['10.244.0.0/24', '10.244.2.0/24', 'fd00::/64']), '10.244.1.0/24');
  assert.equal(nextRange('10.244.0.0/16', 24, ['10.244.0.0/23']), '10.244.2.0/24', 'larger parts are taken whole');
  assert.equal(nextRange('10.0.0.0/24', 25, ['10.0.0.0/25', '10.0.0.128/25']), undefined);
  assert.equal(nextRange('nonsense', 24, []), undefined);
});
