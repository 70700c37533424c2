// Ends containers: pre-stop hook, stop signal, grace period, and SIGKILL when that is over.
//
// E1. Every container of a Pod that ends is ended at once, but sidecars only after what they serve, in reverse order.
// E2. The grace period counts from the beginning, hooks and waiting included; every container gets at least two seconds after SIGTERM.

import type { Container } from '../../api/core/v1/container.ts';
import type { Probe } from '../../api/core/v1/handlers.ts';
import { isSidecar } from '../../api/core/v1/pod-resources.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { isAbort, withDeadline } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { EventRecorder } from '../../runtime/event-recorder.ts';
import { isNotFound } from '../runtime/index.ts';
import type { CriClient } from '../runtime/index.ts';
import type { KillReason } from './container-decision.ts';
import { runHook } from './lifecycle-hooks.ts';
import { containersOf, containerSubject, describePod, identityOf } from './pod-names.ts';
import type { PodRuntime, RuntimeContainer } from './runtime-state.ts';
import { runtimeIps } from './runtime-state.ts';
import type { AnyContainer } from './seams.ts';

const MINIMUM_GRACE_SECONDS = 2;
/** What the runtime may need on top of the grace period. */
const STOP_SLACK_MS = 120_000;

interface Parts {
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly events: EventRecorder;
}

export interface EndOptions {
  readonly message?: string | undefined;
  readonly reason?: KillReason | undefined;
  /** Instead of what the Pod and its probes say. */
  readonly graceSeconds?: number | undefined;
  /** Resolves when it is this container's turn. */
  readonly turn?: Promise<unknown> | undefined;
}

/** Ends containers. */
export class ContainerEnder {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Ends one container of a Pod and resolves when it is gone. */
  async end(
    pod: Pod,
    container: AnyContainer,
    running: Pick<RuntimeContainer, 'id' | 'name'>,
    podIp: string,
    options: EndOptions,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, events } = this.#parts;
    const graceSeconds = options.graceSeconds ?? gracePeriod(pod, container, options.reason ?? 'other');
    events.record(containerSubject(pod, running.name), 'Normal', 'Killing', options.message ?? `Stopping container ${running.name}`);
    const endMs = clock.monotonicMs() + graceSeconds * 1000;
    const hook = container.lifecycle?.preStop;
    if (hook !== undefined && graceSeconds > 0) {
      await this.#within(endMs, signal, async (limit) => {
        const subject = { container, containerId: running.id, podIp, pod: describePod(identityOf(pod)) };
        const problem = await runHook(this.#parts, subject, hook, limit);
        if (problem !== undefined) events.record(containerSubject(pod, running.name), 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
      });
    }
    const { turn } = options;
    if (turn !== undefined && graceSeconds > 0) await this.#within(endMs, signal, (limit) => orAborted(turn, limit));
    const leftSeconds = Math.ceil((endMs - clock.monotonicMs()) / 1000);
    await this.stop(running.id, Math.max(MINIMUM_GRACE_SECONDS, leftSeconds), signal);
  }

  /** Stops a container of which nothing more is known. */
  async stop(containerId: string, graceSeconds: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#parts.cri.stopContainer(
        { containerId, timeout: graceSeconds },
        { signal, timeoutMs: graceSeconds * 1000 + STOP_SLACK_MS },
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Ends all containers of a Pod that run, each in its turn. */
  async endAll(pod: Pod, runtime: PodRuntime, options: Pick<EndOptions, 'graceSeconds'>, signal: AbortSignal): Promise<void> {
    const running = runtime.containers.filter(({ state }) => state === 'running' || state === 'unknown' || state === 'created');
    const specs = new Map(containersOf(pod).map((container) => [container.name, container]));
    const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
    const [podIp = ''] = runtimeIps(runtime);
    const ended = new Map<string, Promise<void>>();
    const regular = running.filter(({ name }) => !sidecars.includes(name));
    const endOne = (container: RuntimeContainer, turn: Promise<unknown> | undefined): Promise<void> => {
      const spec = specs.get(container.name);
      if (spec === undefined || container.state === 'created')
        return this.stop(container.id, options.graceSeconds ?? MINIMUM_GRACE_SECONDS, signal);
      return this.end(pod, spec, container, podIp, { ...options, turn }, signal);
    };
    for (const container of regular) ended.set(container.name, endOne(container, undefined));
    for (const name of sidecars.toReversed()) {
      const container = running.find((each) => each.name === name);
      if (container !== undefined) ended.set(name, endOne(container, Promise.allSettled(ended.values())));
    }
    const failed = (await Promise.allSettled(ended.values())).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #within(endMs: number, signal: AbortSignal, work: (limit: AbortSignal) => Promise<unknown>): Promise<void> {
    const { clock } = this.#parts;
    const over = new DOMException('the grace period is over', 'AbortError');
    const limit = withDeadline(clock, signal, Math.max(0, endMs - clock.monotonicMs()), () => over);
    try {
      await work(limit.signal);
    } catch (error) {
      if (signal.aborted || !isAbort(error, limit.signal)) throw error;
    } finally {
      limit.done();
    }
  }
}

function orAborted(work: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** How long a container has: the Pod's deletion first, then the failed probe's own period, then the Pod's. */
export function gracePeriod(pod: Pod, container: AnyContainer, reason: KillReason): number {
  const { deletionGracePeriodSeconds } = pod.metadata;
  if (deletionGracePeriodSeconds !== undefined) return Number(deletionGracePeriodSeconds);
  const own = probeOf(container, reason)?.terminationGracePeriodSeconds;
  return Number(own ?? pod.spec.terminationGracePeriodSeconds ?? MINIMUM_GRACE_SECONDS);
}

function probeOf(container: Pick<Container, 'livenessProbe' | 'startupProbe'>, reason: KillReason): Probe | undefined {
  if (reason === 'liveness') return container.livenessProbe;
  return reason === 'startup' ? container.startupProbe : undefined;
}
