// Takes one Pod through its life on the node: runs it, ends it, reports it, removes it.
//
// W1. One round at a time, always from the newest object and the runtime's present state; what woke the worker is never consulted.
// W2. Stages only go forward: running, ending, ended, removed. Deletion, and a shorter grace period, interrupt the round under way.
// W3. The object is deleted from the API only after its containers are gone, its volumes are released and its last status is written.

import { isTerminalPhase } from '../../api/core/v1/pod-phase.ts';
import { pod as podKind } from '../../api/core/v1/pod.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { PodStatus } from '../../api/core/v1/pod-status.ts';
import { isAbort, TaskScope } from '../../base/abort.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { Client } from '../../client/client.ts';
import { keyOf } from '../../client/client.ts';
import { semanticEqual } from '../../machinery/equality.ts';
import { isStatus } from '../../machinery/status-error.ts';
import { parseTime } from '../../machinery/timestamp.ts';
import type { EventRecorder } from '../../runtime/event-recorder.ts';
import type { CriClient } from '../runtime/index.ts';
import type { Refusal } from './admission.ts';
import type { ContainerEnder } from './container-ender.ts';
import type { PodCgroups } from './pod-cgroups.ts';
import type { PodIdentity } from './pod-names.ts';
import { identityOf } from './pod-names.ts';
import type { PodRemover } from './pod-remover.ts';
import type { PodMemory, PodSyncer } from './pod-syncer.ts';
import { PodProbes } from './probes/pod-probes.ts';
import { NO_VERDICTS } from './probes/verdicts.ts';
import { RestartBackoff } from './restart-backoff.ts';
import type { RuntimeReader } from './runtime-reader.ts';
import type { PodRuntime } from './runtime-state.ts';
import { NOTHING_RUNS, runtimeIps } from './runtime-state.ts';
import type { PodView, PodVolumes } from './seams.ts';
import { OWNED_CONDITIONS } from './status/conditions.ts';
import { buildPodStatus } from './status/pod-status.ts';
import type { Verdict } from './status/pod-status.ts';
import { StatusReporter } from './status/status-reporter.ts';
import { planPod } from './sync-plan.ts';
import { podView } from './view.ts';

export interface WorkerParts {
  readonly cri: CriClient;
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly events: EventRecorder;
  readonly reader: RuntimeReader;
  readonly syncer: PodSyncer;
  readonly ender: ContainerEnder;
  readonly remover: PodRemover;
  readonly volumes: PodVolumes;
  readonly cgroups: PodCgroups;
  readonly hostIPs: readonly string[];
  /** Why the Pod cannot run beside the others, if it cannot. Asked once, before the first container. */
  readonly admit: (pod: Pod) => Refusal | undefined;
}

const DEADLINE: Verdict = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' };
const FAILED_ROUND_MS = 1_000;
/** What one round may do before it lets others have their turn. */
const MOST_ACTS = 10;
const LONGEST_WAIT_MS = 60_000;

/** The worker of one Pod. */
export class PodWorker {
  readonly identity: PodIdentity;
  readonly #parts: WorkerParts;
  readonly #reporter: StatusReporter;
  readonly #memory: PodMemory = { failures: new Map(), backoff: new RestartBackoff(), failedRounds: 0 };
  #stage: 'running' | 'ending' | 'ended' = 'running';
  #pod: Pod;
  #gone = false;
  /** Its volumes are given back, or were: nobody may make them again. */
  #released = false;
  #admitted = false;
  #failed: Verdict | undefined;
  #runtime: PodRuntime = NOTHING_RUNS;
  #probes: PodProbes | undefined;
  #exited = new Set<string>();
  #awake = true;
  /** Something besides the runtime changed, or it is time to try again. */
  #stale = true;
  #dueMs = Infinity;
  #wakeUp: (() => void) | undefined;
  #round: AbortController | undefined;

