// An informer keeps a local, always current copy of the objects of one kind, and tells subscribers what changed.
//
// I1. The copy is built by a list and kept by a watch from the list's revision; a broken watch resumes where it was, and only a
//     compacted revision (or one that a restored server has never had) leads to a new list, whose differences are told like any
//     other change.
// I2. Subscribers are called in revision order, after the copy shows the change; what they throw is logged, not lost.
// I3. Objects are shared with the server when the transport is in-process; nobody may change them.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { isAbort } from '../base/abort.ts';
import { Backoff } from '../base/backoff.ts';
import type { Client } from '../client/client.ts';
import type { WatchEvent } from '../client/transport.ts';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import { isStatus, StatusError } from '../machinery/status-error.ts';

/** What an informer is restricted to. */
export interface InformerScope {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface InformerParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** What happened to one object; `previous` is what the copy held before. */
export interface Change<T> {
  readonly type: 'added' | 'updated' | 'deleted';
  readonly object: T;
  readonly previous: T | undefined;
}

export type ChangeHandler<T> = (change: Change<T>) => void;
export type IndexFunction<T> = (object: T) => readonly string[];

/** `namespace/name`, or `name` where there is no namespace. */
export function cacheKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

const objectKey = (object: KubeObject): string => cacheKey(object.metadata.namespace, object.metadata.name ?? '');
const revisionOf = (resourceVersion: string | undefined): number => Number(resourceVersion ?? 0);

class Index<T> {
  readonly #of: IndexFunction<T>;
  readonly #entries = new Map<string, Map<string, T>>();

  constructor(of: IndexFunction<T>) {
    this.#of = of;
  }

  replace(key: string, previous: T | undefined, next: T | undefined): void {
    for (const value of previous === undefined ? [] : this.#of(previous)) {
      const bucket = this.#entries.get(value);
      bucket?.delete(key);
      if (bucket?.size === 0) this.#entries.delete(value);
    }
    for (const value of next === undefined ? [] : this.#of(next)) {
      const bucket = this.#entries.get(value) ?? new Map<string, T>();
      this.#entries.set(value, bucket);
      bucket.set(key, next as T);
    }
  }

  get(value: string): Iterable<T> {
    return this.#entries.get(value)?.values() ?? [];
  }
}

/** Whether the server says that the revision asked for is beyond all that it has. */
const isFromTheFuture = (error: unknown): boolean =>
  isStatus(error) && (error.details?.causes ?? []).some(({ reason }) => reason === 'ResourceVersionTooLarge');

const NAMESPACE_INDEX = 'namespace';
const SHORTEST_WATCH_MS = 1000;

/** The local copy of one kind. */
export class Informer<T extends KubeObject = KubeObject> {
  readonly kind: Kind<T>;
  readonly #scope: InformerScope;
  readonly #parts: InformerParts;
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #handlers = new Set<ChangeHandler<T>>();
  readonly #waiters = new Set<{ readonly revision: number; readonly wake: () => void }>();
  #revision = 0;
  #synced = false;

  constructor(kind: Kind<T>, scope: InformerScope, parts: InformerParts) {
    this.kind = kind;
    this.#scope = scope;
    this.#parts = parts;
    this.addIndex(NAMESPACE_INDEX, (object) => [object.metadata.namespace ?? '']);
  }

  /** Whether the first list has arrived. */
  get synced(): boolean {
    return this.#synced;
  }

  /** The newest revision that the copy is known to reflect. */
  get revision(): number {
    return this.#revision;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** By `namespace/name` (or `name`). */
  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): Iterable<T> {
    return this.#objects.values();
  }

  inNamespace(namespace: string): Iterable<T> {
    return this.byIndex(NAMESPACE_INDEX, namespace);
  }

  byIndex(index: string, value: string): Iterable<T> {
    return this.#indexes.get(index)?.get(value) ?? [];
  }

