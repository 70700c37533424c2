// Holds the floors: who may import whom in src/. The rules and their reasons are in rig/floors.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floorProblems } from './rig/floors.ts';
import { readRepositoryFile, repositoryFiles } from './rig/source-tree.ts';

test('every import in src/ points down, through doors, and never round in a ring', () => {
  const sources = repositoryFiles().filter((path) => /^src\/.*\.(?:tsx?|json)$/.test(path));
  const files = new Map(sources.map((path) => [path.slice('src/'.length), readRepositoryFile(path)]));
  assert.deepEqual(floorProblems(files), []);
});
