import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatedNameBase, nameIsDns1035Label, nameIsDnsLabel, nameIsDnsSubdomain, nameIsPathSegment } from './names.ts';

test('the prefix of a generated name may end in a dash, a name may not', () => {
  assert.deepEqual(nameIsDnsSubdomain('web-', true), []);
  assert.equal(nameIsDnsSubdomain('web-', false).length, 1);
  assert.equal(nameIsDnsLabel('é-', true).length, 1);
  assert.equal(nameIsDns1035Label('1a', false).length, 1);
});

test('names in paths may be anything but what a path cannot hold', () => {
  assert.deepEqual(nameIsPathSegment('system:node', false), []);
  assert.deepEqual(nameIsPathSegment('..', false), ["may not be '..'"]);
  assert.deepEqual(nameIsPathSegment('..', true), []);
  assert.deepEqual(nameIsPathSegment('a/b%', false), ["may not contain '/'", "may not contain '%'"]);
});

test('long prefixes leave room for the random characters', () => {
  assert.equal(generatedNameBase('a'.repeat(100)).length, 58);
});
