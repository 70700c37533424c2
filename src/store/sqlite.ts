// The durable store: an index in memory, a log of revisions in SQLite. The worker writes, this thread reads.
//
// D1. A write is visible and acknowledged only after the sync that covers it.
// D2. A failed sync fails every queued write and closes both connections; the next use opens them again and takes in
//     whatever turned out to be on the disk after all, so a revision that was made durable is never given twice.
// D3. Values are held only while their write is under way.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { StoredChange } from './change.ts';
import { CommitQueue } from './commit-queue.ts';
import { CompactedError, FutureRevisionError, StoreClosedError, SyncFailedError } from './errors.ts';
import { Expiry } from './expiry.ts';
import { EMPTY_REVISION, History } from './history.ts';
import { toRange } from './range.ts';
import type { RangeOrPrefix } from './range.ts';
import { SqliteEngine } from './sqlite-engine.ts';
import { takeFolder } from './sqlite-folder.ts';
import type { SqliteFolder } from './sqlite-folder.ts';
import type { Synchronous } from './sqlite-protocol.ts';
import { SqliteReader } from './sqlite-reader.ts';
import type { CommitRequest, CommitResult, Entry, GetResult, ListOptions, ListResult, Sink, Store, WatchHandle } from './store.ts';
import { entryOf, isLive } from './version.ts';
import type { Version } from './version.ts';
import { WatchHub } from './watch-hub.ts';

export interface SqliteStoreOptions {
  /** Where the data lives; created when missing. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The worker's code, where it is not beside this module under its own name. */
  readonly workerUrl?: URL | undefined;
  /** Weaker settings lose acknowledged writes when the machine stops: they exist so that a test can show it. */
  readonly synchronous?: Synchronous | undefined;
}

/** How many revisions a compaction takes at a time, so that writes wait for few. */
const COMPACT_STEP = 2000;
/** How long a list reads before others have their turn. */
const READ_MS = 5;
const EXPIRY_RETRY_MS = 1000;

interface Connection {
  readonly engine: SqliteEngine;
  readonly reader: SqliteReader;
}

class SqliteStore implements Store {
  readonly #options: SqliteStoreOptions;
  readonly #folder: SqliteFolder;
  readonly #history = new History({ keepsValues: false });
  readonly #queue = new CommitQueue(this.#history);
  readonly #expiry: Expiry;
  readonly #watches: WatchHub;
  #connection: Connection | undefined;
  #opening: Promise<Connection> | undefined;
  #flushing = false;
  #open = true;

  constructor(options: SqliteStoreOptions, folder: SqliteFolder) {
    const { clock } = options;
    this.#options = options;
    this.#folder = folder;
    this.#expiry = new Expiry(clock, (version) => void this.#expire(version));
    this.#watches = new WatchHub({ history: this.#history, clock, read: this.#read, ready: async () => void (await this.#ready()) });
  }

  /** Opens the database and takes in what it holds. */
  async start(): Promise<void> {
    await this.#ready();
  }

  async get(key: string, options: { readonly atLeast?: number | undefined } = {}): Promise<GetResult> {
    await this.#ready();
    const { revision } = this.#history;
    if (options.atLeast !== undefined && options.atLeast > revision) throw new FutureRevisionError(options.atLeast, revision);
    const entry = this.#newestEntry(key);
    return entry === undefined ? { revision } : { revision, entry };
  }

