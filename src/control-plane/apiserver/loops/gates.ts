// What must have happened before the server is ready, each under the name that /readyz shows.

import type { HealthCheck } from '../../../server/endpoints/health.ts';

export class Gates {
  readonly #waiting: Set<string>;
  readonly #opened = Promise.withResolvers<void>();
  readonly checks: readonly HealthCheck[];

  constructor(names: readonly string[]) {
    this.#waiting = new Set(names);
    this.checks = names.map((name) => ({ name, check: () => (this.#waiting.has(name) ? 'not finished' : undefined) }));
    if (names.length === 0) this.#opened.resolve();
  }

  open(name: string): void {
    this.#waiting.delete(name);
    if (this.#waiting.size === 0) this.#opened.resolve();
  }

  /** Resolves when all are open; rejects when the signal fires first. */
  async whenOpen(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const gaveUp = Promise.withResolvers<never>();
    const onAbort = (): void => gaveUp.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.#opened.promise, gaveUp.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}
