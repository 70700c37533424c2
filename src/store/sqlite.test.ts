import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { VirtualClock } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { storeContract } from './contract.ts';
import { CompactedError, FolderLockedError, SyncFailedError, UnknownFormatError } from './errors.ts';
import { openSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';
import { Recorder, bytes, put } from './subject.ts';
import type { Subject } from './subject.ts';

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'store-'));
}

function open(folder: string, clock: Clock = new VirtualClock()): Promise<Store> {
  return openSqliteStore({ folder, clock, logger: silentLogger });
}

async function subject(folder: string, clock: Clock): Promise<Subject> {
  const store = await open(folder, clock);
  return {
    store,
    async reopen() {
      await store.close();
      return subject(folder, clock);
    },
    async dispose() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

storeContract('sqlite store', 20, (clock) => subject(temporaryFolder(), clock));

describe('sqlite store: its folder', () => {
  let folder = '';
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Changes the closed or open database behind the store's back. */
  function tamper(sql: string): void {
    const database = new DatabaseSync(join(folder, 'store.db'));
    database.exec(sql);
    database.close();
  }

  it('is readable by its owner only, and carries its format', async () => {
    const store = await open(folder);
    await put(store, 'a', '1');
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const file of readdirSync(folder)) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'format'), 'utf8')), { format: 1 });
    await store.close();
  });

  it('is refused when its format is unknown, and stays as it is', async () => {
    await (await open(folder)).close();
    for (const format of ['{"format":2}', 'garbage']) {
      writeFileSync(join(folder, 'format'), format);
      await assert.rejects(open(folder), UnknownFormatError);
      assert.equal(readFileSync(join(folder, 'format'), 'utf8'), format);
    }
    rmSync(join(folder, 'format'));
    await assert.rejects(open(folder), UnknownFormatError);
  });

  it('is refused to a second opener, which is told who has it', async () => {
    const store = await open(folder);
    await assert.rejects(
      open(folder),
      (error) => error instanceof FolderLockedError && error.pid === process.pid && error.message.includes(folder),
    );
    assert.equal((await put(store, 'a', '1')).ok, true);
    await store.close();
    await (await open(folder)).close();
  });

  it('keeps keys, revisions, history and expiry over a restart', async () => {
    const clock = new VirtualClock();
    const first = await open(folder, clock);
    await first.commit({ key: 'event', value: bytes('1'), expected: 'absent', ttlSeconds: 10 });
    await put(first, 'a', '1');
    await put(first, 'a', '2', 3);
    await first.compact(4);
    await first.close();
    const second = await open(folder, clock);
    await assert.rejects(second.list('', { revision: 3 }), CompactedError);
    const watch = new Recorder(second, '', 4);
    assert.equal((await watch.until(1))[0]?.['previous'], '1');
    await clock.advance(10_000);
    assert.deepEqual((await watch.until(2))[1]?.['key'], 'event');
    await second.close();
  });

  it('removes at the next start what an interrupted compaction left', async () => {
    const first = await open(folder);
    await put(first, 'a', '1');
    await put(first, 'a', '2', 2);
    await put(first, 'b', '1');
    await first.commit({ key: 'b', delete: true, expected: 4 });
    await put(first, 'c', '1');
    await first.close();
    tamper("UPDATE meta SET value = 6 WHERE name = 'floor'");
    const second = await open(folder);
    assert.deepEqual(
      (await second.list('')).entries.map(({ key, revision }) => [key, revision]),
      [
        ['a', 3],
        ['c', 6],
      ],
    );
    await second.close();
    const database = new DatabaseSync(join(folder, 'store.db'));
    assert.deepEqual(
      database
        .prepare('SELECT revision FROM log')
        .all()
        .map((row) => row['revision']),
      [3, 6],
    );
    database.close();
  });

  it('fails every queued write when one cannot be written, opens the database again and goes on', async () => {
    const store = await open(folder);
    await put(store, 'a', '1');
    const watch = new Recorder(store, '', 2);
    await watch.until(1);
    tamper("CREATE TRIGGER poison BEFORE INSERT ON log WHEN NEW.key = 'poison' BEGIN SELECT RAISE(ABORT, 'injected'); END");
    const queued = [put(store, 'b', '1'), put(store, 'poison', '1'), put(store, 'b', 'stale'), put(store, 'c', '1')];
    for (const result of await Promise.allSettled(queued)) {
      assert(result.status === 'rejected' && result.reason instanceof SyncFailedError);
      assert.match(result.reason.message, /injected/);
    }
    assert.deepEqual(
      (await store.list('')).entries.map(({ key }) => key),
      ['a'],
    );
    assert.deepEqual(await put(store, 'b', '2'), { ok: true, revision: 3 });
    assert.deepEqual(
      (await watch.until(2)).map(({ key }) => key),
      ['a', 'b'],
    );
    await store.close();
    const again = await open(folder);
    assert.deepEqual(
      (await again.list('')).entries.map(({ key, revision }) => [key, revision]),
      [
        ['a', 2],
        ['b', 3],
      ],
    );
    await again.close();
  });

  it('takes in what turns out to be on the disk after a failure', async () => {
    const store = await open(folder);
    const watch = new Recorder(store, '', 2);
    tamper(`CREATE TRIGGER poison BEFORE INSERT ON log WHEN NEW.key = 'poison' BEGIN SELECT RAISE(ABORT, 'injected'); END;
      INSERT INTO log VALUES (2, 'unacknowledged', 2, 1, 0, x'31')`);
    await assert.rejects(put(store, 'poison', '1'), SyncFailedError);
    assert.equal(await store.progress(), 2);
    assert.deepEqual(
      (await watch.until(1)).map(({ key, value }) => [key, value]),
      [['unacknowledged', '1']],
    );
    assert.deepEqual(await put(store, 'a', '1'), { ok: true, revision: 3 });
    await store.close();
  });
});