  async list(range: RangeOrPrefix, options: ListOptions = {}): Promise<ListResult> {
    for (;;) {
      await this.#ready();
      const revision = options.revision ?? this.#history.revision;
      const { versions, remaining } = this.#history.select(toRange(range), { ...options, revision });
      try {
        return { revision, entries: await this.#entries(versions), remaining };
      } catch (error) {
        // The newest state was asked for, and compaction overtook the reading of it: the newest is another one now.
        if (options.revision !== undefined || !(error instanceof CompactedError)) throw error;
      }
    }
  }

  async commit(request: CommitRequest): Promise<CommitResult> {
    if (!request.key.isWellFormed()) throw new TypeError('a key must be well-formed text');
    while (this.#connection === undefined || !this.#open) await this.#ready();
    const submitted = this.#queue.submit(request, this.#options.clock.now());
    this.#flushSoon();
    const revision = await submitted;
    if (revision !== undefined) return { ok: true, revision };
    await this.#ready();
    const current = this.#newestEntry(request.key);
    return current === undefined ? { conflict: true } : { conflict: true, current };
  }

  watch(range: RangeOrPrefix, from: number, sink: Sink): WatchHandle {
    if (!this.#open) throw new StoreClosedError();
    return this.#watches.watch(toRange(range), from, sink);
  }

  async progress(): Promise<number> {
    await this.#ready();
    return this.#history.revision;
  }

  async compact(revision: number): Promise<void> {
    const { engine } = await this.#ready();
    if (revision > this.#history.revision) throw new FutureRevisionError(revision, this.#history.revision);
    if (revision <= this.#history.floor) return;
    // The floor is durable before anything below it goes: a crash between leaves rows that the next start removes.
    await engine.raiseFloor(revision);
    while (this.#history.floor < revision) {
      await this.#forget(this.#history.compact(Math.min(revision, this.#history.floor + COMPACT_STEP)));
    }
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#expiry.stop();
    // Writers are told of a failure each by their own promise.
    await Promise.allSettled([this.#queue.drained(), this.#opening]);
    await this.#watches.close();
    const connection = this.#connection;
    this.#connection = undefined;
    try {
      connection?.reader.close();
      await connection?.engine.close();
    } finally {
      this.#folder.release();
    }
  }

  /** The open connections; they are opened again where a failure closed them. */
  async #ready(): Promise<Connection> {
    if (this.#open && this.#connection !== undefined) return this.#connection;
    if (!this.#open) throw new StoreClosedError();
    this.#opening ??= this.#connect().finally(() => (this.#opening = undefined));
    const connection = await this.#opening;
    if (!this.#open) throw new StoreClosedError();
    return connection;
  }

  async #connect(): Promise<Connection> {
    const { workerUrl, synchronous = 'FULL' } = this.#options;
    const engine = await SqliteEngine.open(
      { file: this.#folder.file, synchronous },
      { onSync: (revision) => this.#synced(revision), onFail: (error) => this.#failed(error) },
      workerUrl,
    );
    try {
      const connection = { engine, reader: new SqliteReader(this.#folder.file) };
      this.#connection = connection;
      await this.#forget(this.#takeIn(connection.reader));
      return connection;
    } catch (error) {
      this.#connection?.reader.close();
      this.#connection = undefined;
      await engine.close();
      throw error;
    }
  }

  /** Adds to history what the log has beyond it; returns what an interrupted compaction left. */
  #takeIn(reader: SqliteReader): number[] {
    const floor = reader.floor();
    const fresh = this.#history.revision === EMPTY_REVISION;
    const leftover = fresh ? this.#history.restore(this.#expiring(reader.versions(0, floor)), floor, floor) : [];
    const added: Version[] = [];
    for (const version of this.#expiring(reader.versions(this.#history.revision + 1, Infinity))) {
      const applied = this.#history.apply(version);
      if (this.#watches.listening) added.push(applied);
    }
    this.#queue.restart();
    this.#watches.publish(added.map((version) => new StoredChange(version, this.#read)));
    return leftover;
  }

  *#expiring(versions: Iterable<Version>): Generator<Version> {
    for (const version of versions) {
      if (version.expiresAtMs > 0) this.#expiry.add(version);
      yield version;
    }
  }

  /** What is queued in one turn goes to the worker as one message. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      const versions = this.#queue.take();
      if (versions.length > 0) this.#connection?.engine.write(versions);
    });
  }

  #synced(revision: number): void {
    const changes: StoredChange[] = [];
    const { listening } = this.#watches;
    const apply = (version: Version): void => {
      const applied = this.#history.apply(version);
      if (applied.expiresAtMs > 0) this.#expiry.add(applied);
      if (listening) changes.push(new StoredChange(applied, this.#read, version.value));
    };
    this.#queue.synced(revision, apply, () => this.#watches.publish(changes)); // D1
  }

  #failed(error: unknown): void {
    this.#options.logger.error('a write to the store failed; the database is opened again', { error });
    this.#connection?.reader.close();
    this.#connection = undefined;
    this.#queue.fail(new SyncFailedError(error)); // D2
    // Watches wait for this; callers that come before it is done share it, later ones try again.
    if (this.#open)
      this.#ready().catch((cause: unknown) => this.#options.logger.error('the store could not be opened again', { error: cause }));
  }

  async #forget(revisions: readonly number[]): Promise<void> {
    for (let at = 0; at < revisions.length; at += COMPACT_STEP) {
      await this.#connection?.engine.forget(revisions.slice(at, at + COMPACT_STEP));
    }
  }

  readonly #read = (version: Version): Uint8Array => {
    const value = this.#connection?.reader.value(version.revision);
    if (value !== undefined) return value;
    if (this.#connection === undefined) throw new StoreClosedError();
    throw new CompactedError(version.revision, this.#history.floor);
  };

  #newestEntry(key: string): Entry | undefined {
    const version = this.#history.newest(key);
    return isLive(version) ? entryOf(version, this.#read(version)) : undefined;
  }

  /** Reads the values of a list, and lets others have their turn in between. */
  async #entries(versions: readonly Version[]): Promise<Entry[]> {
    const { clock } = this.#options;
    const entries: Entry[] = [];
    let sinceMs = clock.monotonicMs();
    for (const version of versions) {
      entries.push(entryOf(version, this.#read(version)));
      if (entries.length % 64 !== 0 || clock.monotonicMs() - sinceMs < READ_MS) continue;
      await clock.yieldTurn();
      await this.#ready();
      sinceMs = clock.monotonicMs();
    }
    return entries;
  }

  async #expire(version: Version): Promise<void> {
    if (!this.#open || this.#history.newest(version.key)?.revision !== version.revision) return;
    try {
      await this.commit({ key: version.key, delete: true, expected: version.revision });
    } catch (error) {
      if (!this.#open) return;
      this.#options.logger.warn('a key that expired could not be deleted yet', { key: version.key, error });
      this.#expiry.add(version, this.#options.clock.now() + EXPIRY_RETRY_MS);
    }
  }
}

/** Opens the store in a folder; throws when another process has it, or when its format is unknown. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const folder = takeFolder(options.folder);
  const store = new SqliteStore(options, folder);
  try {
    await store.start();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}
