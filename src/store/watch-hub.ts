// All watches of a store: those behind read history in pieces until they have caught up, those live get each batch as it is synced.
//
// W1. A watch is handed revisions in order, each once: `next` is the first it has not seen, and nothing below it is delivered.
// W2. A watch turns live in the same turn in which it finds nothing left to read, so no change falls between.
// W3. Batches are delivered one after another even when a sink writes to the store.

import { TaskScope } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { Queue } from '../base/queue.ts';
import { StoredChange } from './change.ts';
import type { ReadValue } from './change.ts';
import { CompactedError } from './errors.ts';
import type { History } from './history.ts';
import { inRange } from './range.ts';
import type { KeyRange } from './range.ts';
import type { Sink, WatchEnd, WatchHandle } from './store.ts';

/** How many revisions of history a watch looks at before it lets others have their turn. */
const PIECE = 512;

class Watcher {
  readonly range: KeyRange;
  readonly ended: Promise<WatchEnd>;
  /** The first revision that was not delivered yet (W1). */
  next: number;
  open = true;
  readonly #sink: Sink;
  readonly #resolve: (end: WatchEnd) => void;

  constructor(range: KeyRange, from: number, sink: Sink) {
    const { promise, resolve } = Promise.withResolvers<WatchEnd>();
    this.range = range;
    this.next = from;
    this.ended = promise;
    this.#sink = sink;
    this.#resolve = resolve;
  }

  /** Hands over a batch; whether the watch goes on. */
  deliver(batch: readonly StoredChange[], next: number): boolean {
    this.next = next;
    if (batch.length === 0 || !this.open) return this.open;
    try {
      if (!this.#sink(batch)) this.end({ why: 'full' });
    } catch (error) {
      // One broken sink must not keep the batch from the others.
      this.end({ why: 'failed', error });
    }
    return this.open;
  }

  end(end: WatchEnd): void {
    this.open = false;
    this.#resolve(end);
  }
}

export interface WatchHubOptions {
  readonly history: History;
  readonly clock: Clock;
  readonly read: ReadValue;
  /** Resolves when values can be read; a store that reopens makes watches behind wait here. */
  readonly ready: () => Promise<void>;
}

/** Starts, feeds and ends watches. */
export class WatchHub {
  readonly #options: WatchHubOptions;
  readonly #all = new Set<Watcher>();
  readonly #live = new Set<Watcher>();
  readonly #batches = new Queue<readonly StoredChange[]>();
  readonly #scope = new TaskScope(new AbortController().signal, () => {});
  #publishing = false;

  constructor(options: WatchHubOptions) {
    this.#options = options;
  }

  /** Whether anybody is to be told of what is synced now. */
  get listening(): boolean {
    return this.#live.size > 0;
  }

  watch(range: KeyRange, from: number, sink: Sink): WatchHandle {
    const watcher = new Watcher(range, from, sink);
    this.#all.add(watcher);
    if (from > this.#options.history.revision) this.#live.add(watcher);
    else this.#scope.start(() => this.#catchUp(watcher));
    return { ended: watcher.ended, close: () => this.#end(watcher, { why: 'closed' }) };
  }

  /** Tells the live watches of changes that history already has. */
  publish(batch: readonly StoredChange[]): void {
    this.#batches.push(batch);
    if (this.#publishing) return; // W3
    this.#publishing = true;
    for (let next = this.#batches.shift(); next !== undefined; next = this.#batches.shift()) {
      for (const watcher of this.#live) this.#feed(watcher, next);
    }
    this.#publishing = false;
  }

  /** Ends every watch. */
  async close(): Promise<void> {
    for (const watcher of this.#all) this.#end(watcher, { why: 'store closed' });
    await this.#scope.end();
  }

  #feed(watcher: Watcher, batch: readonly StoredChange[]): void {
    const last = batch.at(-1)?.revision ?? 0;
    if (last < watcher.next) return;
    const wanted = batch.filter((change) => change.revision >= watcher.next && inRange(watcher.range, change.key));
    if (!watcher.deliver(wanted, last + 1)) this.#forget(watcher);
  }

  async #catchUp(watcher: Watcher): Promise<void> {
    const { history, clock, read, ready } = this.#options;
    try {
      for (;;) {
        await ready();
        if (!watcher.open) return;
        if (watcher.next < history.watchable) throw new CompactedError(watcher.next, history.floor);
        const { versions, next } = history.changes(watcher.range, watcher.next, PIECE);
        if (
          !watcher.deliver(
            versions.map((version) => new StoredChange(version, read)),
            next,
          )
        )
          break;
        if (watcher.next > history.revision) {
          this.#live.add(watcher); // W2
          return;
        }
        await clock.yieldTurn();
      }
      this.#forget(watcher);
    } catch (error) {
      this.#end(watcher, error instanceof CompactedError ? { why: 'compacted', floor: error.floor } : { why: 'failed', error });
    }
  }

  #end(watcher: Watcher, end: WatchEnd): void {
    watcher.end(end);
    this.#forget(watcher);
  }

  #forget(watcher: Watcher): void {
    this.#all.delete(watcher);
    this.#live.delete(watcher);
  }
}
