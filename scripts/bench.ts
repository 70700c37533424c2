// Runs the benchmarks in bench/ one after another and prints what each measured: `npm run bench -- [--json] [--only NAME]`.
//
// N1. Each file measures in a process of its own, so that none inherits another's heap or warmed-up code.
// N2. A missed target fails the run; so does a benchmark that breaks.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatFigure } from '../bench/figure.ts';
import type { Figure } from '../bench/figure.ts';

const root = dirname(import.meta.dirname);

/** The files in bench/ that measure something. */
function benchmarkFiles(): string[] {
  return globSync('bench/**/*.ts', { cwd: root })
    .filter((path) => !path.endsWith('.test.ts') && path !== 'bench/figure.ts')
    .sort();
}

function isGenerator(name: string, value: unknown): value is () => AsyncIterable<Figure> {
  return typeof value === 'function' && /^figures$|Figures$/.test(name);
}

/** In the child: sends each figure of one file to the parent. */
async function measure(path: string): Promise<void> {
  const module: Record<string, unknown> = await import(join(root, path));
  for (const [name, value] of Object.entries(module)) {
    if (!isGenerator(name, value)) continue;
    for await (const figure of value()) process.send?.(figure);
  }
  process.disconnect();
}

/** In the parent: measures one file in a child; false when the child broke. */
async function measureApart(path: string, onFigure: (figure: Figure) => void): Promise<boolean> {
  const child = fork(import.meta.filename, ['--file', path], {
    stdio: ['ignore', 2, 2, 'ipc'],
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
  });
  child.on('message', (figure) => onFigure(figure as Figure));
  const [code] = await once(child, 'close');
  return code === 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, only: { type: 'string' }, file: { type: 'string' } },
  });
  const { json, only, file } = values;
  if (file !== undefined) {
    await measure(file);
    return 0;
  }
  const all = benchmarkFiles();
  const named = only === undefined ? all : all.filter((path) => basename(path, '.ts').includes(only));
  let misses = 0;
  let shown = 0;
  for (const path of named.length > 0 ? named : all) {
    const passed = await measureApart(path, (figure) => {
      if (only !== undefined && named.length === 0 && !figure.figure.includes(only)) return;
      shown++;
      if (!figure.ok) misses++;
      console.log(json ? JSON.stringify(figure) : formatFigure(figure));
    });
    if (!passed) {
      misses++;
      console.error(`${path} broke: see above`);
    }
  }
  if (shown === 0) console.error(only === undefined ? 'there are no benchmarks' : `no benchmark or figure is named ${only}`);
  if (!json) console.log(misses === 0 ? `${shown} figures, all within their targets` : `${shown} figures, ${misses} missed or broken`);
  return misses > 0 || shown === 0 ? 1 : 0;
}

const code = await main();
if (code !== 0) process.exitCode = code;
