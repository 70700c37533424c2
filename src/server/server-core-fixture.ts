// A server over the memory store with toy kinds, for the tests of this folder.

import { VirtualClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { seededRandom } from '../base/random.ts';
import { lease } from '../api/coordination/v1/lease.ts';
import { configMap } from '../api/core/v1/config-map.ts';
import { scale } from '../api/autoscaling/v1/scale.ts';
import type { Scale } from '../api/autoscaling/v1/scale.ts';
import { defineKind } from '../machinery/kind.ts';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import { defineResource } from '../machinery/resource.ts';
import { field, int32, list, string, struct } from '../machinery/schema.ts';
import type { Draft, Infer } from '../machinery/schema.ts';
import { openMemoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import type { MemoryStore } from '../store/memory.ts';
import type { ApiResponse, WatchEvent } from './api-request.ts';
import { InProcess } from './in-process.ts';
import type { InProcessCall } from './in-process.ts';
import { openServerCore } from './server-core.ts';
import type { ServerCore, ServerCoreOptions } from './server-core.ts';
import type { Strategy } from './strategy.ts';
import type { User } from './user.ts';

const widgetPart = struct('test.Part', { name: string({ presence: 'always' }), weight: int32({}) });

/** A namespaced kind with spec, status, generation, scale and a selectable field. */
export const widget = defineKind({
  group: 'toys.test',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  scope: 'Namespaced',
  name: 'test.Widget',
  fields: {
    spec: field(
      struct('test.WidgetSpec', {
        size: int32({ presence: 'pointer', default: 1, minimum: 0 }),
        color: string({}),
        parts: list(widgetPart, { listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge'] }),
      }),
      { presence: 'always' },
    ),
    status: field(struct('test.WidgetStatus', { phase: string({}) }), { presence: 'always' }),
  },
  selectableFields: { 'spec.color': (object) => object.spec.color ?? '' },
});
export interface Widget extends Infer<typeof widget> {}

/** A cluster-scoped kind that is deleted gracefully, as Pods are. */
export const gadget = defineKind({
  group: 'toys.test',
  version: 'v1',
  kind: 'Gadget',
  plural: 'gadgets',
  scope: 'Cluster',
  name: 'test.Gadget',
  fields: { spec: field(struct('test.GadgetSpec', { size: int32({}) }), { presence: 'always' }) },
});

const widgetStrategy: Strategy<Widget> = {
  definition: defineResource({ hub: widget, storageKey: 'toys.test/widgets' }),
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  subresources: {
    status: {
      kind: 'object',
      verbs: ['get', 'update', 'patch'],
      merge(next, old) {
        next.spec = structuredClone(old.spec) as Draft<Widget>['spec'];
      },
    },
    scale: {
      kind: 'view',
      verbs: ['get', 'update', 'patch'],
      view: scale,
      read({ metadata, spec }): KubeObject {
        const { name, namespace, uid, resourceVersion } = metadata;
        const view: Scale = {
          kind: 'Scale',
          apiVersion: 'autoscaling/v1',
          metadata: { name, namespace, uid, resourceVersion },
          spec: { replicas: spec.size ?? 0 },
          status: { replicas: 0 },
        };
        return view;
      },
      write(view, draft) {
        draft.spec.size = (view as Scale).spec.replicas ?? 0;
        return [];
      },
    },
  },
};

const gadgetStrategy: Strategy = {
  definition: defineResource({ hub: gadget, storageKey: 'toys.test/gadgets' }),
  gracefulDeletion: (_object, requested) => ({ gracePeriodSeconds: requested ?? 30 }),
};

const configMapStrategy: Strategy = { definition: defineResource({ hub: configMap }) };

const leaseStrategy: Strategy = {
  definition: defineResource({ hub: lease }),
  allowsCreateOnUpdate: true,
  allowsUnconditionalUpdate: false,
};

export const TOYS: readonly Strategy[] = [widgetStrategy as Strategy, gadgetStrategy, configMapStrategy, leaseStrategy];

export const alice: User = { name: 'alice', uid: '', groups: ['system:authenticated'], extra: {} };

/** What one test works with; `close` at its end. */
export class Fixture<S extends Store = MemoryStore> {
  readonly core: ServerCore;
  readonly store: S;
  readonly clock: VirtualClock;
  readonly warnings: string[] = [];
  readonly #process: InProcess;
  readonly #end = new AbortController();

  constructor(core: ServerCore, store: S, clock: VirtualClock) {
    this.core = core;
    this.store = store;
    this.clock = clock;
    this.#process = new InProcess({ handle: core.handle, random: seededRandom(7), user: alice, userAgent: 'test/1.0' });
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** One request, by the kind that it is about. */
  call(verb: string, kind: Pick<Kind, 'group' | 'version' | 'plural'>, rest: Partial<InProcessCall> = {}): Promise<ApiResponse> {
    const { group, version, plural: resource } = kind;
    const warn = (text: string): void => void this.warnings.push(text);
    return this.#process.call({ verb, group, version, resource, signal: this.#end.signal, warn, ...rest });
  }

  /** The object that a request answers with. */
  async object<T = KubeObject>(
    verb: string,
    kind: Pick<Kind, 'group' | 'version' | 'plural'>,
    rest: Partial<InProcessCall> = {},
  ): Promise<T> {
    const { body } = await this.call(verb, kind, rest);
    if (body.kind !== 'object') throw new Error(`an object was expected, not ${body.kind}`);
    return body.object as T;
  }

  create<T = KubeObject>(
    kind: Pick<Kind, 'group' | 'version' | 'plural' | 'kind'>,
    namespace: string,
    name: string,
    fields: object = {},
  ): Promise<T> {
    const { metadata = {}, ...others } = fields as { metadata?: object };
    return this.object<T>('create', kind, { namespace, body: { object: { metadata: { name, ...metadata }, ...others } } });
  }

  /** The names in a list. */
  async names(kind: Pick<Kind, 'group' | 'version' | 'plural'>, namespace: string, query: Record<string, string> = {}): Promise<string[]> {
    const { body } = await this.call('list', kind, { namespace, query });
    if (body.kind !== 'list') throw new Error(`a list was expected, not ${body.kind}`);
    return body.items.map(({ metadata }) => metadata.name ?? '');
  }

  /** A watch whose events are collected. */
  async watch(kind: Pick<Kind, 'group' | 'version' | 'plural'>, namespace: string, query: Record<string, string> = {}): Promise<Watched> {
    const { body } = await this.call('watch', kind, { namespace, query });
    if (body.kind !== 'watch') throw new Error(`a watch was expected, not ${body.kind}`);
    const watched = new Watched();
    watched.stop = body.start(
      (batch) => {
        watched.events.push(...batch);
        return true;
      },
      () => {
        watched.ended = true;
      },
    );
    return watched;
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.core.close();
    await this.store.close();
  }
}

/** What a watch has shown so far. */
export class Watched {
  readonly events: WatchEvent[] = [];
  ended = false;
  stop: () => void = () => {};

  /** `ADDED a`, `BOOKMARK` … in order. */
  get story(): string[] {
    return this.events.map((event) =>
      `${event.type} ${event.type === 'ERROR' ? (event.object.message ?? '') : (event.object.metadata.name ?? '')}`.trim(),
    );
  }
}

export interface FixtureOptions extends Partial<Omit<ServerCoreOptions, 'store' | 'clock'>> {
  readonly store?: MemoryStore;
  readonly clock?: VirtualClock;
}

/** A server over an empty store in memory, or over one that is given. */
export function openFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const { clock = new VirtualClock() } = options;
  return openFixtureOver(options.store ?? openMemoryStore({ clock }), { ...options, clock });
}

/** A server over any store. */
export async function openFixtureOver<S extends Store>(store: S, options: FixtureOptions = {}): Promise<Fixture<S>> {
  const { clock = new VirtualClock(), ...rest } = options;
  const core = await openServerCore({
    random: seededRandom(1),
    logger: silentLogger,
    strategies: TOYS,
    freeze: true,
    compactionIntervalMs: 0,
    ...rest,
    store,
    clock,
  });
  return new Fixture(core, store, clock);
}
