// Carries out the plan of a Pod that is to run: groups, folders, volumes, sandbox, containers.
//
// Y1. What fails is told as an Event and as the reason of the containers that wait for it, and tried again later.

import { isSidecar } from '../../api/core/v1/pod-resources.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { isAbort } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { printDurationMs } from '../../machinery/duration.ts';
import type { EventRecorder } from '../../runtime/event-recorder.ts';
import { isNotFound } from '../runtime/index.ts';
import type { CriClient } from '../runtime/index.ts';
import { sandboxConfig } from './config/sandbox.ts';
import type { SandboxFacts } from './config/sandbox.ts';
import type { ContainerEnder } from './container-ender.ts';
import type { ContainerStarter, StartSurroundings } from './container-starter.ts';
import { containerHash } from './labels.ts';
import type { PodCgroups } from './pod-cgroups.ts';
import type { PodFiles } from './pod-files.ts';
import { containersOf, containerSubject, describePod, identityOf } from './pod-names.ts';
import type { RestartBackoff } from './restart-backoff.ts';
import type { PodRuntime } from './runtime-state.ts';
import { runtimeIps } from './runtime-state.ts';
import type { AnyContainer, PodVolumes } from './seams.ts';
import type { StartFailure } from './status/container-statuses.ts';
import type { ContainerKill } from './container-decision.ts';
import type { PodPlan } from './sync-plan.ts';

export interface SyncerParts {
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly cgroups: PodCgroups;
  readonly files: PodFiles;
  readonly volumes: PodVolumes;
  readonly starter: ContainerStarter;
  readonly ender: ContainerEnder;
  readonly hostIPs: readonly string[];
  readonly podLogs: string;
  /** What a sandbox needs to know of the node, resolv.conf read anew each time. */
  readonly sandboxFacts: () => Promise<Omit<SandboxFacts, 'cgroupParent' | 'podLogs'>>;
}

/** What a worker keeps of its Pod between two rounds. */
export interface PodMemory {
  readonly failures: Map<string, StartFailure>;
  readonly backoff: RestartBackoff;
  /** Rounds in a row that failed before any container was started. */
  failedRounds: number;
}

/** How the round went. */
export interface SyncOutcome {
  /** When to look again though nothing happens; undefined: never. */
  readonly retryInMs: number | undefined;
  /** The runtime was changed: read it again. */
  readonly acted: boolean;
}

const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const FAILED_START_RETRY_MS = 5_000;
const SANDBOX_TIMEOUT_MS = 240_000;

interface Round {
  readonly pod: Pod;
  readonly runtime: PodRuntime;
  readonly memory: PodMemory;
  readonly signal: AbortSignal;
}

/** Runs Pods. */
export class PodSyncer {
  readonly #parts: SyncerParts;

  constructor(parts: SyncerParts) {
    this.#parts = parts;
  }

  /** Does what the plan says. `sandboxReady` is called once a new sandbox stands. */
  async carryOut(plan: PodPlan, round: Round, sandboxReady: () => Promise<void>): Promise<SyncOutcome> {
    if (isNothing(plan)) return { retryInMs: undefined, acted: false };
    const { pod, runtime, memory, signal } = round;
    const starts = plan.sandbox !== undefined || [plan.startEphemeral, plan.startInit, plan.start].some(({ length }) => length > 0);
    if (starts && !(await this.#prepare(round))) return this.#later(memory);
    await this.#end(plan, round);
    if (!starts) return { retryInMs: undefined, acted: true };
    const attempt = plan.sandbox?.attempt ?? runtime.sandboxes[0]?.attempt ?? 0;
    const config = await this.#config(pod, attempt);
    if (config === undefined) return this.#later(memory);
    let sandboxId = runtime.sandboxes[0]?.id ?? '';
    let ips = pod.spec.hostNetwork === true ? this.#parts.hostIPs : runtimeIps(runtime);
    if (plan.sandbox !== undefined) {
      const made = await this.#makeSandbox(pod, config, signal);
      if (made === undefined) return this.#later(memory);
      sandboxId = made.id;
      if (pod.spec.hostNetwork !== true) ips = made.ips;
      await sandboxReady();
    }
    memory.failedRounds = 0;
    const retryInMs = await this.#startAll(plan, round, { pod, runtime, sandboxId, sandbox: config, ips });
    return { retryInMs, acted: true };
  }

  #later(memory: PodMemory): SyncOutcome {
    const retryInMs = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** memory.failedRounds);
    memory.failedRounds++;
    return { retryInMs, acted: false };
  }

