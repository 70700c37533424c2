// Exponential back-off as a value: ask for the next delay, reset after success.

import type { Random } from './random.ts';

/** How delays grow. `jitter` adds up to that fraction of the delay at random. */
export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
  readonly factor?: number;
  readonly jitter?: number;
}

/** Delays that grow by a factor (2 unless told) up to a maximum. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: Random;
  #nextMs: number;

  constructor(options: BackoffOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#nextMs = options.initialMs;
  }

  /** The delay to wait now; the following one is longer. */
  next(): number {
    const { maxMs, factor = 2, jitter = 0 } = this.#options;
    const delayMs = this.#nextMs * (1 + jitter * this.#random.fraction());
    this.#nextMs = Math.min(maxMs, this.#nextMs * factor);
    return delayMs;
  }

  reset(): void {
    this.#nextMs = this.#options.initialMs;
  }
}
