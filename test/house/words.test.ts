// What no committed file may hold: places of one machine, leftovers, ways around the type checker, names that say nothing.

import assert from 'node:assert/strict';
import { hostname, userInfo } from 'node:os';
import { basename, dirname } from 'node:path';
import { describe, test } from 'node:test';
import { readRepositoryFile, repositoryFiles, repositoryRoot } from '../rig/source-tree.ts';

const TEXT = /\.(?:ts|tsx|mjs|js|json|md|ya?ml|sh|go|css|html|toml)$|(?:^|\/)(?:tyke|run|LICENSE|\.gitignore|\.npmrc)$/;
const CODE = /\.(?:ts|tsx|mjs)$/;

const files = repositoryFiles()
  .filter((path) => TEXT.test(path))
  .map((path) => ({ path, text: readRepositoryFile(path) }));

interface Rule {
  readonly what: string;
  readonly in: RegExp;
  readonly pattern: RegExp;
  readonly remedy: string;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Where this clone lies, and who runs it: names that mean nothing elsewhere. */
function placesOfThisMachine(): RegExp {
  const { homedir, username } = userInfo();
  const places: string[] = [];
  // A short path such as /tyke would be found in every image and manifest.
  if (repositoryRoot.split('/').length > 2) places.push(`${literally(repositoryRoot)}\\b`);
  if (username !== 'root') places.push(literally(`${homedir}/`));
  if (hostname().length > 6) places.push(`\\b${literally(hostname())}\\b`);
  return new RegExp(places.join('|') || '(?!)');
}

const rules: Rule[] = [
  { what: 'a path or name of this machine', in: TEXT, pattern: placesOfThisMachine(), remedy: 'use a path relative to the file' },
  {
    what: 'a home folder',
    in: TEXT,
    pattern: /\/(?:home|Users)\/(?!tyke\b|user\b|app\b)[a-z][\w.-]*\//,
    remedy: 'use a path relative to the file',
  },
  { what: 'a conflict marker', in: TEXT, pattern: /^(?:<{7}|>{7}) /m, remedy: 'finish the merge' },
  { what: 'a Windows line ending', in: TEXT, pattern: /\r\n/, remedy: 'use plain newlines' },
  { what: 'a note to come back', in: CODE, pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, remedy: 'do it, or open an issue' },
  {
    what: 'a cast past the type checker',
    in: CODE,
    pattern: /\bas unknown as\b|@ts-(?:ignore|expect-error|nocheck)/,
    remedy: 'make the types say it',
  },
  {
    what: 'a rule switched off',
    in: CODE,
    pattern: /(?:eslint|oxlint)-disable/,
    remedy: 'keep the rule, or change it for all in .oxlintrc.json',
  },
  {
    what: 'a test that hides the others',
    in: /\.test\.ts$/,
    pattern: /\b(?:test|it|describe|suite)\.only\(|\bonly: true/,
    remedy: 'run it by ./tyke test FILE',
  },
  {
    what: 'where packages came from',
    in: /^package-lock\.json$/,
    pattern: /"resolved": "http/,
    remedy: 'keep .npmrc, then npm install again',
  },
];

describe('words', () => {
  for (const { what, in: where, pattern, remedy } of rules) {
    test(`no file holds ${what}`, () => {
      const found: string[] = [];
      for (const { path, text } of files) {
        // This file has to spell out what it looks for.
        if (!where.test(path) || path === 'test/house/words.test.ts') continue;
        const match = pattern.exec(text);
        if (match !== null) found.push(`${path}:${text.slice(0, match.index).split('\n').length}: ${match[0].trim()}: ${remedy}`);
      }
      assert.deepEqual(found, []);
    });
  }

  test('no file or folder of src/ is named after nothing', () => {
    const vague = files
      .map(({ path }) => path)
      .filter((path) => path.startsWith('src/'))
      .filter((path) =>
        [basename(path).replace(/\..*$/, ''), basename(dirname(path))].some((name) =>
          /^(?:utils?|helpers?|misc|common|lib|shared)$/.test(name),
        ),
      );
    assert.deepEqual(vague, [], 'name a file after the one concept it holds');
  });
});
