// The service proxy of a node: keeps the kernel's rules equal to what Services and EndpointSlices say.
//
// X1. The first load, and every load after a failure, replaces the whole table in one transaction; connections live on, since their
//     translation is kept by connection tracking and not by rules.
// X2. After that only differences are loaded. Changes within a few milliseconds are loaded together.
// X3. Ending the proxy leaves its rules: traffic goes on while Tyke restarts.

import { isAbort, TaskScope } from '../../base/abort.ts';
import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { service } from '../../api/core/v1/service.ts';
import type { Service } from '../../api/core/v1/service.ts';
import { endpointSlice } from '../../api/discovery/v1/endpoint-slice.ts';
import type { EndpointSlice } from '../../api/discovery/v1/endpoint-slice.ts';
import type { Client } from '../../client/client.ts';
import { cacheKey, type Informer } from '../../runtime/informer.ts';
import { Informers } from '../../runtime/informers.ts';
import type { NodeScope } from '../scope/index.ts';
import { changesText } from './diff.ts';
import { ensureServiceRoute, forgetStaleFlows, loadRules, rememberedClients, tableExists, warnOfUnfilteredBridge } from './kernel.ts';
import { planService } from './plan.ts';
import { Rulesets, type RuleChange } from './ruleset.ts';
import { emptyTable, proxyTable } from './table.ts';

export interface ProxyOptions {
  readonly scope: NodeScope;
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly nodeName: string;
}

const SERVICE_INDEX = 'service';
const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
/** How long to gather changes before loading them. */
const GATHER_MS = 5;
/** The shortest time between two loads. */
const LOAD_INTERVAL_MS = 40;
const CHECK_INTERVAL_MS = 30_000;

/** Runs the proxy until the signal fires; rejects only with its reason. */
export async function runProxy(options: ProxyOptions, signal: AbortSignal): Promise<void> {
  const { scope, client, clock, random, logger } = options;
  const informers = new Informers({ client, clock, random, logger }, signal);
  const tasks = new TaskScope(signal, (error) => logger.error('a task of the proxy failed', { error }));
  try {
    const proxy = new ServiceProxy(options, informers.of(service), informers.of(endpointSlice));
    await informers.whenSynced(signal);
    await warnOfUnfilteredBridge(scope, logger, signal);
    tasks.start((inner) => proxy.watchTable(inner));
    tasks.start((inner) => proxy.forgetFlows(inner));
    await proxy.run(signal);
  } finally {
    await tasks.end();
    await informers.end();
  }
}

/** The Service that a slice belongs to, as a cache key. */
function ownerOf(slice: EndpointSlice): string | undefined {
  const labels = slice.metadata.labels ?? {};
  const name = Object.hasOwn(labels, SERVICE_NAME_LABEL) ? labels[SERVICE_NAME_LABEL] : undefined;
  return name === undefined ? undefined : cacheKey(slice.metadata.namespace, name);
}

/** A thing to do that may be asked for many times before it is done. */
class Wish {
  #wake: () => void = () => {};
  #wished = false;

  make(): void {
    this.#wished = true;
    this.#wake();
  }

  /** Resolves when it was asked for since the last time. */
  async wait(signal: AbortSignal): Promise<void> {
    while (!this.#wished) {
      await new Promise<void>((resolve, reject) => {
        const onAbort = (): void => reject(signal.reason);
        if (signal.aborted) return onAbort();
        signal.addEventListener('abort', onAbort, { once: true });
        this.#wake = () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        };
      });
    }
    this.#wished = false;
  }
}

class ServiceProxy {
  readonly #options: ProxyOptions;
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;
  readonly #rules = new Rulesets();
  readonly #dirty = new Set<string>();
  readonly #load = new Wish();
  readonly #forget = new Wish();
  #mustReplace = true;

