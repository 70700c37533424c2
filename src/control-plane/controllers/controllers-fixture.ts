// A server over the memory store, a driven clock and any controllers: for the tests of this folder.

import { VirtualClock } from '../../base/clock.ts';
import { TaskScope } from '../../base/abort.ts';
import { silentLogger } from '../../base/logger.ts';
import type { Logger } from '../../base/logger.ts';
import { seededRandom } from '../../base/random.ts';
import { namespace } from '../../api/core/v1/namespace.ts';
import type { Namespace } from '../../api/core/v1/namespace.ts';
import { event } from '../../api/core/v1/event.ts';
import { pod } from '../../api/core/v1/pod.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { resources } from '../../api/resources.ts';
import { Client, keyOf } from '../../client/client.ts';
import type { Kind, KubeObject } from '../../machinery/kind.ts';
import type { Draft } from '../../machinery/schema.ts';
import { printTime } from '../../machinery/timestamp.ts';
import { runController } from '../../runtime/controller.ts';
import type { ControllerParts } from '../../runtime/controller.ts';
import { ApiEventRecorder } from '../../runtime/event-recorder.ts';
import { Informers } from '../../runtime/informers.ts';
import { createInProcessTransport } from '../../server/in-process-transport.ts';
import { openServerCore } from '../../server/server-core.ts';
import type { ServerCore } from '../../server/server-core.ts';
import type { Strategy } from '../../server/strategy.ts';
import { openMemoryStore } from '../../store/memory.ts';
import type { MemoryStore } from '../../store/memory.ts';
import type { ManagedController } from './all.ts';

/** Like upstream's strategies as far as controllers can tell: status apart from the rest, generations, graceful Pods, kept Namespaces. */
function strategyOf(definition: (typeof resources)[number]): Strategy {
  const { hub } = definition;
  const split = 'status' in hub.struct.fields && 'spec' in hub.struct.fields;
  const base: Strategy = {
    definition,
    ...(split ? { resetOnUpdate: ['status'] } : {}),
    ...(split && hub !== (pod as Kind) ? { bumpsGeneration: ['spec'] } : {}),
    subresources: {
      status: {
        kind: 'object',
        verbs: ['get', 'update', 'patch'],
        merge(next, old) {
          (next as Draft<{ spec?: unknown }>).spec = structuredClone((old as { spec?: unknown }).spec) as Draft<unknown>;
        },
      },
    },
    returnsDeletedObject: true,
  };
  if (hub === (namespace as Kind)) return { ...base, ...namespaceRules } as Strategy;
  if (hub === (pod as Kind)) return { ...base, ...podRules(base) } as Strategy;
  return base;
}

const podRules = ({ subresources }: Strategy): Partial<Strategy<Pod>> => ({
  gracefulDeletion: (object, asked) => ({ gracePeriodSeconds: object.spec.nodeName === undefined ? 0 : (asked ?? 30) }),
  subresources: {
    ...(subresources as Partial<Strategy<Pod>>['subresources']),
    // Enough of a scheduler's binding for a test to say where the Pod runs.
    binding: { kind: 'object', verbs: ['patch'], merge: () => {} },
  },
});

const namespaceRules: Partial<Strategy<Namespace>> = {
  prepareForCreate(draft) {
    draft.spec.finalizers = ['kubernetes'];
    draft.status.phase = 'Active';
  },
  keepsDeleted: (draft) => (draft.spec.finalizers ?? []).length > 0,
  subresources: {
    status: {
      kind: 'object',
      verbs: ['update'],
      merge: (next, old) => void (next.spec = structuredClone(old.spec) as Draft<Namespace>['spec']),
    },
    finalize: {
      kind: 'object',
      verbs: ['update'],
      merge: (next, old) => void (next.status = structuredClone(old.status) as Draft<Namespace>['status']),
    },
  },
};

export class ControllersFixture {
  readonly clock: VirtualClock;
  readonly client: Client;
  readonly parts: ControllerParts;
  readonly #core: ServerCore;
  readonly #store: MemoryStore;
  readonly #tasks: TaskScope;
  readonly #informers: Informers;
  readonly failures: unknown[];

