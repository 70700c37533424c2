// Writes between arrival and sync: their revisions are assigned and their effect on later expectations is known, but nobody can see them yet.
//
// C1. Revisions are assigned in the order of arrival, without gaps; a conflict takes none.
// C2. An answer is given only once everything it depends on is synced, conflicts with queued writes included.
// C3. Answers are given in the order of arrival.

import { Queue } from '../base/queue.ts';
import type { History } from './history.ts';
import type { CommitRequest } from './store.ts';
import { planCommit } from './version.ts';
import type { Version } from './version.ts';

interface Item {
  /** The newest revision assigned when this arrived. */
  readonly revision: number;
  /** What to write; nothing for one that only waits. */
  readonly version: Version | undefined;
  readonly settle: () => void;
  readonly fail: (error: unknown) => void;
}

/** Queued writes, over the history that they continue. */
export class CommitQueue {
  readonly #history: History;
  readonly #items = new Queue<Item>();
  /** The newest queued version of each key that has one. */
  readonly #newest = new Map<string, Version>();
  #unsent: Version[] = [];
  #revision: number;

  constructor(history: History) {
    this.#history = history;
    this.#revision = history.revision;
  }

  /** Queues a write; resolves with its revision once it is synced, or with nothing once the conflict is certain. */
  submit(request: CommitRequest, nowMs: number): Promise<number | undefined> {
    const current = this.#newest.get(request.key) ?? this.#history.newest(request.key);
    const version = planCommit(current, request, this.#revision + 1, nowMs);
    if (version === undefined) return this.drained().then(() => undefined);
    this.#revision = version.revision;
    this.#newest.set(version.key, version);
    this.#unsent.push(version);
    return new Promise((resolve, reject) => {
      this.#items.push({ revision: version.revision, version, settle: () => resolve(version.revision), fail: reject });
    });
  }

  /** Resolves when everything that is queued now is synced. */
  drained(): Promise<void> {
    if (this.#items.size === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#items.push({ revision: this.#revision, version: undefined, settle: resolve, fail: reject });
    });
  }

  /** The queued versions that were not taken before. */
  take(): Version[] {
    const versions = this.#unsent;
    this.#unsent = [];
    return versions;
  }

  /** Hands each version up to `revision` to `apply`, then all of them to `publish`, then gives the answers. */
  synced(revision: number, apply: (version: Version) => void, publish: () => void): void {
    const settled: Item[] = [];
    for (let item = this.#items.peek(); item !== undefined && item.revision <= revision; item = this.#items.peek()) {
      this.#items.shift();
      settled.push(item);
      if (item.version === undefined) continue;
      apply(item.version);
      if (this.#newest.get(item.version.key) === item.version) this.#newest.delete(item.version.key);
    }
    publish();
    for (const item of settled) item.settle();
  }

  /** Fails everything queued. `restart` must follow once history has what was synced all the same. */
  fail(error: unknown): void {
    const items: Item[] = [];
    for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) items.push(item);
    this.#newest.clear();
    this.#unsent = [];
    for (const item of items) item.fail(error);
  }

  /** Continues after the newest revision of history. */
  restart(): void {
    this.#revision = this.#history.revision;
  }
}
