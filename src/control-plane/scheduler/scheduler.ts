// The scheduler's loop: takes Pods from the queue, decides, and binds, several bindings at a time.
//
// L1. Deciding is synchronous and one Pod at a time; only writing is concurrent.
// L2. A Pod counts on its Node from the decision on; a binding that fails gives the room back and the Pod to the queue.
// L3. The loop lets others run after a few milliseconds or Pods.

import type { Clock } from '../../base/clock.ts';
import { isAbort, TaskScope } from '../../base/abort.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { binding } from '../../api/core/v1/binding.ts';
import { node } from '../../api/core/v1/node.ts';
import { pod } from '../../api/core/v1/pod.ts';
import { service } from '../../api/core/v1/service.ts';
import { keyOf } from '../../client/client.ts';
import type { Client } from '../../client/client.ts';
import { isStatus } from '../../machinery/status-error.ts';
import { ApiEventRecorder } from '../../runtime/event-recorder.ts';
import { Informers } from '../../runtime/informers.ts';
import { ClusterView, SCHEDULER_NAME } from './cluster-view.ts';
import { Cycle } from './cycle.ts';
import type { Decision } from './cycle.ts';
import { Limiter } from './limiter.ts';
import type { PodInfo } from './pod-info.ts';
import { PLUGINS } from './plugins.ts';
import { PodReports } from './pod-reports.ts';
import { SchedulingQueue } from './queue.ts';
import type { TakenPod } from './queue.ts';
import { Rejections } from './rejections.ts';
import { Snapshot } from './snapshot.ts';

export interface SchedulerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Receives why Pods are pending, for whoever serves it. */
  readonly rejections?: Rejections;
}

const BINDINGS_AT_ONCE = 64;
const REPORTS_AT_ONCE = 16;
const LONGEST_RUN_MS = 5;
const LONGEST_RUN_PODS = 64;
/** Finished Pods hold nothing, so they are not even asked for. */
const UNFINISHED = { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' };

class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #tasks: TaskScope;
  readonly #snapshot = new Snapshot();
  readonly #queue: SchedulingQueue;
  readonly #cycle: Cycle;
  readonly #rejections: Rejections;
  readonly #view: ClusterView;
  readonly #events: ApiEventRecorder;
  readonly #reports: PodReports;
  readonly #bindings = new Limiter(BINDINGS_AT_ONCE);

  constructor(options: SchedulerOptions, signal: AbortSignal) {
    const { client, clock, random, logger, rejections = new Rejections() } = options;
    this.#options = options;
    this.#rejections = rejections;
    this.#tasks = new TaskScope(signal, (error) => logger.error('a task of the scheduler failed', { error }));
    this.#queue = new SchedulingQueue(clock);
    this.#cycle = new Cycle(PLUGINS, this.#snapshot, random);
    this.#view = new ClusterView({ plugins: PLUGINS, snapshot: this.#snapshot, queue: this.#queue, rejections });
    this.#events = new ApiEventRecorder({ client, clock, logger, source: { component: SCHEDULER_NAME } }, signal);
    this.#reports = new PodReports({ client, clock, logger, events: this.#events, writes: new Limiter(REPORTS_AT_ONCE) });
  }

  async run(): Promise<void> {
    const { signal } = this.#tasks;
    const informers = new Informers(this.#options, signal);
    const unsubscribe = [
      informers.of(node).subscribe((change) => this.#view.onNode(change)),
      informers.of(pod, UNFINISHED).subscribe((change) => this.#view.onPod(change)),
      informers.of(service).subscribe((change) => this.#view.onService(change)),
    ];
    const close = (): void => this.#queue.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      await informers.whenSynced(signal);
      await this.#loop(signal);
    } catch (error) {
      if (!isAbort(error, signal)) throw error;
    } finally {
      close();
      for (const stop of unsubscribe) stop();
      await Promise.all([this.#tasks.end(), this.#events.end(), informers.end()]);
    }
  }

  async #loop(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (await this.#queue.whenReady()) {
      const startMs = clock.monotonicMs();
      for (let pods = 0; pods < LONGEST_RUN_PODS && clock.monotonicMs() - startMs < LONGEST_RUN_MS; pods++) {
        const leave = await this.#bindings.enter();
        const taken = signal.aborted ? undefined : this.#queue.take();
        if (taken === undefined) {
          leave();
          break;
        }
        this.#schedule(taken, leave);
      }
      await clock.yieldTurn();
    }
  }

  /** Decides for one Pod, and starts to carry the decision out; `leave` is called when that has ended. */
  #schedule(taken: TakenPod, leave: () => void): void {
    const decision = this.#cycle.decide(taken.pod);
    const release = this.#options.clock.hold();
    const end = (): void => {
      release();
      leave();
    };
    if (decision.kind === 'picked') return this.#bind(taken.pod, decision.nodeName, end);
    // Reports have a limit of their own: Pods that fit nowhere must not hold up those that do.
    leave();
    this.#reject(taken, decision, release);
  }

  #reject(
    { pod: info, attempts }: TakenPod,
    { message, plugins, verdicts }: Extract<Decision, { kind: 'rejected' }>,
    end: () => void,
  ): void {
    this.#queue.rejected(info, plugins);
    this.#rejections.keep(info.key, { message, atMs: this.#options.clock.now(), attempts, verdicts });
    this.#tasks.start((signal) => this.#reports.failed(info, 'Unschedulable', message, signal).finally(end));
  }

  #bind(info: PodInfo, nodeName: string, end: () => void): void {
    this.#snapshot.assume(info, nodeName);
    this.#rejections.forget(info.key);
    this.#tasks.start((signal) => this.#writeBinding(info, nodeName, signal).finally(end));
  }

  async #writeBinding(info: PodInfo, nodeName: string, signal: AbortSignal): Promise<void> {
    const { namespace, name, uid } = info.pod.metadata;
    const body = {
      apiVersion: binding.apiVersion,
      kind: binding.kind,
      metadata: { namespace, name, uid },
      target: { kind: 'Node', name: nodeName },
    };
    try {
      await this.#options.client.act(pod, keyOf(info.pod), 'binding', body, 'status', { signal });
      this.#reports.scheduled(info, nodeName);
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      await this.#bindingFailed(info, error, signal);
    }
  }

  async #bindingFailed(info: PodInfo, error: unknown, signal: AbortSignal): Promise<void> {
    // The informers may have shown the Pod on a Node meanwhile: what they say stands.
    if (this.#snapshot.placementOf(info.uid)?.assumed === true) this.#view.release(info.pod);
    this.#queue.failed(info);
    if (isStatus(error, 'NotFound')) return;
    this.#options.logger.warn('a binding failed', { pod: info.key, error });
    const reason = error instanceof Error ? error.message : String(error);
    await this.#reports.failed(info, 'SchedulerError', `binding rejected: ${reason}`, signal);
  }
}

/** Gives every Pod of this scheduler a Node, until the signal fires; resolves when all that was started has ended. */
export async function runScheduler(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  await new Scheduler(options, signal).run();
}