  /** Adds an index; does nothing when one of that name exists. */
  addIndex(name: string, of: IndexFunction<T>): void {
    if (this.#indexes.has(name)) return;
    const index = new Index<T>(of);
    for (const [key, object] of this.#objects) index.replace(key, undefined, object);
    this.#indexes.set(name, index);
  }

  /** Calls `handler` for every object there is, as added, and for every change from then on; returns how to stop. */
  subscribe(handler: ChangeHandler<T>): () => void {
    for (const object of this.#objects.values()) this.#tell(handler, { type: 'added', object, previous: undefined });
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** Resolves once the copy reflects `revision`. */
  waitFor(revision: number, signal: AbortSignal): Promise<void> {
    if (this.#synced && this.#revision >= revision) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.delete(waiter);
        reject(signal.reason);
      };
      const waiter = {
        revision,
        wake: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      if (signal.aborted) return reject(signal.reason);
      this.#waiters.add(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Resolves after the first list. */
  whenSynced(signal: AbortSignal): Promise<void> {
    return this.waitFor(0, signal);
  }

  /** Lists and watches until the signal fires; rejects only with its reason. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, random } = this.#parts;
    const backoff = new Backoff({ initialMs: 200, maxMs: 30_000, jitter: 0.5 }, random);
    let mustList = true;
    let lostAt: number | undefined;
    while (!signal.aborted) {
      try {
        if (mustList) await this.#listAll(signal);
        mustList = false;
        const startedMs = clock.monotonicMs();
        const before = this.#revision;
        await this.#watchOnce(signal);
        // A watch that ends at once without a word would be asked for again and again.
        if (this.#revision === before && clock.monotonicMs() - startedMs < SHORTEST_WATCH_MS) await clock.sleep(backoff.next(), signal);
        else backoff.reset();
      } catch (error) {
        if (isAbort(error, signal)) break;
        if (isStatus(error, 'Expired', 'Gone') || isFromTheFuture(error)) {
          mustList = true;
          // A server that gives a revision and then does not know it would be asked again and again.
          if (lostAt === this.#revision) await clock.sleep(backoff.next(), signal);
          lostAt = this.#revision;
          continue;
        }
        logger.warn('an informer lost its watch', { kind: this.kind.kind, error });
        await clock.sleep(backoff.next(), signal);
      }
    }
    throw signal.reason;
  }

  async #listAll(signal: AbortSignal): Promise<void> {
    const { client } = this.#parts;
    // The first list may be of any age; one that replaces a copy must not be older than that.
    const age = this.#synced ? {} : { resourceVersion: '0' };
    const listed = await client.list(this.kind, { ...this.#scope, ...age, signal });
    const seen = new Set<string>();
    for (const object of listed.items) {
      const key = objectKey(object);
      seen.add(key);
      if (this.#objects.get(key)?.metadata.resourceVersion !== object.metadata.resourceVersion) this.#put(key, object);
    }
    for (const key of [...this.#objects.keys()]) if (!seen.has(key)) this.#remove(key);
    this.#synced = true;
    const revision = revisionOf(listed.metadata.resourceVersion);
    if (revision < this.#revision) this.#startOver(revision);
    this.#reached(revision);
  }

  async #watchOnce(signal: AbortSignal): Promise<void> {
    const { client, random } = this.#parts;
    const timeoutSeconds = Math.floor(300 * (1 + random.fraction()));
    const options = { ...this.#scope, resourceVersion: String(this.#revision), allowWatchBookmarks: true, timeoutSeconds, signal };
    await client.watch(this.kind, options, (events) => {
      for (const event of events) this.#apply(event);
    });
  }

  #apply(event: WatchEvent): void {
    if (event.type === 'ERROR') throw StatusError.fromStatus(event.object);
    // The transport decodes events of the kind that was asked for.
    const object = event.object as T;
    if (event.type === 'ADDED' || event.type === 'MODIFIED') this.#put(objectKey(object), object);
    else if (event.type === 'DELETED') this.#remove(objectKey(object), object);
    this.#reached(revisionOf(object.metadata.resourceVersion));
  }

  #put(key: string, object: T): void {
    const previous = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) index.replace(key, previous, object);
    const replaced = previous !== undefined && previous.metadata.uid !== object.metadata.uid;
    if (replaced) this.#tellAll({ type: 'deleted', object: previous, previous });
    this.#tellAll(
      previous === undefined || replaced ? { type: 'added', object, previous: undefined } : { type: 'updated', object, previous },
    );
  }

  #remove(key: string, last?: T): void {
    const previous = this.#objects.get(key);
    if (previous === undefined) return;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) index.replace(key, previous, undefined);
    this.#tellAll({ type: 'deleted', object: last ?? previous, previous });
  }

  /** The server's revisions begin anew: what is waited for may never come, and the copy is as new as can be. */
  #startOver(revision: number): void {
    this.#revision = revision;
    for (const { wake } of this.#waiters) wake();
    this.#waiters.clear();
  }

  #reached(revision: number): void {
    if (revision > this.#revision) this.#revision = revision;
    for (const waiter of this.#waiters) {
      if (waiter.revision > this.#revision) continue;
      this.#waiters.delete(waiter);
      waiter.wake();
    }
  }

  #tellAll(change: Change<T>): void {
    for (const handler of this.#handlers) this.#tell(handler, change);
  }

  #tell(handler: ChangeHandler<T>, change: Change<T>): void {
    try {
      handler(change);
    } catch (error) {
      this.#parts.logger.error('a subscriber failed', { kind: this.kind.kind, error });
    }
  }
}
