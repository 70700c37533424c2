// The generic API server without its wire: caches, registry, verbs and pipeline, put together over a store.

import { TaskScope } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { Store } from '../store/store.ts';
import { AdmissionChain } from './admission.ts';
import type { AdmissionPlugin } from './admission.ts';
import type { Handler } from './api-request.ts';
import { allowAll } from './authorizer.ts';
import type { Authorizer } from './authorizer.ts';
import { StoreFeed } from './cache/store-feed.ts';
import { WatchCache } from './cache/watch-cache.ts';
import { runCompactor } from './compactor.ts';
import { maxInFlight } from './flow-control.ts';
import type { FlowControl } from './flow-control.ts';
import { createLookups } from './lookups.ts';
import type { Lookups } from './lookups.ts';
import { createPipeline } from './pipeline.ts';
import type { AuditHook } from './pipeline.ts';
import { isStored, RegistrySnapshot, ResourceRegistry } from './registry.ts';
import type { ResourceEntry } from './registry.ts';
import { route, unknownPathError } from './route.ts';
import type { ApplyPatch, ManagedFieldsHook, ServerParts } from './scope.ts';
import type { Strategy } from './strategy.ts';

export interface ServerCoreOptions {
  /** Opened by the caller, who also closes it after the core. */
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly strategies: readonly Strategy[];
  /** Made after the caches, which plugins read; in the order in which they run. */
  readonly admission?: (lookups: Lookups) => readonly AdmissionPlugin[];
  /** Allows everything unless given. */
  readonly authorizer?: (lookups: Lookups) => Authorizer;
  /** Serves requests for no resource; 404 unless given. */
  readonly nonResource?: Handler;
  readonly apply?: ApplyPatch;
  readonly managedFields?: ManagedFieldsHook;
  readonly audit?: AuditHook;
  readonly flowControl?: FlowControl;
  readonly ringSize?: number;
  /** Freezes what is shared; for tests. */
  readonly freeze?: boolean;
  /** How much history is kept; 0 keeps all. Five minutes unless given. */
  readonly compactionIntervalMs?: number;
}

export interface ServerCore {
  readonly registry: ResourceRegistry;
  readonly lookups: Lookups;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  /** The whole pipeline behind authentication. */
  readonly handle: Handler;
  /** Serves these resources from now on: entries whose strategy stays the same keep their caches. */
  replaceResources(strategies: readonly Strategy[]): Promise<void>;
  close(): Promise<void>;
}

const COMPACTION_MS = 300_000;

class Core implements ServerCore {
  readonly registry = new ResourceRegistry(RegistrySnapshot.of([]));
  readonly lookups = createLookups(this.registry);
  readonly authorizer: Authorizer;
  readonly handle: Handler;
  readonly clock: Clock;
  readonly #options: ServerCoreOptions;
  readonly #scope: TaskScope;
  readonly #feed: StoreFeed;

  constructor(options: ServerCoreOptions) {
    const { store, clock, random, logger, apply, managedFields } = options;
    this.#options = options;
    this.clock = clock;
    this.#scope = new TaskScope(new AbortController().signal, (error) => logger.error('a task of the server failed', { error }));
    this.#feed = new StoreFeed({ store, clock, random, logger }, this.#scope.signal);
    this.authorizer = options.authorizer?.(this.lookups) ?? allowAll;
    const admission = new AdmissionChain(options.admission?.(this.lookups) ?? []);
    const parts: ServerParts = {
      store,
      clock,
      random,
      logger,
      registry: this.registry,
      admission,
      authorizer: this.authorizer,
      lookups: this.lookups,
      apply,
      managedFields,
    };
    this.handle = createPipeline({
      clock,
      logger,
      authorizer: this.authorizer,
      flowControl: options.flowControl ?? maxInFlight({ reads: 400, writes: 200 }),
      audit: options.audit,
      resources: (request) => route(parts, request),
      nonResource: options.nonResource ?? (() => Promise.reject(unknownPathError())),
    });
  }

  async open(): Promise<void> {
    const { store, clock, logger, strategies, compactionIntervalMs: intervalMs = COMPACTION_MS } = this.#options;
    await this.#feed.open();
    await this.replaceResources(strategies);
    if (intervalMs > 0) this.#scope.start((signal) => runCompactor({ store, clock, logger, intervalMs }, signal));
  }

  async replaceResources(strategies: readonly Strategy[]): Promise<void> {
    const before = this.registry.current.entries;
    const kept = new Map(before.map((entry) => [entry.strategy, entry]));
    const entries = await Promise.all(strategies.map(async (strategy) => kept.get(strategy) ?? (await this.#enter(strategy, before))));
    this.registry.swap(RegistrySnapshot.of(entries));
    for (const { cache } of before) if (cache !== undefined && !entries.some((entry) => entry.cache === cache)) this.#feed.remove(cache);
  }

  async close(): Promise<void> {
    await this.#feed.close();
    await this.#scope.end();
  }

  /** A new entry with a filled cache. A resource whose hub stays the same keeps its cache and its watches. */
  async #enter(strategy: Strategy, before: readonly ResourceEntry[]): Promise<ResourceEntry> {
    const { definition } = strategy;
    if (!isStored(strategy)) return { definition, strategy, cache: undefined };
    const same = before.find((entry) => entry.cache?.definition === definition);
    if (same !== undefined) return { definition, strategy, cache: same.cache };
    const { store, ringSize, freeze } = this.#options;
    const cache = new WatchCache({
      definition,
      store,
      feed: this.#feed,
      ...(ringSize === undefined ? {} : { ringSize }),
      ...(freeze === undefined ? {} : { freeze }),
    });
    await this.#feed.add(cache);
    return { definition, strategy, cache };
  }
}

/** Opens the core; resolves when every cache is filled. */
export async function openServerCore(options: ServerCoreOptions): Promise<ServerCore> {
  const core = new Core(options);
  await core.open();
  return core;
}
