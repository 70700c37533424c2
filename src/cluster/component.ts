// A component as the cluster runs it: it gets a client that acts as its own user, and ends with its signal.

import type { Clock } from '../base/clock.ts';
import { isAbort } from '../base/abort.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { Backoff } from '../base/backoff.ts';
import type { ComponentState } from './lifecycle/run-status.ts';

export interface RunningParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Told whenever the component's state changes. */
  onState(name: string, state: ComponentState, detail?: string): void;
}

/** Runs `work`, and again with back-off when it fails, until the signal fires. A component that returns by itself has failed. */
export async function keepRunning(
  name: string,
  work: (signal: AbortSignal) => Promise<void>,
  parts: RunningParts,
  signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff({ initialMs: 1_000, maxMs: 30_000, jitter: 0.2 }, parts.random);
  while (!signal.aborted) {
    parts.onState(name, 'running');
    const beganMs = parts.clock.monotonicMs();
    try {
      await work(signal);
      if (signal.aborted) break;
      throw new Error('the component ended');
    } catch (error) {
      if (isAbort(error, signal) || signal.aborted) break;
      parts.logger.error('a component failed', { component: name, error });
      parts.onState(name, 'failed', error instanceof Error ? error.message : String(error));
      if (parts.clock.monotonicMs() - beganMs > 60_000) backoff.reset();
      try {
        await parts.clock.sleep(backoff.next(), signal);
      } catch {
        // Only the signal ends a sleep early: the loop's condition sees it.
        break;
      }
    }
  }
  parts.onState(name, 'stopped');
}
