import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalizeFlags } from './pflag.ts';

test('a short flag may have its value behind an equals sign', () => {
  assert.deepEqual(normalizeFlags(['status', '-o=json']), ['status', '-o', 'json']);
  assert.deepEqual(normalizeFlags(['status', '-o', 'json', '--name=x']), ['status', '-o', 'json', '--name=x']);
});

test('what follows two dashes is left alone', () => {
  assert.deepEqual(normalizeFlags(['run', '--', '-x=1']), ['run', '--', '-x=1']);
});
