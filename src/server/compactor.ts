// Forgets old history from time to time: watches and lists can go back between one and two intervals.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Store } from '../store/store.ts';

export interface CompactorOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs: number;
}

/** Compacts every interval to where the store stood one interval before; ends with the signal. */
export async function runCompactor({ store, clock, logger, intervalMs }: CompactorOptions, signal: AbortSignal): Promise<void> {
  let before = await store.progress();
  for (;;) {
    await clock.sleep(intervalMs, signal);
    const now = await store.progress();
    try {
      if (before < now) await store.compact(before);
    } catch (error) {
      logger.warn('compaction failed', { revision: before, error });
    }
    before = now;
  }
}
