// The reading half of the sqlite store: a connection of the main thread, so that a read costs microseconds and never waits behind a sync.

import { DatabaseSync } from 'node:sqlite';
import type { SQLOutputValue, StatementSync } from 'node:sqlite';

import { assert } from '../base/assert.ts';
import type { Version } from './version.ts';

function number(value: SQLOutputValue | undefined): number {
  assert(typeof value === 'number', 'a number column holds a number');
  return value;
}

/** Reads what the worker has committed. */
export class SqliteReader {
  readonly #database: DatabaseSync;
  readonly #value: StatementSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
    this.#value = this.#database.prepare('SELECT value FROM log WHERE revision = ?');
  }

  /** The bytes that a revision wrote; nothing when it was compacted or a deletion. */
  value(revision: number): Uint8Array | undefined {
    const value = this.#value.get(revision)?.['value'];
    return value instanceof Uint8Array ? value : undefined;
  }

  /** The stored compaction floor. */
  floor(): number {
    return number(this.#database.prepare("SELECT value FROM meta WHERE name = 'floor'").get()?.['value']);
  }

  /** Every version from one revision up to, but without, another, in order and without values. */
  *versions(from: number, to: number): Generator<Version> {
    const statement = this.#database.prepare(
      'SELECT revision, key, created, version, expires FROM log WHERE revision >= ? AND revision < ? ORDER BY revision',
    );
    for (const { revision, key, created, version, expires } of statement.iterate(from, to)) {
      assert(typeof key === 'string', 'the key column holds text');
      yield {
        key,
        revision: number(revision),
        created: number(created),
        version: number(version),
        expiresAtMs: number(expires),
        value: undefined,
        older: undefined,
      };
    }
  }

  close(): void {
    this.#database.close();
  }
}
