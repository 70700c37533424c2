// The writing half of the sqlite store, in a thread of its own since every commit waits for the disk.
//
// Q1. Everything that arrived while a sync ran goes into the next transaction; its acknowledgement is sent after COMMIT, which syncs.
// Q2. The log is only appended to, by revision; only compaction deletes.
// Q3. After any failure the worker acknowledges nothing more: it says so, closes the database and ends.

import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

import { must } from '../base/assert.ts';
import { unpackBatch } from './sqlite-protocol.ts';
import type { FromWorker, ToWorker, WorkerStart, WriteBatch } from './sqlite-protocol.ts';

const port = must(parentPort, 'parent port');
const { file, synchronous }: WorkerStart = workerData;

function say(message: FromWorker): void {
  port.postMessage(message);
}

function openDatabase(): DatabaseSync {
  const opened = new DatabaseSync(file, { timeout: 5000 });
  opened.exec(`PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};`);
  // The value comes last, so that reading the other columns never follows its overflow pages.
  opened.exec(`CREATE TABLE IF NOT EXISTS log (
    revision INTEGER PRIMARY KEY, key TEXT NOT NULL, created INTEGER NOT NULL, version INTEGER NOT NULL, expires INTEGER NOT NULL, value BLOB) STRICT;
    CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
    INSERT OR IGNORE INTO meta VALUES ('floor', 1);`);
  // What a failed sync left in the log may be in memory only: this writes it anew, and syncs it.
  opened.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return opened;
}

function serve(database: DatabaseSync): void {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const append = database.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM log WHERE revision = ?');
  const raise = database.prepare("UPDATE meta SET value = max(value, ?) WHERE name = 'floor'");

  const transaction = (work: () => void): void => {
    begin.run();
    work();
    commit.run();
  };

  const write = (batches: readonly WriteBatch[]): void => {
    let newest = 0;
    transaction(() => {
      for (const batch of batches) {
        unpackBatch(batch, ({ revision, key, created, version, expiresAtMs, value }) => {
          append.run(revision, key, created, version, expiresAtMs, value);
          newest = revision;
        });
      }
    });
    say({ did: 'sync', revision: newest });
  };

  /** Does anything but a write. */
  const handle = (message: Exclude<ToWorker, { do: 'write' }>): void => {
    switch (message.do) {
      case 'raiseFloor':
        transaction(() => raise.run(message.floor));
        say({ did: 'finish', id: message.id });
        return;
      case 'forget':
        transaction(() => {
          for (const revision of message.revisions) remove.run(revision);
        });
        say({ did: 'finish', id: message.id });
        return;
      case 'close':
        database.close();
        port.close();
    }
  };

  const received = (): ToWorker | undefined => receiveMessageOnPort(port)?.message;

  const serveAll = (first: ToWorker): void => {
    for (let message: ToWorker | undefined = first; message !== undefined;) {
      if (message.do !== 'write') {
        handle(message);
        if (message.do === 'close') return;
        message = received();
        continue;
      }
      const batches: WriteBatch[] = [];
      for (; message?.do === 'write'; message = received()) batches.push(message.batch);
      write(batches); // Q1
    }
  };

  port.on('message', (message: ToWorker) => {
    try {
      serveAll(message);
    } catch (error) {
      giveUp(error, database);
    }
  });
}

function giveUp(error: unknown, database?: DatabaseSync): void {
  // Closing rolls back what is open, and a transaction that failed acknowledged nothing.
  try {
    database?.close();
  } catch (closing) {
    say({ did: 'fail', error: new AggregateError([error, closing], 'the database failed, and failed to close') });
    port.close();
    return;
  }
  say({ did: 'fail', error });
  port.close();
}

try {
  serve(openDatabase());
  say({ did: 'open' });
} catch (error) {
  giveUp(error);
}
