// The one watch of the store that feeds every cache, and the revision up to which all of them know what happened.
//
// F1. Every revision has one change and all changes come through here, so that after a batch each cache is complete up to its last
//     revision, whether or not the batch touched it.
// F2. A cache that joins is listed while its changes are held back; nothing falls between list and watch.
// F3. When the watch breaks it goes on after the last revision seen; when that is no longer possible, every cache is listed anew.

import { Backoff } from '../../base/backoff.ts';
import { isAbort, TaskScope } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { StoreClosedError } from '../../store/errors.ts';
import type { Change, Store, WatchEnd } from '../../store/store.ts';
import type { WatchCache } from './watch-cache.ts';

export interface StoreFeedOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Who waits: its signal is asked for only when there is something to wait for, since a request makes its own when it is asked. */
export interface Waiting {
  readonly signal: AbortSignal;
}

interface Member {
  readonly cache: WatchCache;
  /** Changes held back while the cache is being listed. */
  held: Change[] | undefined;
}

interface Waiter {
  readonly revision: number;
  resolve(): void;
}

/** Everything that Kubernetes stores lies below this. */
const ROOT = '/registry/';

/** Feeds caches from one watch. */
export class StoreFeed {
  readonly #options: StoreFeedOptions;
  /** By the first one or two parts of the key, which name the resource. */
  readonly #members = new Map<string, Member>();
  readonly #scope: TaskScope;
  #waiters: Waiter[] = [];
  #revision = 0;

  constructor(options: StoreFeedOptions, signal: AbortSignal) {
    this.#options = options;
    this.#scope = new TaskScope(signal, (error) => options.logger.error('the store feed failed', { error }));
  }

  /** The newest revision that every cache knows of. */
  get revision(): number {
    return this.#revision;
  }

  /** Starts to watch at the store's present revision. */
  async open(): Promise<void> {
    this.#revision = await this.#options.store.progress();
    this.#scope.start((signal) => this.#run(signal));
  }

  /** Fills a cache and keeps it up to date (F2). */
  async add(cache: WatchCache): Promise<void> {
    const member: Member = { cache, held: [] };
    this.#members.set(cache.storageKey, member);
    await this.#fill(member);
  }

  remove(cache: WatchCache): void {
    if (this.#members.get(cache.storageKey)?.cache !== cache) return;
    this.#members.delete(cache.storageKey);
    cache.close();
  }

  /** Resolves when every cache knows of `revision`; rejects with the signal's reason when it fires first. */
  waitFor(revision: number, signal: AbortSignal): Promise<void> {
    if (revision <= this.#revision) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        revision,
        resolve: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(waiter);
    });
  }

  /** Resolves when every cache has reached the revision that the store has now. */
  async fresh(waiting: Waiting): Promise<void> {
    const revision = await this.#options.store.progress();
    if (revision > this.#revision) await this.waitFor(revision, waiting.signal);
  }

  /** Ends the watch and every cache. */
  async close(): Promise<void> {
    await this.#scope.end();
    for (const { cache } of this.#members.values()) cache.close();
    this.#members.clear();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { store, clock, random, logger } = this.#options;
    const backoff = new Backoff({ initialMs: 10, maxMs: 5000 }, random);
    while (!signal.aborted) {
      const before = this.#revision;
      const end = await this.#watch(store, signal);
      if (end.why === 'closed' || end.why === 'store closed') return;
      logger.warn('the watch of the store ended', { why: end.why, ...(end.why === 'failed' ? { error: end.error } : {}) });
      if (this.#revision > before) backoff.reset();
      await clock.sleep(backoff.next(), signal);
      if (end.why === 'compacted') await this.#refillWhenPossible(backoff, signal);
    }
  }

  /** A store that cannot be listed now can be later; until then every cache stands still, and nobody is told anything wrong. */
  async #refillWhenPossible(backoff: Backoff, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.#refill();
        return;
      } catch (error) {
        if (isAbort(error, signal) || error instanceof StoreClosedError) throw error;
        this.#options.logger.warn('the caches could not be filled anew', { error });
        await this.#options.clock.sleep(backoff.next(), signal);
      }
    }
  }

  async #watch(store: Store, signal: AbortSignal): Promise<WatchEnd> {
    const handle = store.watch({ from: '' }, this.#revision + 1, (batch) => this.#take(batch));
    const close = (): void => handle.close();
    if (signal.aborted) close();
    signal.addEventListener('abort', close, { once: true });
    const end = await handle.ended;
    signal.removeEventListener('abort', close);
    return end;
  }

  #take(batch: readonly Change[]): boolean {
    for (const change of batch) {
      const member = this.#memberOf(change.key);
      if (member?.held !== undefined) member.held.push(change);
      else member?.cache.apply(change);
      this.#revision = change.revision;
    }
    if (this.#waiters.length > 0) this.#wake();
    return true;
  }

  #wake(): void {
    const waiting = this.#waiters;
    this.#waiters = waiting.filter((each) => each.revision > this.#revision);
    for (const waiter of waiting) if (waiter.revision <= this.#revision) waiter.resolve();
  }

  #memberOf(key: string): Member | undefined {
    if (!key.startsWith(ROOT)) return undefined;
    const first = key.indexOf('/', ROOT.length);
    if (first < 0) return undefined;
    const one = this.#members.get(key.slice(ROOT.length, first));
    if (one !== undefined) return one;
    const second = key.indexOf('/', first + 1);
    return second < 0 ? undefined : this.#members.get(key.slice(ROOT.length, second));
  }

  async #fill(member: Member): Promise<void> {
    member.held ??= [];
    const { revision, entries } = await this.#options.store.list(member.cache.prefix);
    member.cache.load(entries, revision);
    const held = member.held;
    member.held = undefined;
    for (const change of held) if (change.revision > revision) member.cache.apply(change);
  }

  /** Lists every cache at or after a common revision, from which the watch goes on (F3). */
  async #refill(): Promise<void> {
    const revision = await this.#options.store.progress();
    for (const member of this.#members.values()) await this.#fill(member);
    this.#revision = Math.max(this.#revision, revision);
    this.#wake();
  }
}
