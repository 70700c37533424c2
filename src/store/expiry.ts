// Calls back when keys expire. It holds one timer, for the earliest; times of life are mostly equal, so additions mostly go last.

import type { Clock, Timer } from '../base/clock.ts';
import type { Version } from './version.ts';

/** The versions that will expire, by the time at which they do. */
export class Expiry {
  readonly #clock: Clock;
  readonly #expire: (version: Version) => void;
  #waiting: { readonly atMs: number; readonly version: Version }[] = [];
  #timer: Timer | undefined;
  #timerAtMs = Infinity;

  constructor(clock: Clock, expire: (version: Version) => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /** Remembers a version that expires; `atMs` overrides when. */
  add(version: Version, atMs = version.expiresAtMs): void {
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#waiting[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    this.#waiting.splice(low, 0, { atMs, version });
    if (atMs < this.#timerAtMs) this.#arm();
  }

  /** Adds everything that another one waits for. */
  addAll(other: Expiry): void {
    this.#waiting = [...this.#waiting, ...other.#waiting].sort((a, b) => a.atMs - b.atMs);
    this.#arm();
  }

  /** Forgets everything. */
  stop(): void {
    this.#waiting = [];
    this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAtMs = this.#waiting[0]?.atMs ?? Infinity;
    if (this.#timerAtMs === Infinity) return;
    this.#timer = this.#clock.after(this.#timerAtMs - this.#clock.now(), () => this.#due());
  }

  #due(): void {
    const nowMs = this.#clock.now();
    const end = this.#waiting.findIndex((waiting) => waiting.atMs > nowMs);
    const due = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    this.#arm();
    for (const { version } of due) this.#expire(version);
  }
}
