// A store under test, and how tests write to it, watch it and print what it says.

import assert from 'node:assert/strict';

import { systemClock } from '../base/clock.ts';
import type { VirtualClock } from '../base/clock.ts';
import type { Change, CommitRequest, CommitResult, Entry, Store, WatchHandle } from './store.ts';

/** A store under test, and what a test may do to it besides. */
export interface Subject {
  readonly store: Store;
  /** Closes the store and opens it again on the same data, where it has data that outlives it. */
  readonly reopen?: () => Promise<Subject>;
  /** Closes the store and removes its data. */
  readonly dispose: () => Promise<void>;
}

export type OpenSubject = (clock: VirtualClock) => Promise<Subject>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of bytes. */
export function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : decoder.decode(value);
}

/** An entry in a form that compares and prints well. */
export function plainEntry({ key, value, revision, created, version }: Entry): Record<string, unknown> {
  return { key, value: text(value), revision, created, version };
}

/** A change in a form that compares and prints well. */
export function plainChange({ key, revision, value, previous, previousRevision, created }: Change): Record<string, unknown> {
  return { key, revision, value: text(value), previous: text(previous), previousRevision, created };
}

/** Everything that a watch delivered so far. */
export class Recorder {
  readonly changes: Record<string, unknown>[] = [];
  readonly handle: WatchHandle;

  constructor(store: Store, range: string, from: number) {
    this.handle = store.watch(range, from, (batch) => {
      this.changes.push(...batch.map(plainChange));
      return true;
    });
  }

  /** Resolves when `count` changes were delivered; fails after many turns without. */
  async until(count: number): Promise<Record<string, unknown>[]> {
    for (let turn = 0; this.changes.length < count && turn < 10_000; turn++) await systemClock.yieldTurn();
    assert.equal(this.changes.length, count);
    return this.changes;
  }
}

/** Writes `value` to `key`, expecting it absent or at a revision. */
export function put(store: Store, key: string, value: string, expected: CommitRequest['expected'] = 'absent'): Promise<CommitResult> {
  return store.commit({ key, value: bytes(value), expected });
}
