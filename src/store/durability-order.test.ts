import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

import type { Synchronous } from './sqlite-protocol.ts';
import { TracedDisk, readCalls, traced } from './sync-trace.ts';

const WRITER = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
const WRITES = 60;
const unavailable = spawnSync('strace', ['-V']).error === undefined ? false : 'strace is not installed';

/** The revisions in a database that was found as `database` with the write-ahead log `log`; a broken one holds none. */
function recovered(folder: string, database: Buffer, log: Buffer): Set<number> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const file = join(folder, 'store.db');
  writeFileSync(file, database);
  writeFileSync(`${file}-wal`, log);
  const opened = new DatabaseSync(file);
  try {
    const exists = opened.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'log'").get();
    return new Set(
      exists === undefined
        ? []
        : opened
            .prepare('SELECT revision FROM log')
            .all()
            .map((row) => Number(row['revision'])),
    );
  } catch (error) {
    if (error instanceof Error && 'errstr' in error && error.errstr === 'database disk image is malformed') return new Set();
    throw error;
  } finally {
    opened.close();
  }
}

/** Cuts the disk at every unsynced point before each call; returns the revisions that were acknowledged and missing after some cut. */
function lostRevisions(folder: string, data: string): { readonly acknowledged: number; readonly lost: Set<number> } {
  const disk = new TracedDisk();
  const database = disk.file(join(data, 'store.db'));
  const log = disk.file(join(data, 'store.db-wal'));
  const acknowledged = new Set<number>();
  const lost = new Set<number>();
  for (const call of readCalls(join(folder, 'trace'))) {
    if (call.did !== 'say') {
      disk.apply(call);
      continue;
    }
    acknowledged.add(Number(call.text.split(' ')[2]));
    // Everything unsynced may be there up to any point, in the log and in the database independently.
    for (const [inDatabase, inLog] of cuts(database.unsynced, log.unsynced)) {
      const found = recovered(join(folder, 'cut'), database.cut(inDatabase), log.cut(inLog));
      for (const revision of acknowledged) if (!found.has(revision)) lost.add(revision);
    }
  }
  return { acknowledged: acknowledged.size, lost };
}

/** Pairs of prefix lengths: each file cut everywhere while the other has nothing unsynced, and while it has everything. */
function cuts(first: number, second: number): Set<readonly [number, number]> {
  const pairs = new Map<string, readonly [number, number]>();
  const add = (a: number, b: number): unknown => pairs.set(`${a} ${b}`, [a, b]);
  for (let at = 0; at <= first; at++) for (const other of [0, second]) add(at, other);
  for (let at = 0; at <= second; at++) for (const other of [0, first]) add(other, at);
  return new Set(pairs.values());
}

function writeTraced(synchronous: Synchronous): { readonly acknowledged: number; readonly lost: Set<number> } {
  const folder = mkdtempSync(join(tmpdir(), 'store-order-'));
  try {
    const data = join(folder, 'data');
    const trace = join(folder, 'trace');
    mkdirSync(trace);
    const [command = '', ...prefix] = traced(trace);
    execFileSync(command, [...prefix, process.execPath, WRITER, data, '4', synchronous, `${WRITES}`], { stdio: 'ignore' });
    return lostRevisions(folder, data);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('acknowledges a write only after a sync that covers it: no cut of the unsynced loses one', { skip: unavailable }, () => {
  const { acknowledged, lost } = writeTraced('FULL');
  assert.equal(acknowledged, WRITES);
  assert.deepEqual([...lost], []);
});

for (const synchronous of ['NORMAL', 'OFF'] as const) {
  it(`would notice if it did not: with synchronous ${synchronous} acknowledged writes are lost`, { skip: unavailable }, () => {
    assert.notEqual(writeTraced(synchronous).lost.size, 0);
  });
}
