import assert from 'node:assert/strict';
import { test } from 'node:test';
import { age, humanDuration, shortHumanDuration } from './age.ts';

const HOUR = 3_600_000;

test('ages have two or three significant figures', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-5_000, '<invalid>'],
    [-1_500, '0s'],
    [42_000, '42s'],
    [119_999, '119s'],
    [310_000, '5m10s'],
    [300_000, '5m'],
    [2.5 * HOUR, '150m'],
    [3.25 * HOUR, '3h15m'],
    [51 * HOUR, '2d3h'],
    [48 * HOUR, '2d'],
    [400 * 24 * HOUR, '400d'],
    [800 * 24 * HOUR, '2y70d'],
    [365 * 9 * 24 * HOUR, '9y'],
  ];
  for (const [ms, printed] of cases) assert.equal(humanDuration(ms), printed);
  assert.equal(shortHumanDuration(51 * HOUR), '2d');
  assert.equal(shortHumanDuration(90_000), '1m');
});

test('an absent time stamp has no known age', () => {
  assert.equal(age(undefined, 0), '<unknown>');
  assert.equal(age('1970-01-01T00:00:00Z', 42_000), '42s');
});
