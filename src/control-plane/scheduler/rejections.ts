// Why each pending Pod is pending, Node by Node: kept for as long as it waits, for whoever asks.
//
// R1. Nothing is rendered until it is asked for; Pods that were rejected alike share what is kept.

import type { Rejection } from './framework.ts';
import type { RejectionCodes } from './verdicts.ts';

/** The verdicts of one failed cycle, by slot. */
export interface KeptVerdicts {
  readonly names: readonly string[];
  readonly verdicts: Uint16Array;
  readonly codes: RejectionCodes;
}

/** Why one Node was rejected. */
export interface NodeRejection extends Rejection {
  readonly node: string;
}

/** Why a Pod is pending. */
export interface Explanation {
  /** As in its event. */
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly attempts: number;
  readonly nodes: readonly NodeRejection[];
}

interface Kept {
  readonly message: string;
  readonly atMs: number;
  readonly attempts: number;
  readonly verdicts: KeptVerdicts | undefined;
}

/** Receives the scheduler's rejections and explains them. */
export class Rejections {
  readonly #kept = new Map<string, Kept>();

  /** Why the Pod (`namespace/name`) is pending; undefined when it was not rejected. */
  explain(podKey: string): Explanation | undefined {
    const kept = this.#kept.get(podKey);
    if (kept === undefined) return undefined;
    const { message, atMs, attempts, verdicts } = kept;
    const nodes = (verdicts?.names ?? []).map((node, slot) => ({ node, ...rejectionAt(verdicts, slot) }));
    return { message, atMs, attempts, nodes };
  }

  /** Pods that are rejected at present. */
  pods(): Iterable<string> {
    return this.#kept.keys();
  }

  keep(podKey: string, kept: Kept): void {
    this.#kept.set(podKey, kept);
  }

  forget(podKey: string): void {
    this.#kept.delete(podKey);
  }
}

const NOTHING_SAID: Rejection = { plugin: '', reasons: [], preemptable: false };

function rejectionAt(kept: KeptVerdicts | undefined, slot: number): Rejection {
  const code = kept?.verdicts[slot] ?? 0;
  return kept === undefined || code === 0 ? NOTHING_SAID : kept.codes.rejectionOf(code);
}
