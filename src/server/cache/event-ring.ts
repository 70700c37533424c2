// The recent events of one resource, shared by all its watchers: each holds only a place in the ring.
//
// R1. Events lie in the order of their revisions; places are counted from the first event on and never reused.
// R2. Every event of the resource with a revision above `floor` is in the ring.

import { must } from '../../base/assert.ts';
import type { CachedObject } from './cached-object.ts';

/** One write of one object. `current` is absent when it was deleted, `previous` when it was created. */
export class CacheEvent {
  readonly key: string;
  readonly revision: number;
  readonly current: CachedObject | undefined;
  readonly previous: CachedObject | undefined;
  #tombstone: CachedObject | undefined;
  #frames: Map<string, Uint8Array> | undefined;

  constructor(key: string, revision: number, current: CachedObject | undefined, previous: CachedObject | undefined) {
    this.key = key;
    this.revision = revision;
    this.current = current;
    this.previous = previous;
  }

  /** What the event was written as; made once for all watchers. */
  get frames(): Map<string, Uint8Array> {
    return (this.#frames ??= new Map());
  }

  /** What a watcher is shown that sees the object go: the previous state at this event's revision. */
  get tombstone(): CachedObject {
    return (this.#tombstone ??= must(this.previous, 'previous state').at(this.revision));
  }
}

/** A bounded run of events. */
export class EventRing {
  readonly #capacity: number;
  readonly #events: (CacheEvent | undefined)[] = [];
  #head = 0;
  #tail = 0;
  #floor: number;

  constructor(capacity: number, floor: number) {
    this.#capacity = capacity;
    this.#floor = floor;
  }

  /** The place of the next event. */
  get head(): number {
    return this.#head;
  }

  /** The place of the oldest event kept. */
  get tail(): number {
    return this.#tail;
  }

  get floor(): number {
    return this.#floor;
  }

  push(event: CacheEvent): void {
    if (this.#head - this.#tail === this.#capacity) this.#floor = this.at(this.#tail++).revision;
    this.#events[this.#head++ % this.#capacity] = event;
  }

  /** The event at a place between tail and head. */
  at(place: number): CacheEvent {
    return must(this.#events[place % this.#capacity], 'event');
  }

  /** Where the events after `revision` begin; undefined when some of them are no longer kept (R2). */
  placeAfter(revision: number): number | undefined {
    if (revision < this.#floor) return undefined;
    let low = this.#tail;
    let high = this.#head;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets everything; only events after `floor` will come. */
  reset(floor: number): void {
    this.#tail = this.#head;
    this.#events.length = 0;
    this.#floor = floor;
  }
}