  constructor(options: ProxyOptions, services: Informer<Service>, slices: Informer<EndpointSlice>) {
    this.#options = options;
    this.#services = services;
    this.#slices = slices;
    slices.addIndex(SERVICE_INDEX, (slice) => [ownerOf(slice) ?? '']);
    services.subscribe(({ object }) => this.#mark(cacheKey(object.metadata.namespace, object.metadata.name ?? '')));
    slices.subscribe(({ object, previous }) => {
      for (const slice of [object, previous]) if (slice !== undefined) this.#mark(ownerOf(slice));
    });
  }

  #mark(key: string | undefined): void {
    if (key === undefined) return;
    this.#dirty.add(key);
    this.#load.make();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, logger } = this.#options;
    const backoff = new Backoff({ initialMs: 100, maxMs: 10_000, jitter: 0.5 }, random);
    this.#load.make();
    for (;;) {
      await this.#load.wait(signal);
      try {
        // X2
        await clock.sleep(GATHER_MS, signal);
        await this.#loadOnce(signal);
        backoff.reset();
        await clock.sleep(LOAD_INTERVAL_MS, signal);
      } catch (error) {
        if (isAbort(error, signal)) throw signal.reason;
        logger.error('the rules for Services could not be loaded', { error });
        this.#mustReplace = true;
        this.#load.make();
        await clock.sleep(backoff.next(), signal);
      }
    }
  }

  async #loadOnce(signal: AbortSignal): Promise<void> {
    const { scope, logger } = this.#options;
    this.#planDirty();
    const changes = this.#rules.takeChanges();
    const mustReplace = this.#mustReplace;
    if (mustReplace) {
      await ensureServiceRoute(scope, signal);
      await loadRules(scope, await this.#wholeTable(signal), signal);
      this.#mustReplace = false;
      logger.info('the rules for Services were loaded', { services: this.#services.size });
    } else {
      const text = changesText(proxyTable(scope), changes);
      if (text !== '') await loadRules(scope, text, signal);
    }
    if (mustReplace || changes.some(losesFlows)) this.#forget.make();
  }

  #planDirty(): void {
    const { nodeName, scope } = this.#options;
    const context = { nodeName, clusterPodCidr: scope.cidrs.clusterPodCidr };
    for (const key of this.#dirty) {
      const found = this.#services.get(key);
      this.#rules.replace(key, found === undefined ? undefined : planService(found, this.#slices.byIndex(SERVICE_INDEX, key), context));
    }
    this.#dirty.clear();
  }

  /** The table with everything in it (X1), and the clients that affinity remembers. */
  async #wholeTable(signal: AbortSignal): Promise<string> {
    const { scope } = this.#options;
    const table = proxyTable(scope);
    const remembered = await rememberedClients(scope, signal);
    const all = [...this.#rules.entries()].map(([key, after]): RuleChange => ({ key, before: undefined, after }));
    const kept = [...remembered].filter(([set]) => this.#rules.get(`set ${set}`) !== undefined);
    return [
      emptyTable({ table, serviceCidr: scope.cidrs.serviceCidr }),
      changesText(table, all),
      ...kept.map(([set, elements]) => `add element ip ${table} ${set} { ${elements} }\n`),
    ].join('');
  }

  /** Looks now and then whether other software removed our table. */
  async watchTable(signal: AbortSignal): Promise<void> {
    const { clock, scope, logger } = this.#options;
    for (;;) {
      await clock.sleep(CHECK_INTERVAL_MS, signal);
      if (this.#mustReplace || (await tableExists(scope, signal))) continue;
      logger.warn('the rules for Services were removed by somebody else; they are loaded again');
      this.#mustReplace = true;
      this.#load.make();
    }
  }

  /** Off the path of loading, which must be quick. */
  async forgetFlows(signal: AbortSignal): Promise<void> {
    const { scope, logger } = this.#options;
    for (;;) {
      await this.#forget.wait(signal);
      try {
        await forgetStaleFlows(scope, (key) => this.#rules.get(key), signal);
      } catch (error) {
        if (isAbort(error, signal)) throw error;
        logger.warn('stale UDP flows could not be forgotten', { error });
      }
    }
  }
}

/** Whether flows may now lead to an endpoint that is gone, or past one that has come. */
function losesFlows({ key, before, after }: RuleChange): boolean {
  if (!key.startsWith('udp ')) return false;
  const remaining = new Set((after ?? '').split(','));
  return before === undefined || before === '' || before.split(',').some((target) => !remaining.has(target));
}
