// The one source of time. Everything above base/ is handed a Clock; nothing else reads the system's time or sets a timer.
//
// C1. `now` is wall-clock time for what users see; `monotonicMs` is for measuring and for deadlines.
// C2. Every wait takes an AbortSignal and rejects with its reason when it fires.
// C3. A timer never keeps the process alive by itself unless somebody awaits it.

/** A timer that can be called off. */
export interface Timer {
  cancel(): void;
}

/** Time as a component sees it: read it, wait for it, be called at it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds from an arbitrary start that never run backwards. */
  monotonicMs(): number;
  /** Resolves after `delayMs`; rejects with the signal's reason when it fires first. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /** Calls `callback` once after `delayMs`. */
  after(delayMs: number, callback: () => void): Timer;
  /** Resolves in a new macrotask: lets sockets and timers be served between two pieces of work. */
  yieldTurn(): Promise<void>;
  /** Tells a driven clock that work is under way, so that it must not advance; call the result to let go. */
  hold(): () => void;
}

/** The start of Unix time, as archives that must be the same every time want it. */
export const EPOCH: Readonly<Date> = new Date(0);

/** Delays beyond this overflow the runtime's 32-bit timer, which would then fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function sleepWith(clock: Pick<Clock, 'after'>, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      reject(signal.reason);
    };
    const timer = clock.after(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (delayMs, signal) => sleepWith(systemClock, delayMs, signal),
  after(delayMs, callback) {
    let handle = setTimeout(
      function fire() {
        remainingMs -= MAX_TIMER_MS;
        if (remainingMs > 0) handle = setTimeout(fire, Math.min(remainingMs, MAX_TIMER_MS));
        else callback();
      },
      Math.min(Math.max(delayMs, 0), MAX_TIMER_MS),
    );
    let remainingMs = delayMs;
    return { cancel: () => clearTimeout(handle) };
  },
  yieldTurn: () => new Promise((resolve) => setImmediate(resolve)),
  hold: () => () => {},
};

interface Pending {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that moves only when told to, or when nothing else is left to do: for tests and the deterministic profile. */
export class VirtualClock implements Clock {
  #nowMs: number;
  readonly #startMs: number;
  #order = 0;
  #holds = 0;
  #pending: Pending[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
    this.#startMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startMs;
  }

  sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    return sleepWith(this, delayMs, signal);
  }

  after(delayMs: number, callback: () => void): Timer {
    const entry: Pending = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#pending.push(entry);
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((other) => other !== entry);
      },
    };
  }

  yieldTurn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  hold(): () => void {
    this.#holds++;
    let open = true;
    return () => {
      if (open) this.#holds--;
      open = false;
    };
  }

  /** How many timers are waiting. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** Lets ready work run, then jumps to the next timer, again and again until `durationMs` have passed. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      await this.settle();
      const next = this.#earliest();
      if (next === undefined || next.atMs > endMs) break;
      this.#fire(next);
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
    await this.settle();
  }

  /** Advances until `condition` holds; throws when `limitMs` of virtual time pass before it does. */
  async advanceUntil(condition: () => boolean | Promise<boolean>, limitMs = 3_600_000): Promise<void> {
    const endMs = this.#nowMs + limitMs;
    for (;;) {
      await this.settle();
      if (await condition()) return;
      const next = this.#earliest();
      if (next === undefined) throw new Error('nothing is left to happen, and the condition does not hold');
      if (next.atMs > endMs) throw new Error(`the condition did not hold within ${limitMs} ms of virtual time`);
      this.#fire(next);
    }
  }

  /** Resolves when no hold is open and a few macrotasks have passed without new work. */
  async settle(): Promise<void> {
    let quiet = 0;
    let seen = this.#order;
    while (quiet < 3) {
      await this.yieldTurn();
      quiet = this.#holds === 0 && seen === this.#order ? quiet + 1 : 0;
      seen = this.#order;
    }
  }

  #earliest(): Pending | undefined {
    let best: Pending | undefined;
    for (const entry of this.#pending) {
      if (best === undefined || entry.atMs < best.atMs || (entry.atMs === best.atMs && entry.order < best.order)) best = entry;
    }
    return best;
  }

  #fire(entry: Pending): void {
    this.#pending = this.#pending.filter((other) => other !== entry);
    this.#nowMs = Math.max(this.#nowMs, entry.atMs);
    entry.callback();
  }
}
