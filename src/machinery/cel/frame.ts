// What one evaluation carries: the values of variables, and how much it has cost.
//
// F1. An evaluation that exceeds its limit ends at once; no logical operator can absorb that.

import type { Value } from './value.ts';

/** Ends an evaluation; thrown by `charge` and caught by the program. */
export class CostExceeded extends Error {}

export class Frame {
  readonly slots: Value[];
  cost = 0;
  readonly #limit: number;

  constructor(slots: Value[], limit: number) {
    this.slots = slots;
    this.#limit = limit;
  }

  charge(cost: number): void {
    this.cost += cost;
    if (this.cost > this.#limit) throw new CostExceeded('operation cancelled: actual cost limit exceeded');
  }
}

/** A planned expression. */
export type Plan = (frame: Frame) => Value;
