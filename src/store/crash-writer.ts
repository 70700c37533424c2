// The process that the durability tests kill: many writers, each of which reports every acknowledged write before it begins the next.
// Arguments: the data folder, how many writers, SQLite's synchronous setting, and how many writes to do before ending (none: until killed).

import { writeSync } from 'node:fs';

import { assert } from '../base/assert.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { openSqliteStore } from './sqlite.ts';

const [folder, writers, synchronous, limit = 'Infinity'] = process.argv.slice(2);
assert(folder !== undefined && (synchronous === 'FULL' || synchronous === 'NORMAL' || synchronous === 'OFF'), 'arguments are missing');

const store = await openSqliteStore({ folder, clock: systemClock, logger: silentLogger, synchronous });
const encoder = new TextEncoder();
let writes = 0;

/** Counts its key up by one with each write, from wherever the last process left it. */
async function write(key: string): Promise<void> {
  const { entry } = await store.get(key);
  let expected = entry?.revision ?? ('absent' as const);
  let count = entry === undefined ? 0 : Number(new TextDecoder().decode(entry.value));
  while (writes++ < Number(limit)) {
    count++;
    const result = await store.commit({ key, value: encoder.encode(`${count}`), expected });
    assert(result.ok === true, `only this writer changes ${key}`);
    expected = result.revision;
    // The line is with the reader, whatever becomes of this process, before the next write begins.
    writeSync(1, `${key} ${count} ${result.revision}\n`);
  }
}

await Promise.all(Array.from({ length: Number(writers) }, (_, at) => write(`/w/${String(at).padStart(2, '0')}`)));
await store.close();