  constructor(pod: Pod, parts: WorkerParts) {
    this.#pod = pod;
    this.identity = identityOf(pod);
    this.#parts = parts;
    this.#reporter = new StatusReporter(parts);
    // Volumes of a Pod that ran before a restart are kept current from here on; a new Pod has none yet.
    parts.volumes.changed(pod);
  }

  get pod(): Pod {
    return this.#pod;
  }

  /** Whether the Pod still counts for what the node has room for. */
  get active(): boolean {
    return !isTerminalPhase(this.#pod.status.phase) && this.#failed === undefined && this.#stage !== 'ended';
  }

  get view(): PodView {
    return podView(this.#pod, this.#runtime, this.#parts.cgroups.path(this.#pod));
  }

  /** The Pod's newest object. */
  update(pod: Pod): void {
    const before = this.#pod;
    this.#pod = pod;
    if (!this.#released) this.#parts.volumes.changed(pod);
    if (isHastened(before, pod)) this.#interrupt();
    if (isNews(before, pod)) this.#lookAnew();
  }

  /** The object is gone from the API; `last` is how it was. */
  removed(last: Pod): void {
    this.#pod = last;
    this.#gone = true;
    this.#interrupt();
    this.#lookAnew();
  }

  /** Something may have changed in the runtime; `exited` names a container of which an end was told. */
  wake(exited?: string): void {
    if (exited !== undefined) this.#exited.add(exited);
    this.#awake = true;
    this.#wakeUp?.();
  }

  #lookAnew(): void {
    this.#stale = true;
    this.wake();
  }

  #interrupt(): void {
    this.#round?.abort(new DOMException('the Pod changed', 'AbortError'));
  }

  /** Works until the Pod is removed from the node, or the signal fires: then its containers are left as they are. */
  async run(signal: AbortSignal): Promise<void> {
    const tasks = new TaskScope(signal, (error) => this.#parts.logger.error('a Pod worker lost a task', { ...this.identity, error }));
    tasks.start((scope) => this.#reporter.run(scope));
    this.#probes = new PodProbes({ ...this.#parts, onChange: () => this.#lookAnew() }, tasks.signal);
    try {
      for (let waitMs: number | undefined = 0; ;) {
        await this.#sleep(waitMs, signal);
        const next = await this.#oneRound(signal);
        if (next === 'removed') return;
        waitMs = next;
      }
    } finally {
      await this.#probes.end();
      await tasks.end();
    }
  }

  async #sleep(waitMs: number | undefined, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#awake || waitMs === 0) return;
    let timer: Timer | undefined;
    const { clock } = this.#parts;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        timer?.cancel();
        signal.removeEventListener('abort', done);
        this.#wakeUp = undefined;
        resolve();
      };
      this.#wakeUp = done;
      signal.addEventListener('abort', done, { once: true });
      timer = clock.after(Math.min(waitMs ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS), () => {
        this.#stale = true;
        done();
      });
    });
    signal.throwIfAborted();
  }

  async #oneRound(signal: AbortSignal): Promise<number | undefined | 'removed'> {
    this.#awake = false;
    const round = new AbortController();
    this.#round = round;
    const onEnd = (): void => round.abort(signal.reason);
    signal.addEventListener('abort', onEnd, { once: true });
    try {
      return await this.#work(round.signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#stale = true;
      if (isAbort(error, round.signal) || round.signal.aborted) return 0;
      this.#parts.logger.warn('a Pod could not be synced', { ...this.identity, stage: this.#stage, error });
      return FAILED_ROUND_MS;
    } finally {
      signal.removeEventListener('abort', onEnd);
      this.#round = undefined;
    }
  }

  async #work(signal: AbortSignal): Promise<number | undefined | 'removed'> {
    if (this.#stage === 'running') {
      const before = this.#runtime;
      await this.#look(signal);
      // Most events tell of what this worker did itself: then everything waits as it did.
      if (!this.#stale && isSame(before, this.#runtime)) return Math.max(1, this.#dueMs - this.#parts.clock.monotonicMs());
      this.#stale = false;
      if (!this.#mustEnd()) {
        const waitMs = await this.#sync(signal);
        this.#dueMs = this.#parts.clock.monotonicMs() + (waitMs ?? LONGEST_WAIT_MS);
        return waitMs;
      }
      this.#stage = 'ending';
    }
    if (this.#stage === 'ending') await this.#end(signal);
    return this.#finish(signal);
  }

  async #look(signal: AbortSignal): Promise<void> {
    const exited = new Set(this.#exited);
    this.#runtime = await this.#parts.reader.read(this.identity.uid, signal, exited);
    for (const id of exited) this.#exited.delete(id);
  }

  #mustEnd(): boolean {
    if (this.#gone || this.#pod.metadata.deletionTimestamp !== undefined || isTerminalPhase(this.#pod.status.phase)) return true;
    if (!this.#admitted) {
      const refused = this.#runtime.containers.length > 0 ? undefined : this.#parts.admit(this.#pod);
      this.#admitted = true;
      if (refused !== undefined) {
        this.#parts.events.record(this.#pod, 'Warning', refused.reason, refused.message);
        this.#failed = { reason: refused.reason, message: `Pod was rejected: ${refused.message}` };
      }
    }
    if (this.#failed === undefined && this.#deadlineInMs() === 0) {
      this.#parts.events.record(this.#pod, 'Normal', DEADLINE.reason, DEADLINE.message);
      this.#failed = DEADLINE;
    }
    return this.#failed !== undefined;
  }

  /** How long the Pod may still run; undefined: for ever. */
  #deadlineInMs(): number | undefined {
    const { activeDeadlineSeconds } = this.#pod.spec;
    const start = parseTime(this.#known.status.startTime ?? '');
    if (activeDeadlineSeconds === undefined || start === undefined) return undefined;
    return Math.max(0, start + Number(activeDeadlineSeconds) * 1000 - this.#parts.clock.now());
  }

  async #sync(signal: AbortSignal): Promise<number | undefined> {
    await this.#probe();
    if (this.#isOver(this.#report(false))) return 0;
    for (let act = 0; act < MOST_ACTS; act++) {
      const pod = this.#known;
      const plan = planPod(pod, this.#runtime, this.#probes ?? NO_VERDICTS);
      const round = { pod, runtime: this.#runtime, memory: this.#memory, signal };
      const { retryInMs, acted } = await this.#parts.syncer.carryOut(plan, round, () => this.#lookAndReport(signal));
      if (acted) await this.#look(signal);
      await this.#probe();
      if (this.#isOver(this.#report(false))) return 0;
      if (acted && this.#runtime.containers.length > 2) await this.#prune(signal);
      // A start that was put off waits; everything else that is still to do is done at once.
      if (!acted || retryInMs !== undefined) return soonest(retryInMs, this.#deadlineInMs());
    }
    return soonest(FAILED_ROUND_MS, this.#deadlineInMs());
  }

  async #prune(signal: AbortSignal): Promise<void> {
    await this.#parts.remover.prune(this.identity, signal);
  }

  async #lookAndReport(signal: AbortSignal): Promise<void> {
    await this.#look(signal);
    this.#report(false);
  }

  async #probe(): Promise<void> {
    await this.#probes?.update(this.#pod, this.#runtime, this.#podIp);
  }

  get #podIp(): string {
    return this.#pod.spec.hostNetwork === true ? (this.#parts.hostIPs[0] ?? '') : (runtimeIps(this.#runtime)[0] ?? '');
  }

  #isOver(status: PodStatus): boolean {
    if (!isTerminalPhase(status.phase)) return false;
    this.#stage = 'ending';
    return true;
  }

  /** The Pod as it is known here: what was reported last is newer than what the API has sent back. */
  get #known(): Pod {
    const reported = this.#reporter.newest;
    if (reported === undefined) return this.#pod;
    const foreign = (this.#pod.status.conditions ?? []).filter(({ type }) => !OWNED_CONDITIONS.has(type));
    const owned = (reported.conditions ?? []).filter(({ type }) => OWNED_CONDITIONS.has(type));
    return { ...this.#pod, status: { ...reported, conditions: [...foreign, ...owned] } };
  }

  #report(ended: boolean): PodStatus {
    const { clock, hostIPs } = this.#parts;
    const status = buildPodStatus({
      pod: this.#known,
      runtime: this.#runtime,
      failures: this.#memory.failures,
      verdicts: this.#probes ?? NO_VERDICTS,
      hostIPs,
      nowMs: clock.now(),
      ended,
      failed: this.#failed,
    });
    if (!this.#gone) this.#reporter.report(this.#pod, status);
    return status;
  }

  async #end(signal: AbortSignal): Promise<void> {
    const { ender, syncer, remover, reader } = this.#parts;
    await this.#look(signal);
    this.#probes?.endLiveness();
    await this.#probe();
    this.#probes?.endLiveness();
    this.#report(false);
    await ender.endAll(this.#known, this.#runtime, {}, signal);
    await this.#probes?.end();
    const ids = new Set(this.#runtime.containers.map(({ id }) => id));
    this.#runtime = await reader.read(this.identity.uid, signal, ids);
    await syncer.stopSandboxes(this.#runtime, signal);
    this.#runtime = await reader.read(this.identity.uid, signal);
    this.#report(true);
    this.#released = true;
    await remover.releaseResources(this.identity.uid, signal);
    this.#stage = 'ended';
  }

  /** After the end: the API's object goes when it is wanted gone, then everything that is left. */
  async #finish(signal: AbortSignal): Promise<undefined | 'removed'> {
    if (!this.#gone && this.#pod.metadata.deletionTimestamp !== undefined) {
      await this.#reporter.settled(signal);
      await this.#deleteObject(signal);
    }
    if (!this.#gone) return undefined;
    await this.#parts.remover.removeAll(this.identity, signal);
    return 'removed';
  }

  async #deleteObject(signal: AbortSignal): Promise<void> {
    try {
      await this.#parts.client.delete(podKind, keyOf(this.#pod), { gracePeriodSeconds: 0, uid: this.identity.uid, signal });
    } catch (error) {
      if (!isStatus(error, 'NotFound', 'Conflict')) throw error;
      this.#gone = true;
    }
  }
}

/** Whether the Pod is to end, or to end sooner, than was known before. */
function isHastened(before: Pod, after: Pod): boolean {
  if (after.metadata.deletionTimestamp === undefined) return false;
  if (before.metadata.deletionTimestamp === undefined) return true;
  return Number(after.metadata.deletionGracePeriodSeconds ?? 0) < Number(before.metadata.deletionGracePeriodSeconds ?? 0);
}

/** Whether anything differs but what the kubelet itself has written. */
function isNews(before: Pod, after: Pod): boolean {
  const told = ({ metadata, spec, status }: Pod): unknown => {
    const { labels, annotations, deletionTimestamp, deletionGracePeriodSeconds, generation, finalizers } = metadata;
    const foreign = (status.conditions ?? []).filter(({ type }) => !OWNED_CONDITIONS.has(type));
    return { labels, annotations, deletionTimestamp, deletionGracePeriodSeconds, generation, finalizers, spec, foreign };
  };
  return isTerminalPhase(after.status.phase) !== isTerminalPhase(before.status.phase) || !semanticEqual(told(before), told(after));
}

/** Whether the runtime has the same things in the same states. */
function isSame(a: PodRuntime, b: PodRuntime): boolean {
  const told = ({ sandboxes, containers }: PodRuntime): string =>
    JSON.stringify([sandboxes.map(({ id, ready }) => [id, ready]), containers.map(({ id, state }) => [id, state])]);
  return told(a) === told(b);
}

function soonest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
