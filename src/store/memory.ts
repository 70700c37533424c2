// The store in memory: for tests and for clusters inside a process. Nothing here waits, so runs are repeatable.

import { systemClock } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { must } from '../base/assert.ts';
import { StoredChange } from './change.ts';
import { FutureRevisionError, StoreClosedError } from './errors.ts';
import { Expiry } from './expiry.ts';
import { History } from './history.ts';
import { toRange } from './range.ts';
import type { RangeOrPrefix } from './range.ts';
import type {
  CommitRequest,
  CommitResult,
  Entry,
  Forkable,
  GetResult,
  ListOptions,
  ListResult,
  Sink,
  Snapshot,
  Snapshotable,
  Store,
  WatchHandle,
} from './store.ts';
import { entryOf, isLive, planCommit } from './version.ts';
import type { Version } from './version.ts';
import { WatchHub } from './watch-hub.ts';

export interface MemoryStoreOptions {
  /** Times expiry; the machine's clock unless given. */
  readonly clock?: Clock | undefined;
  /** What the store starts with, at the snapshot's revision. */
  readonly snapshot?: Snapshot | undefined;
}

/** A store in memory, which can be forked within milliseconds. */
export interface MemoryStore extends Store, Forkable<MemoryStore>, Snapshotable {
  /** A store that starts where this one stands; it has no watches, and a clock of its own if one is given. */
  fork(options?: { readonly clock?: Clock | undefined }): MemoryStore;
}

function valueOf(version: Version): Uint8Array {
  return must(version.value, 'value');
}

function toEntry(version: Version): Entry {
  return entryOf(version, valueOf(version));
}

class InMemory implements MemoryStore {
  readonly #history: History;
  readonly #clock: Clock;
  readonly #expiry: Expiry;
  readonly #watches: WatchHub;
  #open = true;

  constructor(history: History, clock: Clock) {
    this.#history = history;
    this.#clock = clock;
    this.#expiry = new Expiry(clock, (version) => this.#expire(version));
    this.#watches = new WatchHub({ history, clock, read: valueOf, ready: () => Promise.resolve() });
  }

  async get(key: string, options: { readonly atLeast?: number | undefined } = {}): Promise<GetResult> {
    this.#check();
    const { revision } = this.#history;
    if (options.atLeast !== undefined && options.atLeast > revision) throw new FutureRevisionError(options.atLeast, revision);
    const version = this.#history.newest(key);
    return isLive(version) ? { revision, entry: toEntry(version) } : { revision };
  }

  async list(range: RangeOrPrefix, options: ListOptions = {}): Promise<ListResult> {
    this.#check();
    const revision = options.revision ?? this.#history.revision;
    const { versions, remaining } = this.#history.select(toRange(range), { ...options, revision });
    return { revision, entries: versions.map(toEntry), remaining };
  }

  async commit(request: CommitRequest): Promise<CommitResult> {
    this.#check();
    const current = this.#history.newest(request.key);
    const planned = planCommit(current, request, this.#history.revision + 1, this.#clock.now());
    if (planned === undefined) return isLive(current) ? { conflict: true, current: toEntry(current) } : { conflict: true };
    const version = this.#history.apply(planned);
    if (version.expiresAtMs > 0) this.#expiry.add(version);
    if (this.#watches.listening) this.#watches.publish([new StoredChange(version, valueOf)]);
    return { ok: true, revision: version.revision };
  }

  watch(range: RangeOrPrefix, from: number, sink: Sink): WatchHandle {
    this.#check();
    return this.#watches.watch(toRange(range), from, sink);
  }

  async progress(): Promise<number> {
    this.#check();
    return this.#history.revision;
  }

  async compact(revision: number): Promise<void> {
    this.#check();
    if (revision > this.#history.revision) throw new FutureRevisionError(revision, this.#history.revision);
    if (revision > this.#history.floor) this.#history.compact(revision);
  }

  fork(options: { readonly clock?: Clock | undefined } = {}): MemoryStore {
    this.#check();
    const copy = new InMemory(this.#history.fork(), options.clock ?? this.#clock);
    copy.#expiry.addAll(this.#expiry);
    return copy;
  }

  snapshot(): Snapshot {
    this.#check();
    const { revision } = this.#history;
    const { versions } = this.#history.select({ from: '' }, { revision });
    return { revision, entries: Iterator.from(versions).map(toEntry) };
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#expiry.stop();
    await this.#watches.close();
  }

  #check(): void {
    if (!this.#open) throw new StoreClosedError();
  }

  #expire(version: Version): void {
    if (!this.#open) return;
    // A conflict means that the key was written again: then it lives on.
    void this.commit({ key: version.key, delete: true, expected: version.revision });
  }
}

/** Opens an empty store in memory, or one with the content of a snapshot. */
export function openMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const history = new History({ keepsValues: true });
  const { snapshot, clock = systemClock } = options;
  if (snapshot !== undefined) {
    const entries = [...snapshot.entries].sort((a, b) => a.revision - b.revision);
    history.restore(
      entries.map((entry) => ({ ...entry, expiresAtMs: 0, older: undefined })),
      snapshot.revision,
      snapshot.revision + 1,
    );
  }
  return new InMemory(history, clock);
}
