// Runs the long tests (fuzz, kill, idle, bare machine): `npm run soak -- [WORD]…`, one file at a time, each in its own process.

import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { installPackages, nodePackages, soakPackages, testPackages } from './debian-packages.ts';

async function main(words: readonly string[]): Promise<number> {
  const root = dirname(import.meta.dirname);
  const all = globSync(['src/**/*.soak.ts', 'test/**/*.soak.ts'], { cwd: root }).sort();
  const files = words.length === 0 ? all : all.filter((path) => words.some((word) => path.includes(word)));
  if (files.length === 0) {
    console.error(`no soak test is named by ${words.join(' ')}; there are:\n  ${all.join('\n  ')}`);
    return 1;
  }
  installPackages([...nodePackages, ...testPackages, ...soakPackages], (line) => console.error(line));
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => interrupt.abort(new Error(`the run was ended by ${name}`)));
  let failed = 0;
  const events = run({ files, cwd: root, concurrency: 1, isolation: 'process', signal: interrupt.signal });
  events.on('test:fail', () => failed++);
  await pipeline(events, new spec(), process.stdout, { end: false });
  return failed > 0 || interrupt.signal.aborted ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
