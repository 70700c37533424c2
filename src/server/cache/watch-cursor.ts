// One watcher's place in a ring of events.
//
// W1. A subscriber is handed events in order, each once, one batch after another.
// W2. Nothing is buffered for a slow subscriber: its cursor waits in the ring, and ends when the ring has overtaken it.
// W3. `end` is called exactly once, unless the subscriber closed the cursor itself.

import type { CacheEvent, EventRing } from './event-ring.ts';

/** Why a cursor is over. */
export type CursorEnd =
  /** The subscriber said that it takes no more. */
  | { readonly why: 'full' }
  /** The ring overtook a slow subscriber. */
  | { readonly why: 'lapped' }
  /** Events after the revision asked for are no longer kept anywhere; `floor` is the oldest that can be asked for. */
  | { readonly why: 'expired'; readonly floor: number }
  /** The cache was filled anew and may have missed events. */
  | { readonly why: 'reset' }
  | { readonly why: 'stopped' }
  | { readonly why: 'failed'; readonly error: unknown };

/** Takes what a cursor delivers. A promise means: full for the moment, go on when it resolves to true. */
export interface Subscriber {
  deliver(batch: readonly CacheEvent[]): boolean | Promise<boolean>;
  end(why: CursorEnd): void;
}

/** How many events go into one batch at most. */
const BATCH = 256;

export class WatchCursor {
  readonly #ring: EventRing;
  readonly #subscriber: Subscriber;
  readonly #onClose: (cursor: WatchCursor) => void;
  #place: number | undefined;
  /** Events up to this revision are behind the subscriber, wherever the cursor stands. */
  readonly #after: number;
  #started = false;
  #before: (() => void) | undefined;
  #busy = false;
  #open = true;

  constructor(ring: EventRing, after: number, subscriber: Subscriber, onClose: (cursor: WatchCursor) => void) {
    this.#ring = ring;
    this.#after = after;
    this.#subscriber = subscriber;
    this.#onClose = onClose;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Whether everything that the ring holds was delivered. */
  get idle(): boolean {
    return this.#started && this.#open && !this.#busy && this.#place === this.#ring.head;
  }

  /** Stands at a place in the ring; nothing is delivered from it before `start`. */
  place(at: number): void {
    this.#place = at;
  }

  /** Sets what brings the cursor to its place once it starts; it ends by calling `place`. */
  before(arrive: () => void): void {
    this.#before = arrive;
  }

  /** Begins to deliver from the place where the cursor stands. */
  start(): void {
    if (!this.#open) return;
    this.#started = true;
    this.#before?.();
    this.pump();
  }

  /** Delivers what there is. Does nothing while the subscriber is full or the cursor has not started. */
  pump(): void {
    while (this.#started && this.#open && !this.#busy && this.#place !== undefined && this.#place < this.#ring.head) {
      if (this.#place < this.#ring.tail) {
        this.end({ why: 'lapped' });
        return;
      }
      const batch: CacheEvent[] = [];
      while (this.#place < this.#ring.head && batch.length < BATCH) {
        const event = this.#ring.at(this.#place++);
        if (event.revision > this.#after) batch.push(event);
      }
      if (batch.length > 0) this.hand(() => this.#subscriber.deliver(batch));
    }
  }

  /** Runs one delivery and minds its answer; the cursor is busy until a promise settles (W1). */
  hand(deliver: () => boolean | Promise<boolean>): void {
    try {
      const answer = deliver();
      if (answer === false) this.end({ why: 'full' });
      if (typeof answer === 'boolean') return;
      this.#busy = true;
      answer.then(
        (more) => {
          this.#busy = false;
          if (more) this.pump();
          else this.end({ why: 'full' });
        },
        (error: unknown) => this.end({ why: 'failed', error }),
      );
    } catch (error) {
      // One broken subscriber must not keep events from the others.
      this.end({ why: 'failed', error });
    }
  }

  /** Stops without a word to the subscriber. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#onClose(this);
  }

  /** Stops and says why. */
  end(why: CursorEnd): void {
    if (!this.#open) return;
    this.close();
    this.#subscriber.end(why);
  }
}
