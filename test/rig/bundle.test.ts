// The bundle of a small made-up program: workers and files that it names by URL come along, and it runs from where it lies.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { repositoryRoot } from './source-tree.ts';

function makeProgram(t: TestContext, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  t.after(() => rmSync(folder, { recursive: true }));
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'scripts'));
  copyFileSync(join(repositoryRoot, 'scripts/bundle.ts'), join(folder, 'scripts/bundle.ts'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test('workers and files named by URL are shipped beside the bundle', (t) => {
  const folder = makeProgram(t, {
    'src/cmd/main.ts': `
      import { readFileSync } from 'node:fs';
      import { startWorker } from '../store/start.ts';
      const greeting: string = readFileSync(new URL('./greeting.json', import.meta.url), 'utf8');
      startWorker((name) => console.log(JSON.parse(greeting), name));`,
    'src/cmd/greeting.json': '"hello"',
    'src/cluster/index.ts': 'export const library = true;',
    'src/store/start.ts': `
      import { Worker } from 'node:worker_threads';
      export function startWorker(onName: (name: string) => void): void {
        new Worker(new URL('./far-worker.ts', import.meta.url)).on('message', onName);
      }`,
    'src/store/far-worker.ts': `
      import { parentPort } from 'node:worker_threads';
      parentPort?.postMessage(import.meta.url.split('/').at(-1));`,
  });
  execFileSync(process.execPath, [join(folder, 'scripts/bundle.ts')]);
  assert.deepEqual(readdirSync(join(folder, '.cache')), []);
  rmSync(join(folder, 'src'), { recursive: true });
  assert.equal(execFileSync(process.execPath, [join(folder, 'dist/tyke.js')], { encoding: 'utf8' }), 'hello far-worker.js\n');
});

test('sources that do not bundle leave the old bundle as it was', (t) => {
  const folder = makeProgram(t, { 'src/cmd/main.ts': `import './missing.ts';`, 'src/cluster/index.ts': 'export {};' });
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/tyke.js'), 'old');
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'scripts/bundle.ts')], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /Could not resolve ".\/missing.ts"/);
  assert.deepEqual(readdirSync(join(folder, 'dist')), ['tyke.js']);
  assert.ok(!existsSync(join(folder, 'dist/.stamp')));
});
