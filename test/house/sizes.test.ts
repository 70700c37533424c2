// Files stay small enough to read, and say in their first lines what they are for. (Functions are measured by the linter.)

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRepositoryFile, repositoryFiles } from '../rig/source-tree.ts';

const MAX_LINES = 600;

const sources = repositoryFiles()
  .filter((path) => /\.(?:ts|tsx|mjs)$/.test(path))
  .map((path) => ({ path, text: readRepositoryFile(path) }))
  .filter(({ text }) => !text.startsWith('// Generated '));

test(`no file has more than ${MAX_LINES} lines`, () => {
  const long = sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path} has ${lines} lines: split it by concept`);
  assert.deepEqual(long, []);
});

test('every file opens with a comment that says what it is for', () => {
  const silent = sources
    // A test beside its subject is for what its name says.
    .filter(({ path }) => !/^src\/.*\.test\.ts$/.test(path))
    .filter(({ text }) => !/^(?:#![^\n]*\n)?(?:\/\/ \S|\/\*)/.test(text))
    .map(({ path }) => `${path}: open it with one or two sentences: what it is for`);
  assert.deepEqual(silent, []);
});
