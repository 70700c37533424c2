// Durable writes of the sqlite store, beside plain transactions of as many rows on the calling thread; and the fork of the memory store.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { must } from '../src/base/assert.ts';
import { systemClock } from '../src/base/clock.ts';
import { silentLogger } from '../src/base/logger.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import type { Store } from '../src/store/store.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';

const VALUE = new Uint8Array(1024).fill(120);
const ROUND_MS = 500;
const ROUNDS = 4;
const FORK_KEYS = 10_000;

function perSecond(writes: number, sinceMs: number): number {
  return (writes * 1000) / (performance.now() - sinceMs);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return must(sorted[Math.floor(sorted.length / 2)], 'a measurement');
}

/** Acknowledged writes a second of `writers` that each wait for one before the next. */
async function storeRound(store: Store, writers: number): Promise<number> {
  const startMs = performance.now();
  let writes = 0;
  const write = async (key: string): Promise<void> => {
    let expected = (await store.get(key)).entry?.revision ?? ('absent' as const);
    while (performance.now() < startMs + ROUND_MS) {
      expected = must((await store.commit({ key, value: VALUE, expected })).revision, 'revision');
      writes++;
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, at) => write(`/registry/pods/default/pod-${at}`)));
  return perSecond(writes, startMs);
}

/** Rows a second in transactions of `rows`, with the same settings of SQLite. */
function plainRound(database: DatabaseSync, rows: number): number {
  const append = database.prepare('INSERT INTO plain (key, value) VALUES (?, ?)');
  const startMs = performance.now();
  let writes = 0;
  while (performance.now() < startMs + ROUND_MS) {
    database.exec('BEGIN');
    for (let row = 0; row < rows; row++) append.run(`/registry/pods/default/pod-${row}`, VALUE);
    database.exec('COMMIT');
    writes += rows;
  }
  return perSecond(writes, startMs);
}

function openPlain(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE plain (revision INTEGER PRIMARY KEY, key TEXT, value BLOB)');
  return database;
}

async function forkMs(): Promise<number> {
  const store = openMemoryStore();
  for (let at = 0; at < FORK_KEYS; at++) await store.commit({ key: `/registry/pods/default/pod-${at}`, value: VALUE, expected: 'absent' });
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    const startMs = performance.now();
    const fork = store.fork();
    times.push(performance.now() - startMs);
    await fork.close();
  }
  await store.close();
  return median(times);
}

/** Measures one figure after another; store and baseline take turns, so that a busy machine slows both. */
export async function* storeFigures(): AsyncIterable<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-store-'));
  const store = await openSqliteStore({ folder: join(folder, 'store'), clock: systemClock, logger: silentLogger });
  const plain = openPlain(join(folder, 'plain.db'));
  try {
    for (const [writers, atLeast] of [
      [1, 0.4],
      [16, 0.5],
      [256, 0.5],
    ] as const) {
      const values: number[] = [];
      const baselines: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        values.push(await storeRound(store, writers));
        baselines.push(plainRound(plain, writers));
      }
      const measured = { figure: `store-writes-${writers}`, value: median(values), unit: 'writes/s', baseline: median(baselines) };
      yield judge(measured, { of: 'ratio', atLeast });
    }
  } finally {
    plain.close();
    await store.close();
    rmSync(folder, { recursive: true });
  }
  yield judge({ figure: 'store-fork', value: await forkMs(), unit: 'ms' }, { of: 'value', atMost: 5 });
}

if (import.meta.main) {
  for await (const figure of storeFigures()) console.log(formatFigure(figure));
}