  constructor(core: ServerCore, store: MemoryStore, clock: VirtualClock, failures: unknown[]) {
    this.clock = clock;
    this.failures = failures;
    this.#core = core;
    this.#store = store;
    const random = seededRandom(11);
    this.client = new Client(
      createInProcessTransport({
        handle: core.handle,
        random,
        user: { name: 'test', uid: '', groups: ['system:masters'], extra: {} },
        userAgent: 'test/1.0',
      }),
    );
    this.#tasks = new TaskScope(new AbortController().signal, (error) => failures.push(error));
    const logger: Logger = { ...silentLogger, error: (text, facts) => void failures.push([text, facts]), with: () => logger };
    const { client } = this;
    this.#informers = new Informers({ client, clock, random, logger }, this.#tasks.signal);
    const events = new ApiEventRecorder({ client, clock, logger, source: { component: 'test' } }, this.#tasks.signal);
    this.parts = { informers: this.#informers, client, clock, random, events, logger };
  }

  get signal(): AbortSignal {
    return this.#tasks.signal;
  }

  run(controllers: readonly ManagedController[]): void {
    for (const controller of controllers) {
      this.#tasks.start((signal) =>
        'definition' in controller ? runController(controller.definition, this.parts, signal) : controller.run(this.parts, signal),
      );
    }
  }

  async list<T extends KubeObject>(kind: Kind<T>, inNamespace = ''): Promise<T[]> {
    return [...(await this.client.list(kind, { namespace: inNamespace, signal: this.signal })).items];
  }

  get<T extends KubeObject>(kind: Kind<T>, name: string, inNamespace = 'default'): Promise<T | undefined> {
    return this.client.find(kind, { namespace: inNamespace, name }, { signal: this.signal });
  }

  /** Runs everything until the condition holds, in virtual time. */
  until(condition: () => boolean | Promise<boolean>, limitMs = 600_000): Promise<void> {
    return this.clock.advanceUntil(condition, limitMs);
  }

  /** Plays the part of scheduler and kubelet: the Pod runs on a node and is ready. */
  async makeReady(target: Pod, nodeName = 'node-1'): Promise<void> {
    const { signal } = this;
    const bound = await this.client.patch(pod, keyOf(target), { spec: { nodeName } }, { type: 'merge', subresource: 'binding', signal });
    const at = printTime(this.clock.now());
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: at }];
    const podIP = `10.0.0.${Number(bound.metadata.resourceVersion) % 250}`;
    await this.client.patch(
      pod,
      keyOf(target),
      { status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions } },
      { type: 'merge', subresource: 'status', signal },
    );
  }

  /** Ends the Pod's containers. */
  async finish(target: Pod, phase: 'Succeeded' | 'Failed', exitCode = phase === 'Failed' ? 1 : 0): Promise<void> {
    const at = printTime(this.clock.now());
    const terminated = { exitCode, startedAt: at, finishedAt: at };
    const containerStatuses = target.spec.containers.map(({ name, image = '' }) => ({
      name,
      image,
      imageID: '',
      ready: false,
      restartCount: 0,
      state: { terminated },
      lastState: {},
    }));
    await this.client.patch(
      pod,
      keyOf(target),
      { status: { phase, conditions: [], containerStatuses } },
      { type: 'merge', subresource: 'status', signal: this.signal },
    );
  }

  /** Lets go of Pods whose grace period runs, as a kubelet does. */
  async reap(): Promise<void> {
    for (const each of await this.list(pod)) {
      if (each.metadata.deletionTimestamp !== undefined)
        await this.client.delete(pod, keyOf(each), { gracePeriodSeconds: 0, signal: this.signal });
    }
  }

  /** `reason: message` of all Events. */
  async events(): Promise<string[]> {
    await this.clock.settle();
    return (await this.list(event)).map(({ reason, message }) => `${reason}: ${message}`);
  }

  async close(): Promise<void> {
    await this.#tasks.end();
    await this.#informers.end();
    await this.#core.close();
    await this.#store.close();
  }
}

/** Opens an empty cluster with the namespace `default`. */
export async function openControllersFixture(controllers: readonly ManagedController[] = []): Promise<ControllersFixture> {
  const clock = new VirtualClock();
  const store = openMemoryStore({ clock });
  const failures: unknown[] = [];
  const core = await openServerCore({
    store,
    clock,
    random: seededRandom(5),
    logger: silentLogger,
    strategies: resources.map(strategyOf),
    freeze: true,
    compactionIntervalMs: 0,
  });
  const fixture = new ControllersFixture(core, store, clock, failures);
  await fixture.client.create(namespace, { metadata: { name: 'default' } }, { signal: fixture.signal });
  fixture.run(controllers);
  return fixture;
}
