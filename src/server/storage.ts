// Objects to and from the store: what is read is linearizable unless it is asked of the cache alone; what is written is expected to be
// as it was read.

import type { KubeObject } from '../machinery/kind.ts';
import { SyncFailedError } from '../store/errors.ts';
import { serverTimeoutError } from '../machinery/status-error.ts';
import type { CachedObject } from './cache/cached-object.ts';
import { withResourceVersion } from './cache/stored-encoding.ts';
import type { Waiting } from './cache/store-feed.ts';
import type { WatchCache } from './cache/watch-cache.ts';
import type { CommitRequest, CommitResult } from '../store/store.ts';
import type { Scope } from './scope.ts';

/** An object as the cache has it; it may lag behind the store. */
export const cachedObject = (cache: WatchCache, key: string): CachedObject | undefined => cache.get(key);

/** An object as it is in the store now: several servers on one store agree on it. */
export async function liveObject(cache: WatchCache, key: string, waiting: Waiting): Promise<CachedObject | undefined> {
  await cache.fresh(waiting);
  return cache.get(key);
}

/** Everything below a prefix as it is in the store now. */
export async function liveObjects(cache: WatchCache, prefix: string, waiting: Waiting): Promise<readonly CachedObject[]> {
  await cache.fresh(waiting);
  return cache.list(prefix);
}

export interface ObjectCommit {
  readonly key: string;
  readonly object: KubeObject;
  readonly expected: CachedObject | 'absent';
  readonly dryRun: boolean;
}

/** `object` as it is stored now; absent when another write was faster. */
export interface CommitOutcome {
  readonly object?: KubeObject;
  readonly unchanged?: boolean;
  readonly current?: CachedObject;
}

/** A commit whose durability is unknown becomes the 500 that tells clients to look again. */
async function commit(scope: Scope, request: CommitRequest): Promise<CommitResult> {
  try {
    return await scope.parts.store.commit(request);
  } catch (error) {
    if (!(error instanceof SyncFailedError)) throw error;
    scope.parts.logger.error('a write was not made durable', { key: request.key, error });
    throw serverTimeoutError(scope.resource, scope.request.info.verb, 2);
  }
}

/** Writes an object; nothing is written when its bytes are those that are stored. */
export async function commitObject(
  cache: WatchCache,
  scope: Scope,
  { key, object, expected, dryRun }: ObjectCommit,
): Promise<CommitOutcome> {
  const value = cache.encode(object);
  if (expected !== 'absent' && expected.says(value)) return { object: expected.object, unchanged: true };
  if (dryRun) {
    if (expected !== 'absent') return { object: withResourceVersion(object, expected.revision) };
    const current = await liveObject(cache, key, scope.request);
    return current === undefined ? { object } : { current };
  }
  const ttlSeconds = scope.strategy.ttlSeconds?.(object);
  const result = await commit(scope, { key, value, expected: expected === 'absent' ? 'absent' : expected.revision, ttlSeconds });
  if (result.conflict === true) return result.current === undefined ? {} : { current: cache.hold(result.current) };
  return { object: cache.adopt(key, result.revision, object) };
}

/** Removes an object that is still as it was read; whether it was. */
export async function deleteObject(scope: Scope, current: CachedObject, dryRun: boolean): Promise<boolean> {
  if (dryRun) return true;
  const result = await commit(scope, { key: current.key, delete: true, expected: current.revision });
  return result.conflict !== true;
}
