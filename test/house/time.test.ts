// Nothing above base/ reads the clock by making a Date. (The linter knows the other ways, such as Date.now; a Date of a given moment is a value like any other.)

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOnly } from '../rig/source-text.ts';
import { readRepositoryFile, repositoryFiles } from '../rig/source-tree.ts';

/** `new Date()`, `new Date` and `Date()` all mean now. */
const NOW = /\bnew\s+Date\s*(?:\(\s*\)|(?![\w(\s.]|\s*\())|(?<!new\s+)(?<![\w.$])Date\(/g;

test('no file of src/ but base/ makes a Date of this moment', () => {
  const found = repositoryFiles()
    .filter((path) => /^src\/(?!base\/).*\.tsx?$/.test(path) && !/\.(?:test|soak)\.ts$/.test(path))
    .flatMap((path) => {
      const code = codeOnly(readRepositoryFile(path));
      return [...code.matchAll(NOW)].map(
        ({ index }) => `${path}:${code.slice(0, index).split('\n').length}: take a Clock (src/base/clock.ts)`,
      );
    });
  assert.deepEqual(found, []);
});
