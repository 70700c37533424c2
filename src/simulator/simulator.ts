// Nodes and Pods that exist only in the API, for scale and for tests: no container runs, yet everything is reported as if.
//
// S1. Pods on other Nodes than the simulated ones are left alone.
// S2. Nothing but the injected clock and chance decides when what happens.

import type { Clock } from '../base/clock.ts';
import { isAbort, TaskScope } from '../base/abort.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { pod } from '../api/core/v1/pod.ts';
import type { Pod } from '../api/core/v1/pod.ts';
import { keyOf } from '../client/client.ts';
import type { Client } from '../client/client.ts';
import { isStatus } from '../machinery/status-error.ts';
import { parseTime } from '../machinery/timestamp.ts';
import { after, defineController, done, runController } from '../runtime/controller.ts';
import type { Outcome, ReconcileContext } from '../runtime/controller.ts';
import { ApiEventRecorder } from '../runtime/event-recorder.ts';
import { cacheKey } from '../runtime/informer.ts';
import { Informers } from '../runtime/informers.ts';
import { Faults } from './faults.ts';
import { runHeartbeat } from './heartbeat.ts';
import { nodeAddress, simulatedNodes } from './node-spec.ts';
import type { SimulatedNode } from './node-spec.ts';
import { PodAddresses } from './pod-addresses.ts';
import { planPod } from './pod-plan.ts';
import type { PodTimes } from './pod-plan.ts';

export interface SimulatorOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly nodes: number | readonly SimulatedNode[];
  /** From being bound to running; 0 unless told. */
  readonly podDelayMs?: number;
  /** How long Pods run that are not restarted for ever; a second unless told. */
  readonly runForMs?: number;
  readonly faults?: Faults;
  /** What the Nodes say that they run. */
  readonly version?: string;
  /** Whether the simulator lifts the not-ready taint, where no node lifecycle controller runs. */
  readonly liftsTaint?: boolean;
}

const RUN_FOR_MS = 1_000;
const PODS_AT_ONCE = 16;

class Simulator {
  readonly #options: SimulatorOptions;
  readonly #faults: Faults;
  readonly #nodes: ReadonlyMap<string, number>;
  readonly #addresses = new PodAddresses();
  readonly #times = new Map<string, PodTimes>();

  constructor(options: SimulatorOptions, nodes: readonly SimulatedNode[], faults: Faults) {
    this.#options = options;
    this.#faults = faults;
    this.#nodes = new Map(nodes.map(({ name }, index) => [name, index]));
  }

  /** Takes a Pod's next step. */
  async step(object: Pod, context: ReconcileContext): Promise<Outcome> {
    const { nodeName = '' } = object.spec;
    const index = this.#nodes.get(nodeName);
    if (index === undefined || this.#faults.isSilent(nodeName)) return done;
    const { uid = '', namespace, name = '' } = object.metadata;
    const podKey = cacheKey(namespace, name);
    if (object.status.podIP !== undefined && object.spec.hostNetwork !== true) this.#addresses.keep(uid, object.status.podIP);
    const next = planPod(object, {
      nowMs: context.now(),
      times: this.#timesOf(object),
      startDelayMs: (this.#options.podDelayMs ?? 0) + this.#faults.extraStartMs(nodeName),
      runForMs: this.#options.runForMs ?? RUN_FOR_MS,
      hostIP: nodeAddress(index + 1),
      podIP: () => this.#addresses.of(uid),
      crashCode: this.#faults.crashOf(podKey),
    });
    if (next.do === 'nothing') return done;
    if (next.do === 'wait') return after(next.forMs);
    if (next.do === 'remove') return this.#remove(object, context);
    await context.client.updateStatus(pod, { ...object, status: next.status }, { signal: context.signal });
    this.#note(uid, next.as, context.now());
    if (next.as === 'ended') this.#faults.crashed(podKey);
    // The Pod's own update wakes it for what comes next.
    return done;
  }

  /** Forgets a Pod that is gone. */
  forget({ metadata }: Pod): void {
    this.#addresses.free(metadata.uid ?? '');
    this.#times.delete(metadata.uid ?? '');
  }

  async #remove(object: Pod, { client, signal }: ReconcileContext): Promise<Outcome> {
    try {
      await client.delete(pod, keyOf(object), {
        gracePeriodSeconds: 0,
        ...(object.metadata.uid === undefined ? {} : { uid: object.metadata.uid }),
        signal,
      });
    } catch (error) {
      if (!isStatus(error, 'NotFound', 'Conflict')) throw error;
    }
    return done;
  }

  /** When the Pod took its steps: as remembered, or as its status says after a restart. */
  #timesOf({ metadata, status }: Pod): PodTimes {
    const known = this.#times.get(metadata.uid ?? '');
    if (known !== undefined) return known;
    return {
      acceptedMs: parseTime(status.startTime ?? ''),
      startedMs: parseTime(status.containerStatuses?.[0]?.state.running?.startedAt ?? ''),
    };
  }

  #note(uid: string, step: 'accepted' | 'started' | 'ended', nowMs: number): void {
    const { acceptedMs, startedMs } = this.#times.get(uid) ?? { acceptedMs: undefined, startedMs: undefined };
    if (step === 'accepted') this.#times.set(uid, { acceptedMs: nowMs, startedMs });
    else if (step === 'started') this.#times.set(uid, { acceptedMs, startedMs: nowMs });
  }
}

/** Simulates Nodes and what they do for their Pods until the signal fires. */
export async function runSimulator(options: SimulatorOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, random, logger, faults = new Faults(), version = 'v1.36.0', liftsTaint = false } = options;
  const nodes = simulatedNodes(options.nodes);
  const simulator = new Simulator(options, nodes, faults);
  const tasks = new TaskScope(signal, (error) => logger.error('a part of the simulator failed', { error }));
  const informers = new Informers({ client, clock, random, logger }, tasks.signal);
  const events = new ApiEventRecorder({ client, clock, logger, source: { component: 'simulator' } }, tasks.signal);
  const pods = informers.of(pod);
  const onNode = (name: string): string[] =>
    [...pods.list()].filter(({ spec }) => spec.nodeName === name).map(({ metadata }) => cacheKey(metadata.namespace, metadata.name ?? ''));
  const controller = defineController<Pod>({
    name: 'simulator',
    reconciles: pod,
    concurrency: PODS_AT_ONCE,
    wakes(wake) {
      return faults.subscribe((affected) => {
        for (const key of 'node' in affected ? onNode(affected.node) : [affected.podKey]) wake(key);
      });
    },
    async reconcile(key, context) {
      const object = context.informers.of(pod).get(cacheKey(key.namespace, key.name));
      return object === undefined ? done : simulator.step(object, context);
    },
  });
  const unsubscribe = pods.subscribe(({ type, object }) => {
    if (type === 'deleted') simulator.forget(object);
  });
  const heartbeat = { client, clock, random, logger, faults, version, liftsTaint };
  nodes.forEach((spec, index) => tasks.start((inner) => runHeartbeat(spec, index, heartbeat, inner)));
  try {
    await runController(controller, { informers, client, clock, random, events, logger }, tasks.signal);
  } catch (error) {
    if (!isAbort(error, tasks.signal)) throw error;
  } finally {
    unsubscribe();
    await Promise.all([tasks.end(), events.end(), informers.end()]);
  }
}
