// Runs the tests: all of them, or those that the arguments name; ends with the test runner's own summary over all.
//
//   ./tyke test [FILE | FOLDER | WORD]… [--name PATTERN]… [--serial]
//
// S1. Unit tests share a few processes (a process each costs more than most tests take); each file is a suite of its own there.
// S2. `*.process.test.ts` and everything in test/e2e and test/rig has a process to itself; e2e runs last and one at a time.
// S3. One stream of events reaches one reporter, so that the summary counts every test once.

import { existsSync, globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { installPackages, nodePackages, testPackages } from './debian-packages.ts';
import { mergeRuns, type TestTotals } from './merge-runs.ts';

const root = dirname(import.meta.dirname);

/** A file that takes longer hangs; the whole run has ten minutes. */
const FILE_TIMEOUT_MS = 8 * 60_000;

/** The arguments name what is not there: the user's mistake, told without a stack. */
class UnknownTest extends Error {}

interface TestPlan {
  /** Files whose tests may share a process. */
  readonly shared: readonly string[];
  /** Files that need a process each, and may run side by side. */
  readonly own: readonly string[];
  /** Files that need the machine to themselves. */
  readonly serial: readonly string[];
}

function allTestFiles(): string[] {
  return ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', 'scripts/**/*.test.ts']
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .sort();
}

/** Those of `files` that the arguments name, by path, folder or part of the path; a file named exactly need not be a test. */
function select(files: readonly string[], words: readonly string[]): string[] {
  if (words.length === 0) return [...files];
  return words.flatMap((word) => {
    const path = relative(root, resolve(word));
    if (existsSync(join(root, path)) && statSync(join(root, path)).isFile()) return [path];
    const found = files.filter((file) => file.startsWith(`${path}/`) || file.includes(word));
    if (found.length === 0) throw new UnknownTest(`no test file is named by ${word}`);
    return found;
  });
}

function makePlan(files: readonly string[]): TestPlan {
  const unique = [...new Set(files)];
  const serial = unique.filter((file) => file.startsWith('test/e2e/'));
  const own = unique.filter(
    (file) => !serial.includes(file) && (file.startsWith('test/rig/') || /\.(?:process\.test|soak)\.ts$/.test(file)),
  );
  return { serial, own, shared: unique.filter((file) => !serial.includes(file) && !own.includes(file)) };
}

/** Writes `count` files that each import some of the tests, and returns their paths. */
function writeShards(folder: string, files: readonly string[], count: number): string[] {
  const shards = Array.from({ length: Math.min(count, files.length) }, (): string[] => []);
  for (const [index, file] of files.entries()) shards[index % shards.length]?.push(file);
  return shards.map((shard, index) => {
    const path = join(folder, `shard-${index + 1}.mjs`);
    const lines = shard.map(
      (file) => `suite(${JSON.stringify(file)}, async () => { await import(${JSON.stringify(join(root, file))}); });`,
    );
    writeFileSync(path, `import { suite } from 'node:test';\n${lines.join('\n')}\n`);
    return path;
  });
}

async function runTests(plan: TestPlan, names: readonly string[], signal: AbortSignal): Promise<TestTotals> {
  const folder = join(root, '.cache', `shards.${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const processes = availableParallelism();
  const common = {
    isolation: 'process',
    cwd: root,
    signal,
    timeout: FILE_TIMEOUT_MS,
    ...(names.length > 0 && { testNamePatterns: [...names] }),
  } as const;
  try {
    const side = [...writeShards(folder, plan.shared, processes), ...plan.own.map((file) => join(root, file))];
    const last = plan.serial.map((file) => join(root, file));
    const { events, totals } = mergeRuns([
      ...(side.length > 0 ? [() => run({ ...common, files: side, concurrency: processes })] : []),
      ...(last.length > 0 ? [() => run({ ...common, files: last, concurrency: 1 })] : []),
    ]);
    await pipeline(Readable.from(events()), new spec(), process.stdout, { end: false });
    return totals;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { name: { type: 'string', multiple: true, default: [] }, serial: { type: 'boolean', default: false } },
  });
  const plan = makePlan(select(allTestFiles(), positionals));
  if (positionals.length === 0 || plan.serial.length > 0)
    installPackages([...nodePackages, ...testPackages], (line) => process.stderr.write(`tyke: ${line}\n`));
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => interrupt.abort(new Error(`the run was ended by ${name}`)));
  const everything = values.serial ? { shared: [], own: [], serial: [...plan.shared, ...plan.own, ...plan.serial] } : plan;
  const totals = await runTests(everything, values.name, interrupt.signal);
  return totals.fail > 0 || totals.cancelled > 0 || totals.tests === 0 || interrupt.signal.aborted ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UnknownTest)) throw error;
  process.stderr.write(`tyke: ${error.message}\n`);
  process.exitCode = 2;
}
