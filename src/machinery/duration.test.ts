import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalDuration, durationMs, durationProblem, parseDuration, printDuration, printDurationMs } from './duration.ts';

test('durations are printed as Go prints them', () => {
  const cases: Record<string, string> = {
    '0': '0s',
    '90m': '1h30m0s',
    '1.5h': '1h30m0s',
    '1500ms': '1.5s',
    '1us': '1µs',
    '-10s': '-10s',
    '+5m': '5m0s',
    '.5s': '500ms',
    '1h1ns': '1h0m0.000000001s',
  };
  for (const [text, printed] of Object.entries(cases)) assert.equal(canonicalDuration(text), printed, text);
});

test('what is no duration is refused in Go’s words', () => {
  assert.equal(durationProblem(''), 'time: invalid duration ""');
  assert.equal(durationProblem('5'), 'time: missing unit in duration "5"');
  assert.equal(durationProblem('5d'), 'time: unknown unit "d" in duration "5d"');
  assert.equal(durationProblem('9999999h'), 'time: invalid duration "9999999h"');
  assert.equal(durationProblem('1é'), 'time: unknown unit "\\xc3\\xa9" in duration "1\\xc3\\xa9"');
  assert.equal(durationProblem(`${'9'.repeat(100_000)}s`)?.startsWith('time: invalid duration'), true);
});

test('milliseconds keep their fraction and saturate', () => {
  assert.equal(durationMs('1m0.5ms'), 60_000.5);
  assert.equal(durationMs('x'), undefined);
  assert.equal(printDurationMs(1500), '1.5s');
  assert.equal(printDurationMs(1e300), '2562047h47m16.854775807s');
});

test('every number of nanoseconds survives printing and parsing', () => {
  fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (nanos) => parseDuration(printDuration(nanos)) === nanos));
});
