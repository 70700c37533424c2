// What was decided about each Node for one Pod: a small number per slot, 0 while nothing rejects it.
//
// V1. The first plugin that rejects a Node is the one that is remembered.
// V2. Equal rejections share one code for the life of the scheduler, so that verdicts are kept cheaply.

import { must } from '../../base/assert.ts';
import type { Rejection } from './framework.ts';

/** Gives each distinct rejection a code from 1 upwards. */
export class RejectionCodes {
  readonly #rejections: Rejection[] = [];
  readonly #codes = new Map<string, number>();

  codeOf({ plugin, reasons, preemptable }: Rejection): number {
    const id = `${plugin}\n${String(preemptable)}\n${reasons.join('\n')}`;
    let code = this.#codes.get(id);
    if (code === undefined) {
      code = this.#rejections.push({ plugin, reasons, preemptable });
      this.#codes.set(id, code);
    }
    return code;
  }

  rejectionOf(code: number): Rejection {
    return must(this.#rejections[code - 1], 'the rejection of a code');
  }
}

/** The verdicts of one cycle. */
export class Verdicts {
  readonly codes: RejectionCodes;
  #slots = new Uint16Array(0);
  #size = 0;

  constructor(codes: RejectionCodes) {
    this.codes = codes;
  }

  /** One code per slot; 0 where the Node fits so far. */
  get slots(): Uint16Array {
    return this.#slots;
  }

  get size(): number {
    return this.#size;
  }

  /** Begins a new cycle over `size` Nodes, none of them rejected. */
  reset(size: number): void {
    if (this.#slots.length < size) this.#slots = new Uint16Array(Math.max(size, this.#slots.length * 2));
    this.#size = size;
    this.#slots.fill(0, 0, size);
  }

  /** Rejects a Node unless it is rejected already (V1). */
  reject(slot: number, rejection: Rejection): void {
    if (this.#slots[slot] === 0) this.#slots[slot] = this.codes.codeOf(rejection);
  }
}
