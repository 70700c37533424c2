// What the sqlite store and its worker say to each other. A batch travels as few large pieces, since many small ones cost more than the write.

import { must } from '../base/assert.ts';
import type { Version } from './version.ts';

/** What the worker is started with. */
export interface WorkerStart {
  readonly file: string;
  /** SQLite's own setting; anything but FULL gives up the promise that acknowledged writes survive. */
  readonly synchronous: Synchronous;
}

export type Synchronous = 'FULL' | 'NORMAL' | 'OFF';

/** Versions to append, packed. */
export interface WriteBatch {
  readonly keys: readonly string[];
  /** For each key: revision, created, version, expiresAtMs, and the length of its value or -1 for a deletion. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** All values, one after another. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type ToWorker =
  | { readonly do: 'write'; readonly batch: WriteBatch }
  | { readonly do: 'raiseFloor'; readonly id: number; readonly floor: number }
  | { readonly do: 'forget'; readonly id: number; readonly revisions: readonly number[] }
  | { readonly do: 'close' };

export type FromWorker =
  | { readonly did: 'open' }
  /** Every write up to this revision will survive a crash. */
  | { readonly did: 'sync'; readonly revision: number }
  | { readonly did: 'finish'; readonly id: number }
  /** Nothing sent since the last answer was done; the worker has closed the database and ends. */
  | { readonly did: 'fail'; readonly error: unknown };

/** One row of the log. */
export interface Row {
  readonly revision: number;
  readonly key: string;
  readonly created: number;
  readonly version: number;
  readonly expiresAtMs: number;
  readonly value: Uint8Array | null;
}

const NUMBERS = 5;

/** Packs versions that carry their values. */
export function packBatch(versions: readonly Version[]): WriteBatch {
  const numbers = new Float64Array(versions.length * NUMBERS);
  let size = 0;
  for (const { value } of versions) size += value?.length ?? 0;
  const bytes = new Uint8Array(size);
  let offset = 0;
  const keys = versions.map(({ key, revision, created, version, expiresAtMs, value }, at) => {
    numbers.set([revision, created, version, expiresAtMs, value?.length ?? -1], at * NUMBERS);
    if (value !== undefined) bytes.set(value, offset);
    offset += value?.length ?? 0;
    return key;
  });
  return { keys, numbers, bytes };
}

/** Calls `visit` with each row of a batch. */
export function unpackBatch({ keys, numbers, bytes }: WriteBatch, visit: (row: Row) => void): void {
  let offset = 0;
  for (const [at, key] of keys.entries()) {
    const number = (place: number): number => must(numbers[at * NUMBERS + place], 'number');
    const length = number(4);
    const value = length < 0 ? null : bytes.subarray(offset, offset + length);
    offset += Math.max(0, length);
    visit({ revision: number(0), key, created: number(1), version: number(2), expiresAtMs: number(3), value });
  }
}
