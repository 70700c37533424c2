// A queue of keys to reconcile: a key waits at most once, is handed out to one worker at a time, and comes back later when it failed.
//
// Q1. A key added while it is being worked on is handed out again after `done`.
// Q2. Failures of a key back off exponentially; success forgets them.

import type { Clock, Timer } from '../base/clock.ts';
import { Queue } from '../base/queue.ts';

const INITIAL_BACKOFF_MS = 5;
const MAX_BACKOFF_MS = 300_000;

/** Keys waiting for a worker. */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #ready = new Queue<string>();
  readonly #waiting = new Set<string>();
  readonly #working = new Set<string>();
  readonly #delayed = new Map<string, { atMs: number; timer: Timer }>();
  readonly #failures = new Map<string, number>();
  readonly #takers = new Queue<(key: string | undefined) => void>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keys that are ready or being worked on. */
  get depth(): number {
    return this.#waiting.size + this.#working.size;
  }

  add(key: string): void {
    if (this.#closed || this.#waiting.has(key)) return;
    this.#waiting.add(key);
    if (!this.#working.has(key)) this.#offer(key);
  }

  /** Adds the key after a delay; an earlier time that is already set stays. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) return this.add(key);
    const atMs = this.#clock.monotonicMs() + delayMs;
    const set = this.#delayed.get(key);
    if (set !== undefined && set.atMs <= atMs) return;
    set?.timer.cancel();
    const timer = this.#clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { atMs, timer });
  }

  /** Adds the key after a delay that doubles with every failure since the last `forget`. */
  addFailed(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(MAX_BACKOFF_MS, INITIAL_BACKOFF_MS * 2 ** failures));
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** How often the key failed in a row. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The next key; undefined once the queue is closed. Call `done` with it afterwards. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const key = this.#ready.shift();
    if (key === undefined) return new Promise((resolve) => this.#takers.push(resolve));
    this.#start(key);
    return Promise.resolve(key);
  }

  done(key: string): void {
    this.#working.delete(key);
    if (this.#waiting.has(key) && !this.#closed) this.#offer(key);
  }

  /** Hands out nothing more and calls off all timers. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    for (let taker = this.#takers.shift(); taker !== undefined; taker = this.#takers.shift()) taker(undefined);
  }

  #offer(key: string): void {
    const taker = this.#takers.shift();
    if (taker === undefined) return this.#ready.push(key);
    this.#start(key);
    taker(key);
  }

  #start(key: string): void {
    this.#waiting.delete(key);
    this.#working.add(key);
  }
}
