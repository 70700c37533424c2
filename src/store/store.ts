// The revisioned key-value store as its users see it: keys, bytes and revisions, nothing of Kubernetes.
//
// S1. Every commit changes one key and takes the next revision, in the order of arrival; an empty store is at revision 1.
// S2. Expectations are checked against queued writes too; readers and watchers see only what would survive a crash.
// S3. A watch delivers every change of its range from its first revision on, once each, in order, or ends and says why.
// S4. Reads, lists and watches below the compaction floor are refused; the floor never goes down.

import type { RangeOrPrefix } from './range.ts';

/** A key as it stood at some revision. The bytes belong to the store: never change them. */
export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
  /** The revision of the last write. */
  readonly revision: number;
  /** The revision of the write that created the key. */
  readonly created: number;
  /** How many writes the key has had since it was created; the first makes it 1. */
  readonly version: number;
}

/** One write as watchers see it. The values may be read on first use: read them before compaction passes the change. */
export interface Change {
  readonly key: string;
  readonly revision: number;
  /** The new bytes; absent when the key was deleted. */
  readonly value: Uint8Array | undefined;
  /** The bytes before; absent when the key was created. */
  readonly previous: Uint8Array | undefined;
  readonly previousRevision: number | undefined;
  readonly created: boolean;
}

interface Put {
  readonly key: string;
  /** Handed over: the caller must not change these bytes afterwards. */
  readonly value: Uint8Array;
  readonly delete?: never;
  readonly expected: number | 'absent';
  /** Deletes the key by an ordinary revision after this time, unless it is written again before. */
  readonly ttlSeconds?: number | undefined;
}

interface Delete {
  readonly key: string;
  readonly value?: never;
  readonly delete: true;
  readonly expected: number;
  readonly ttlSeconds?: never;
}

/** A write that happens only if the key is as expected. */
export type CommitRequest = Put | Delete;

export type CommitResult =
  | { readonly ok: true; readonly revision: number; readonly conflict?: never; readonly current?: never }
  | { readonly ok?: never; readonly revision?: never; readonly conflict: true; readonly current?: Entry };

export interface GetResult {
  readonly revision: number;
  readonly entry?: Entry;
}

export interface ListOptions {
  /** The revision to look at; the newest unless given. */
  readonly revision?: number | undefined;
  readonly limit?: number | undefined;
  /** Leaves out keys up to and including this one. */
  readonly after?: string | undefined;
}

export interface ListResult {
  readonly revision: number;
  readonly entries: readonly Entry[];
  /** How many entries the limit cut off. */
  readonly remaining: number;
}

/** Why a watch is over. `full`: its sink said so. */
export type WatchEnd =
  | { readonly why: 'closed' | 'full' | 'store closed' }
  | { readonly why: 'compacted'; readonly floor: number }
  | { readonly why: 'failed'; readonly error: unknown };

/** Takes a batch of changes; false says that it cannot take more, which ends the watch. */
export type Sink = (batch: readonly Change[]) => boolean;

export interface WatchHandle {
  /** Resolves (never rejects) when nothing more will be delivered. */
  readonly ended: Promise<WatchEnd>;
  close(): void;
}

export interface Store {
  /** Reads the newest synced state of a key. */
  get(key: string, options?: { readonly atLeast?: number | undefined }): Promise<GetResult>;
  /** Reads a range in key order, all of it at one revision. */
  list(range: RangeOrPrefix, options?: ListOptions): Promise<ListResult>;
  /** Writes or deletes one key; resolves once the write is durable. */
  commit(request: CommitRequest): Promise<CommitResult>;
  /** Delivers every change of the range whose revision is `from` or later: history first, then as they happen. */
  watch(range: RangeOrPrefix, from: number, sink: Sink): WatchHandle;
  /** The newest synced revision. */
  progress(): Promise<number>;
  /** Forgets what was overwritten or deleted before `revision`, and raises the floor to it. */
  compact(revision: number): Promise<void>;
  /** Ends watches, finishes the writes under way and lets go of every resource. */
  close(): Promise<void>;
}

/** Everything that was live at one revision, however long it takes to read. */
export interface Snapshot {
  readonly revision: number;
  readonly entries: Iterable<Entry>;
}

/** A store that can be copied while it stands, cheaply. */
export interface Forkable<Fork> {
  fork(): Fork;
}

/** A store that can hand out all of its content at one revision. */
export interface Snapshotable {
  snapshot(): Snapshot;
}
