import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { openSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';
import { Recorder } from './subject.ts';

const WRITER = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
const WRITERS = 16;

interface Acknowledged {
  readonly key: string;
  readonly count: string;
  readonly revision: number;
}

/** Starts writers in a process of their own and kills it once they have acknowledged `count` writes. */
async function writeAndKill(folder: string, count: number): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [WRITER, folder, `${WRITERS}`, 'FULL'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const acknowledged: Acknowledged[] = [];
  // What was written before the end is read to the end: those lines are acknowledgements too.
  for await (const line of createInterface({ input: child.stdout })) {
    const [key = '', value = '', revision] = line.split(' ');
    acknowledged.push({ key, count: value, revision: Number(revision) });
    if (acknowledged.length === count) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  assert.equal(signal, 'SIGKILL');
  return acknowledged;
}

/** Every acknowledged write must stand in the log at its revision, and nothing else there may contradict it. */
async function compare(store: Store, all: ReadonlyMap<number, Acknowledged>, seen: Recorder, from: number): Promise<void> {
  const revision = await store.progress();
  await seen.until(revision - from + 1);
  assert.deepEqual(
    seen.changes.map((change) => change['revision']),
    Array.from(seen.changes, (_, at) => from + at),
  );
  for (const { key, value, revision: at } of seen.changes) {
    const acknowledged = all.get(Number(at));
    if (acknowledged !== undefined) assert.deepEqual({ key, count: value, revision: at }, acknowledged);
  }
  const { entries } = await store.list('/w/');
  const current = new Map(entries.map((entry) => [entry.key, entry.revision]));
  for (const { key, revision: at } of all.values()) assert((current.get(key) ?? 0) >= at, `${key} lost revision ${at}`);
  for (const at of all.keys()) assert(at <= revision, `revision ${at} was acknowledged and is gone`);
}

it('loses nothing acknowledged and reuses no revision when killed under 16 writers, five times over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-crash-'));
  const all = new Map<number, Acknowledged>();
  let from = 2;
  try {
    for (let round = 0; round < 5; round++) {
      const acknowledged = await writeAndKill(folder, 200 + Math.floor(Math.random() * 800));
      for (const one of acknowledged) {
        assert(!all.has(one.revision), `revision ${one.revision} was given twice`);
        assert(one.revision >= from, `revision ${one.revision} was seen before the crash`);
        all.set(one.revision, one);
      }
      const store = await openSqliteStore({ folder, clock: systemClock, logger: silentLogger });
      // Resumes where the watch of the round before ended, and must be given exactly what followed.
      await compare(store, all, new Recorder(store, '/w/', from), from);
      from = (await store.progress()) + 1;
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