  /** What must stand before the sandbox; false when it does not. */
  async #prepare({ pod, signal }: Round): Promise<boolean> {
    const { cgroups, files, volumes } = this.#parts;
    return (
      (await this.#told(
        pod,
        'FailedCreatePodContainer',
        (why) => `unable to ensure pod container exists: ${why}`,
        signal,
        () => cgroups.ensure(pod),
      )) &&
      (await this.#told(
        pod,
        'Failed',
        (why) => `error making pod data directories: ${why}`,
        signal,
        () => files.makeFolders(pod),
      )) &&
      (await this.#told(
        pod,
        'FailedMount',
        (why) => why,
        signal,
        () => volumes.prepare(pod, signal),
      ))
    );
  }

  async #told(
    pod: Pod,
    reason: string,
    message: (why: string) => string,
    signal: AbortSignal,
    work: () => Promise<unknown>,
  ): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      this.#parts.events.record(pod, 'Warning', reason, message(text(error)));
      return false;
    }
  }

  async #end(plan: PodPlan, { pod, runtime, signal }: Round): Promise<void> {
    if (!plan.killPod) {
      await Promise.all(plan.kill.map((kill) => this.#endOne(pod, runtime, kill, signal)));
      return;
    }
    if (plan.sandbox?.replaces === true) {
      this.#parts.events.record(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
    }
    await this.#parts.ender.endAll(pod, runtime, {}, signal);
    await this.stopSandboxes(runtime, signal);
    if (plan.sandbox === undefined) return;
    // Init containers of the old sandbox must not count for the new one.
    const init = new Set((pod.spec.initContainers ?? []).map(({ name }) => name));
    for (const { id, name } of runtime.containers) {
      if (init.has(name)) await unlessGone(this.#parts.cri.removeContainer({ containerId: id }, { signal }));
    }
  }

  /** Stops every sandbox that still holds something. */
  async stopSandboxes(runtime: PodRuntime, signal: AbortSignal): Promise<void> {
    for (const { id } of runtime.sandboxes)
      await unlessGone(this.#parts.cri.stopPodSandbox({ podSandboxId: id }, { signal, timeoutMs: SANDBOX_TIMEOUT_MS }));
  }

  async #endOne(pod: Pod, runtime: PodRuntime, { container, message, reason }: ContainerKill, signal: AbortSignal): Promise<void> {
    const spec = containersOf(pod).find(({ name }) => name === container.name);
    if (spec !== undefined) await this.#parts.ender.end(pod, spec, container, runtimeIps(runtime)[0] ?? '', { message, reason }, signal);
  }

  async #config(pod: Pod, attempt: number) {
    try {
      const { podLogs, cgroups } = this.#parts;
      return sandboxConfig(pod, attempt, { ...(await this.#parts.sandboxFacts()), podLogs, cgroupParent: cgroups.path(pod) });
    } catch (error) {
      this.#parts.events.record(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${text(error)}`);
      return undefined;
    }
  }

  async #makeSandbox(pod: Pod, config: ReturnType<typeof sandboxConfig>, signal: AbortSignal) {
    const { cri, events } = this.#parts;
    if (pod.spec.hostUsers === false) {
      // Runtimes that know nothing of user namespaces would run it as the node's root without a word.
      events.record(
        pod,
        'Warning',
        'FailedCreatePodSandBox',
        'Failed to create pod sandbox: user namespaces are not supported on this node',
      );
      return undefined;
    }
    try {
      const { podSandboxId: id } = await cri.runPodSandbox({ config, runtimeHandler: '' }, { signal, timeoutMs: SANDBOX_TIMEOUT_MS });
      const { status } = await cri.podSandboxStatus({ podSandboxId: id }, { signal });
      const { ip = '', additionalIps = [] } = status?.network ?? {};
      return { id, ips: [ip, ...additionalIps.map((each) => each.ip)].filter((each) => each !== '') };
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'Unknown';
      events.record(
        pod,
        'Warning',
        'FailedCreatePodSandBox',
        `Failed to create pod sandbox: rpc error: code = ${code} desc = ${text(error)}`,
      );
      return undefined;
    }
  }

  async #startAll(plan: PodPlan, round: Round, around: StartSurroundings): Promise<number | undefined> {
    const { ephemeralContainers = [], initContainers = [], containers } = round.pod.spec;
    const waits: (number | undefined)[] = [];
    for (const name of plan.startEphemeral) waits.push((await this.#start(named(ephemeralContainers, name), round, around)).waitMs);
    for (const name of plan.startInit) {
      const container = named(initContainers, name);
      const { ok, waitMs } = await this.#start(container, round, around);
      waits.push(waitMs);
      if (!ok && container !== undefined && !isSidecar(container)) return earliest(waits);
    }
    for (const name of plan.start) waits.push((await this.#start(named(containers, name), round, around)).waitMs);
    return earliest(waits);
  }

  /** Starts a container unless it must still be held back; `waitMs`: when to try again. */
  async #start(
    container: AnyContainer | undefined,
    round: Round,
    around: StartSurroundings,
  ): Promise<{ ok: boolean; waitMs: number | undefined }> {
    if (container === undefined) return { ok: true, waitMs: undefined };
    const { memory, signal } = round;
    const heldMs = this.#held(container, round);
    if (heldMs > 0) return { ok: false, waitMs: heldMs };
    const outcome = await this.#parts.starter.start(container, around, signal);
    if (outcome.ok) {
      memory.failures.delete(container.name);
      return { ok: true, waitMs: undefined };
    }
    memory.failures.set(container.name, { reason: outcome.reason, message: outcome.message });
    return { ok: false, waitMs: outcome.retryInMs ?? FAILED_START_RETRY_MS };
  }

  #held(container: AnyContainer, { pod, runtime, memory }: Round): number {
    // The newest end counts, also when the container was ended just now and its own end is not read yet.
    const last = runtime.containers.find(({ name, state }) => name === container.name && state === 'exited');
    if (last === undefined) return 0;
    const key = `${container.name}/${containerHash(container)}`;
    const nowMs = this.#parts.clock.now();
    const remainingMs = memory.backoff.remainingMs(key, last.finishedAtMs, nowMs);
    if (remainingMs <= 0) {
      memory.backoff.next(key, last.finishedAtMs, nowMs);
      return 0;
    }
    const where = describePod(identityOf(pod));
    const message = `back-off ${printDurationMs(memory.backoff.delayMs(key))} restarting failed container=${container.name} pod=${where}`;
    memory.failures.set(container.name, { reason: 'CrashLoopBackOff', message });
    const said = `Back-off restarting failed container ${container.name} in pod ${where}`;
    this.#parts.events.record(containerSubject(pod, container.name), 'Warning', 'BackOff', said);
    return remainingMs;
  }
}

const isNothing = (plan: PodPlan): boolean =>
  !plan.killPod &&
  plan.sandbox === undefined &&
  [plan.kill, plan.startEphemeral, plan.startInit, plan.start].every(({ length }) => length === 0);

function named<T extends { readonly name: string }>(list: readonly T[], name: string): T | undefined {
  return list.find((each) => each.name === name);
}

function earliest(waits: readonly (number | undefined)[]): number | undefined {
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));
