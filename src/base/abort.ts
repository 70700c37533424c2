// What AbortSignal lacks: a scope that owns the work it starts, and deadlines on an injected clock.

import type { Clock } from './clock.ts';

/** Resolves (never rejects) when the signal fires. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Whether `error` says no more than that `signal` fired. */
export function isAbort(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'));
}

/** A signal that fires with `parent` or after `timeoutMs`; call `done` when the work ended, to free the timer. */
export function withDeadline(
  clock: Clock,
  parent: AbortSignal,
  timeoutMs: number,
  reason: () => Error,
): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const onParent = (): void => controller.abort(parent.reason);
  if (parent.aborted) controller.abort(parent.reason);
  else parent.addEventListener('abort', onParent, { once: true });
  const timer = clock.after(timeoutMs, () => controller.abort(reason()));
  return {
    signal: controller.signal,
    done() {
      timer.cancel();
      parent.removeEventListener('abort', onParent);
    },
  };
}

/** An abort whose signal is made when somebody first asks for it: most requests are over before anybody does. */
export class LazyAbort {
  #controller: AbortController | undefined;
  #over: { readonly reason: unknown } | undefined;

  get aborted(): boolean {
    return this.#over !== undefined;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#over !== undefined) this.#controller.abort(this.#over.reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#over ??= { reason };
    this.#controller?.abort(reason);
  }
}

/**
 * Owns a set of running promises: `start` adds one, `end` fires their signal and waits for all of them.
 * A task that fails for any reason other than the signal is reported to `onError`, never lost.
 */
export class TaskScope {
  readonly #controller = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #onError: (error: unknown) => void;

  constructor(parent: AbortSignal, onError: (error: unknown) => void) {
    this.#onError = onError;
    if (parent.aborted) this.#controller.abort(parent.reason);
    else parent.addEventListener('abort', () => this.#controller.abort(parent.reason), { once: true, signal: this.#controller.signal });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Runs `work` under the scope's signal. */
  start(work: (signal: AbortSignal) => Promise<void>): void {
    const task = work(this.#controller.signal)
      .catch((error: unknown) => {
        if (!isAbort(error, this.#controller.signal)) this.#onError(error);
      })
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  /** Fires the signal and resolves once everything started has ended. */
  async end(reason: Error = new DOMException('the scope ended', 'AbortError')): Promise<void> {
    this.#controller.abort(reason);
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
