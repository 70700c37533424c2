// Lets a bounded number of calls be under way at once; further ones wait in order.

import { Queue } from '../../base/queue.ts';

/** A number of places. */
export class Limiter {
  readonly #places: number;
  readonly #waiting = new Queue<() => void>();
  #busy = 0;

  constructor(places: number) {
    this.#places = places;
  }

  /** Resolves when there is a place; call the result to free it. */
  async enter(): Promise<() => void> {
    if (this.#busy < this.#places) this.#busy++;
    // Who leaves hands the place over.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy--;
      else next();
    };
  }
}
