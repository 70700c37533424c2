// The watch cache of one resource: the only holder of its objects, and the source of all its watches.
//
// C1. Objects and events advance together: an event is in the ring exactly when the objects show it.
// C2. A watcher gets every event after its revision, once each, in order: from the ring, or from the store's history where the ring
//     does not reach back; or it is ended and told why.
// C3. Watchers are served in a microtask of their own, never inside the write that caused the event.

import type { KubeObject } from '../../machinery/kind.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';
import type { Change, Entry, Store } from '../../store/store.ts';
import { CachedObject, ObjectKeeper } from './cached-object.ts';
import { CacheEvent, EventRing } from './event-ring.ts';
import { replayHistory } from './history-replay.ts';
import { KeyIndex } from './key-index.ts';
import { storedEncoding, withResourceVersion } from './stored-encoding.ts';
import type { StoreFeed, Waiting } from './store-feed.ts';
import { WatchCursor } from './watch-cursor.ts';
import type { CursorEnd, Subscriber } from './watch-cursor.ts';

export interface WatchCacheOptions {
  readonly definition: ResourceDefinition;
  readonly store: Store;
  readonly feed: StoreFeed;
  /** How many events the ring holds. */
  readonly ringSize?: number;
  /** Freezes decoded objects, to find out who changes what is shared. */
  readonly freeze?: boolean;
}

export class WatchCache {
  readonly definition: ResourceDefinition;
  readonly storageKey: string;
  /** What all keys of the resource start with. */
  readonly prefix: string;
  readonly #store: Store;
  readonly #feed: StoreFeed;
  readonly #keeper: ObjectKeeper;
  readonly #objects = new KeyIndex<CachedObject>();
  readonly #ring: EventRing;
  readonly #cursors = new Set<WatchCursor>();
  readonly #closed = new AbortController();
  #loaded = 0;
  #flushing = false;

  constructor(options: WatchCacheOptions) {
    const { definition, store, feed, ringSize = 1024, freeze = false } = options;
    this.definition = definition;
    this.storageKey = definition.storageKey;
    this.prefix = `/registry/${definition.storageKey}/`;
    this.#store = store;
    this.#feed = feed;
    this.#keeper = new ObjectKeeper(storedEncoding(definition), { freeze });
    this.#ring = new EventRing(ringSize, 0);
  }

  /** The revision up to which this cache knows everything. */
  get revision(): number {
    return Math.max(this.#loaded, this.#feed.revision);
  }

  /** The revision of the last change of this resource: what is derived from its objects holds until this moves. */
  get lastChange(): number {
    return this.#loaded;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Where an object is stored. */
  keyOf(namespace: string, name: string): string {
    return namespace === '' ? this.prefix + name : `${this.prefix}${namespace}/${name}`;
  }

  /** What the keys of a namespace start with; of all namespaces when it is ''. */
  prefixOf(namespace: string): string {
    return namespace === '' ? this.prefix : `${this.prefix}${namespace}/`;
  }

  get(key: string): CachedObject | undefined {
    return this.#objects.get(key);
  }

  /** The objects below a prefix, in key order, as they are now. */
  list(prefix: string = this.prefix): CachedObject[] {
    const found: CachedObject[] = [];
    this.#objects.scan(prefix, (object) => void found.push(object));
    return found;
  }

  /** Bytes to store for a hub object. */
  encode(object: KubeObject): Uint8Array {
    return this.#keeper.encoding.encode(object);
  }

  /** An entry of the store as an object; the cached one where it is the same. */
  hold(entry: Entry): CachedObject {
    const cached = this.#objects.get(entry.key);
    return cached?.revision === entry.revision ? cached : new CachedObject(entry.key, entry.revision, entry.value, this.#keeper);
  }

  /** Takes the object that was just written at `revision`, so that nobody has to decode it; the answer is the one that is shared. */
  adopt(key: string, revision: number, written: KubeObject): KubeObject {
    const object = withResourceVersion(written, revision);
    const cached = this.#objects.get(key);
    return cached?.revision === revision ? cached.adopt(object) : object;
  }

  /** Resolves when the cache knows of `revision`. */
  async waitFor(revision: number, signal: AbortSignal): Promise<void> {
    if (revision > this.revision) await this.#feed.waitFor(revision, signal);
  }

  /** Resolves when the cache has reached what the store has now: what is read afterwards is linearizable. */
  fresh(waiting: Waiting): Promise<void> {
    return this.#feed.fresh(waiting);
  }

  /**
   * A cursor behind which lies everything up to and including `from`. It stands still until `start` is called, so that the caller can
   * deliver a state first, read in the same turn.
   */
  subscribe(from: number | 'now', subscriber: Subscriber): WatchCursor {
    const cursor = new WatchCursor(this.#ring, from === 'now' ? 0 : from, subscriber, () => this.#cursors.delete(cursor));
    this.#cursors.add(cursor);
    const place = from === 'now' ? this.#ring.head : this.#ring.placeAfter(from);
    if (place !== undefined) cursor.place(place);
    else if (from !== 'now') cursor.before(() => this.#replay(from, cursor, subscriber));
    return cursor;
  }

  /** Keeps decoded objects until the result is called: for informers that share them. */
  retain(): () => void {
    this.#keeper.retained++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#keeper.retained === 0) this.#objects.scan(this.prefix, (object) => object.weaken());
    };
  }

  /** Takes one change of the resource. */
  apply(change: Change): void {
    if (change.revision <= this.#loaded) return;
    const { key, revision, value } = change;
    const previous = this.#objects.get(key);
    const current = value === undefined ? undefined : new CachedObject(key, revision, value, this.#keeper);
    if (current === undefined && previous === undefined) return;
    if (current === undefined) this.#objects.delete(key);
    else this.#objects.set(key, current);
    this.#ring.push(new CacheEvent(key, revision, current, previous));
    this.#loaded = revision;
    this.#scheduleFlush();
  }

  /** Takes the whole state at a revision; watchers of the state before are ended. */
  load(entries: readonly Entry[], revision: number): void {
    this.#endAll({ why: 'reset' });
    this.#objects.clear();
    for (const { key, revision: written, value } of entries) this.#objects.set(key, new CachedObject(key, written, value, this.#keeper));
    this.#ring.reset(revision);
    this.#loaded = revision;
  }

  close(): void {
    this.#closed.abort();
    this.#endAll({ why: 'stopped' });
  }

  /** Ends a cursor's life before the ring: replays history, then stands where the ring goes on. */
  #replay(from: number, cursor: WatchCursor, subscriber: Subscriber): void {
    const replay = {
      store: this.#store,
      keeper: this.#keeper,
      prefix: this.prefix,
      after: from,
      floor: () => (cursor.open ? this.#ring.floor : 0),
      deliver: (events: readonly CacheEvent[]) => cursor.open && subscriber.deliver(events),
    };
    const arrive = (result: number | CursorEnd): boolean => {
      if (!cursor.open) return true;
      const place = typeof result === 'number' ? this.#ring.placeAfter(result) : undefined;
      if (place !== undefined) cursor.place(place);
      else cursor.end(typeof result === 'number' ? { why: 'reset' } : result);
      return true;
    };
    cursor.hand(() => replayHistory(replay, this.#closed.signal).then(arrive));
  }

  #scheduleFlush(): void {
    if (this.#flushing || this.#cursors.size === 0) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      for (const cursor of this.#cursors) cursor.pump();
    });
  }

  #endAll(why: CursorEnd): void {
    for (const cursor of this.#cursors) cursor.end(why);
  }
}
