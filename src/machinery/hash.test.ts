import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fnv32a, fnv64a, safeEncodeString } from './hash.ts';

test('FNV-1a gives the published values', () => {
  assert.equal(fnv32a(''), 0x811c9dc5);
  assert.equal(fnv32a('a'), 0xe40c292c);
  assert.equal(fnv32a('foobar'), 0xbf9cf968);
  assert.equal(fnv64a('foobar'), 0x85944171f73967e8n);
});

test('encoded text has no vowels', () => {
  assert.match(safeEncodeString('5f4dcc3b5aa765d61d83'), /^[bcdfghjklmnpqrstvwxz2456789]{20}$/);
});
