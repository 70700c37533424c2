// How long to hold back what keeps failing: delays that double for each key, and are forgotten after a quiet time.
//
// B1. A key that failed nothing for twice the longest delay starts over.

const INITIAL_MS = 10_000;
const MAX_MS = 300_000;

interface Entry {
  readonly delayMs: number;
  readonly updatedMs: number;
}

/** Delays by key, from 10 s to 5 min. */
export class RestartBackoff {
  readonly #entries = new Map<string, Entry>();

  /** How long what happened at `sinceMs` must still be waited out; 0 when it may be tried now. */
  remainingMs(key: string, sinceMs: number, nowMs: number): number {
    const entry = this.#fresh(key, sinceMs);
    return entry === undefined ? 0 : Math.max(0, sinceMs + entry.delayMs - nowMs);
  }

  /** Like `remainingMs`, counted from the last failure that was noted. */
  remainingSinceUpdateMs(key: string, nowMs: number): number {
    const entry = this.#fresh(key, nowMs);
    return entry === undefined ? 0 : Math.max(0, entry.updatedMs + entry.delayMs - nowMs);
  }

  /** The present delay of a key. */
  delayMs(key: string): number {
    return this.#entries.get(key)?.delayMs ?? 0;
  }

  /** Notes another try after what happened at `sinceMs`: the next delay is longer. */
  next(key: string, sinceMs: number, nowMs: number): void {
    const entry = this.#fresh(key, sinceMs);
    this.#entries.set(key, { delayMs: entry === undefined ? INITIAL_MS : Math.min(MAX_MS, entry.delayMs * 2), updatedMs: nowMs });
  }

  #fresh(key: string, sinceMs: number): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined || sinceMs - entry.updatedMs > 2 * MAX_MS ? undefined : entry;
  }
}
