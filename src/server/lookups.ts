// Reads of other resources for admission, authorizers and strategies: hub objects, of the cache or of the store as it is now.

import { must } from '../base/assert.ts';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import type { WatchCache } from './cache/watch-cache.ts';
import type { ResourceRegistry } from './registry.ts';
import { cachedObject, liveObject, liveObjects } from './storage.ts';

/** What others may read without a request of their own. */
export interface Lookups {
  /** At once; it may lag behind the store. */
  cached<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string): T | undefined;
  cachedList<T extends KubeObject>(kind: Kind<T>, namespace?: string): readonly T[];
  /** As the store is now. */
  live<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string, signal: AbortSignal): Promise<T | undefined>;
  liveList<T extends KubeObject>(kind: Kind<T>, signal: AbortSignal, namespace?: string): Promise<readonly T[]>;
  /** The cache behind a kind, to subscribe to. */
  cacheOf(kind: Kind): WatchCache;
}

/** Reads through the registry's caches. */
export function createLookups(registry: ResourceRegistry): Lookups {
  const cacheOf = (kind: Kind): WatchCache => must(registry.current.of(kind)?.entry.cache, `the cache of ${kind.kind}`);
  return {
    cacheOf,
    cached<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string): T | undefined {
      const cache = cacheOf(kind as Kind);
      return cachedObject(cache, cache.keyOf(namespace, name))?.object as T | undefined;
    },
    cachedList<T extends KubeObject>(kind: Kind<T>, namespace = ''): readonly T[] {
      const cache = cacheOf(kind as Kind);
      return cache.list(cache.prefixOf(namespace)).map((item) => item.object as T);
    },
    async live<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string, signal: AbortSignal): Promise<T | undefined> {
      const cache = cacheOf(kind as Kind);
      return (await liveObject(cache, cache.keyOf(namespace, name), { signal }))?.object as T | undefined;
    },
    async liveList<T extends KubeObject>(kind: Kind<T>, signal: AbortSignal, namespace = ''): Promise<readonly T[]> {
      const cache = cacheOf(kind as Kind);
      return (await liveObjects(cache, cache.prefixOf(namespace), { signal })).map((item) => item.object as T);
    },
  };
}
