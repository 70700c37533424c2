// Brings a watcher that starts before the ring's first event up to the ring, from the store's own history.
//
// H1. History is read over all keys: every revision has exactly one change, so the replay knows when it has arrived. Values of other
//     resources are never looked at.
// H2. One piece is read at a time and the next only when the subscriber has taken the last: nothing is buffered.

import type { Change, Store, WatchEnd } from '../../store/store.ts';
import { CachedObject } from './cached-object.ts';
import type { ObjectKeeper } from './cached-object.ts';
import { CacheEvent } from './event-ring.ts';
import type { CursorEnd } from './watch-cursor.ts';

/** The event that a change makes, with states that belong to no cache. */
export function eventOf(change: Change, keeper: ObjectKeeper): CacheEvent {
  const { key, revision, value, previous, previousRevision } = change;
  return new CacheEvent(
    key,
    revision,
    value === undefined ? undefined : new CachedObject(key, revision, value, keeper),
    previous === undefined ? undefined : new CachedObject(key, previousRevision ?? revision, previous, keeper),
  );
}

/** The next changes from `from` on, whatever their keys; waits for one if there is none yet. */
async function nextPiece(store: Store, from: number, signal: AbortSignal): Promise<readonly Change[] | WatchEnd> {
  let piece: readonly Change[] | undefined;
  const handle = store.watch({ from: '' }, from, (batch) => {
    piece ??= batch;
    return false;
  });
  const close = (): void => handle.close();
  signal.addEventListener('abort', close, { once: true });
  const end = await handle.ended;
  signal.removeEventListener('abort', close);
  return piece ?? end;
}

export interface Replay {
  readonly store: Store;
  readonly keeper: ObjectKeeper;
  readonly prefix: string;
  /** The last revision that the watcher has seen. */
  readonly after: number;
  /** The revision after which the ring takes over; it may rise meanwhile. */
  floor(): number;
  /** Whether the subscriber takes more. */
  deliver(events: readonly CacheEvent[]): boolean | Promise<boolean>;
}

/** Delivers history up to the ring; the answer is the last revision delivered, or why it went wrong. */
export async function replayHistory(replay: Replay, signal: AbortSignal): Promise<number | CursorEnd> {
  const { store, keeper, prefix, floor } = replay;
  let seen = replay.after;
  while (seen < floor()) {
    const piece = await nextPiece(store, seen + 1, signal);
    if (!Array.isArray(piece)) return endOf(piece as WatchEnd);
    const events: CacheEvent[] = [];
    for (const change of piece as readonly Change[]) {
      seen = change.revision;
      if (change.key.startsWith(prefix)) events.push(eventOf(change, keeper));
    }
    if (events.length > 0 && !(await replay.deliver(events))) return { why: 'full' };
  }
  return seen;
}

function endOf(end: WatchEnd): CursorEnd {
  switch (end.why) {
    case 'compacted':
      return { why: 'expired', floor: end.floor };
    case 'failed':
      return { why: 'failed', error: end.error };
    default:
      return { why: 'stopped' };
  }
}
