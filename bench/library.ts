// `startCluster()`: in a fresh process with its imports, once more in the same process, and the fork of store and API server.
//
// L1. A fresh process is measured from its start, Node's own included, to a cluster that answers.

import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startCluster } from '../src/cluster/index.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';
import { bareNodeSeconds, prepareBundle } from './launched.ts';
import { median } from './median.ts';

const ROOT = dirname(import.meta.dirname);
const ROUNDS = 7;

const FRESH = `const { startCluster } = await import(process.argv[1]);
await startCluster();
console.log(performance.now());
process.exit(0);`;

/** Milliseconds from the start of a process to a cluster of the library at this path. */
async function freshMs(path: string): Promise<number> {
  const argv = ['--input-type=module', '--eval', FRESH, pathToFileURL(join(ROOT, path)).href];
  const { stdout } = await promisify(execFile)(process.execPath, argv, {
    env: { ...process.env, NODE_COMPILE_CACHE: join(ROOT, '.cache', 'v8') },
  });
  return Number(stdout);
}

async function repeated(measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let round = 0; round < ROUNDS; round++) values.push(await measure());
  return median(values);
}

export async function* figures(): AsyncGenerator<Figure> {
  await prepareBundle();
  const baselines: number[] = [];
  const bare = async (path: string): Promise<number> => {
    baselines.push((await bareNodeSeconds()) * 1000);
    return freshMs(path);
  };
  for (const [name, path, atMost] of [
    ['library-fresh', 'dist/library.js', 300],
    ['library-fresh-from-sources', 'src/cluster/index.ts', undefined],
  ] as const) {
    // The first one fills the cache of compiled code.
    await freshMs(path);
    const value = await repeated(() => bare(path));
    const measured = { figure: name, value, unit: 'ms', baseline: median(baselines) };
    yield judge(measured, atMost === undefined ? undefined : { of: 'value', atMost });
  }
  const first = await startCluster();
  const next = await repeated(async () => {
    const startMs = performance.now();
    const cluster = await startCluster();
    const ms = performance.now() - startMs;
    await cluster.stop();
    return ms;
  });
  yield judge({ figure: 'library-next', value: next, unit: 'ms' }, { of: 'value', atMost: 100 });
  const fork = await repeated(async () => {
    const startMs = performance.now();
    const forked = await first.fork();
    const ms = performance.now() - startMs;
    await forked.stop();
    return ms;
  });
  yield judge({ figure: 'library-fork', value: fork, unit: 'ms' }, { of: 'value', atMost: 5 });
  await first.stop();
}

if (import.meta.main) for await (const figure of figures()) console.log(formatFigure(figure));
