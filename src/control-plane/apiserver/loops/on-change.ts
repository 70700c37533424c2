// Runs work when objects of some kinds change, and once in a while anyway: one run at a time, many changes at once.

import { isAbort } from '../../../base/abort.ts';
import type { Kind } from '../../../machinery/kind.ts';
import type { LoopParts } from './parts.ts';

/** Changes that come this close together are handled by one run. */
const GATHER_MS = 20;

export interface ChangeLoop {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly everyMs: number;
  run(parts: LoopParts): Promise<void>;
}

/** Runs until the signal fires; a run that fails is logged and comes again. */
export async function runOnChange(loop: ChangeLoop, parts: LoopParts): Promise<void> {
  const { clock, logger, lookups, signal } = parts;
  while (!signal.aborted) {
    const woken = Promise.withResolvers<void>();
    const cursors = loop.kinds.map((kind) =>
      lookups.cacheOf(kind).subscribe('now', {
        deliver() {
          woken.resolve();
          return false;
        },
        end: () => woken.resolve(),
      }),
    );
    for (const cursor of cursors) cursor.start();
    const timer = clock.after(loop.everyMs, () => woken.resolve());
    const onAbort = (): void => woken.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await loop.run(parts);
      await woken.promise;
      if (!signal.aborted && loop.kinds.length > 0) await clock.sleep(GATHER_MS, signal);
    } catch (error) {
      if (isAbort(error, signal)) return;
      logger.warn('a loop of the API server failed', { loop: loop.name, error });
      await clock.sleep(1000, signal).catch(() => undefined);
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      for (const cursor of cursors) cursor.close();
    }
  }
}
