// One revision of one key, and the pure decision whether a commit may make another.

import type { CommitRequest, Entry } from './store.ts';

/** What a key was written to at a revision. Never changed once it is visible: forks share versions. */
export interface Version {
  readonly key: string;
  readonly revision: number;
  /** The revision that created the key. */
  readonly created: number;
  /** Counts the writes since the key was created; 0 marks a deletion. */
  readonly version: number;
  /** When the key expires, in milliseconds since the epoch; 0 is never. */
  readonly expiresAtMs: number;
  /** The bytes, where the store keeps them in memory. */
  readonly value: Uint8Array | undefined;
  /** The version before this one, unless there was none or it was compacted. Set once the version is synced. */
  readonly older: Version | undefined;
}

/** Whether the key existed after this version was written. */
export function isLive(version: Version | undefined): version is Version {
  return version !== undefined && version.version > 0;
}

/** The entry that a live version and its bytes make. */
export function entryOf(version: Version, value: Uint8Array): Entry {
  return { key: version.key, value, revision: version.revision, created: version.created, version: version.version };
}

/** The version that `request` makes of `current` at `revision`, or nothing when the key is not as expected. */
export function planCommit(current: Version | undefined, request: CommitRequest, revision: number, nowMs: number): Version | undefined {
  const live = isLive(current) ? current : undefined;
  if (request.expected === 'absent' ? live !== undefined : live?.revision !== request.expected) return undefined;
  const { key, ttlSeconds } = request;
  const deleted = request.delete === true;
  return {
    key,
    revision,
    created: live?.created ?? revision,
    version: deleted ? 0 : (live?.version ?? 0) + 1,
    expiresAtMs: ttlSeconds === undefined ? 0 : nowMs + ttlSeconds * 1000,
    value: request.value,
    older: undefined,
  };
}
