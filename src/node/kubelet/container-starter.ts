// Starts one container: image, configuration, creation, start, post-start hook; each step's failure has its own reason.
//
// C1. A container is in the runtime only after its image and configuration are in order, so a failure leaves nothing behind.

import type { Pod } from '../../api/core/v1/pod.ts';
import { isAbort } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { EventRecorder } from '../../runtime/event-recorder.ts';
import type { CriClient, MountInput, PodSandboxConfigInput } from '../runtime/index.ts';
import { containerConfig, containerLogFile } from './config/container.ts';
import { nonRootProblem } from './config/security.ts';
import type { ImagePuller, PresentImage } from './images/puller.ts';
import { runHook } from './lifecycle-hooks.ts';
import type { PodFiles } from './pod-files.ts';
import { containerSubject, describePod, identityOf, podLogFolder } from './pod-names.ts';
import type { PodRuntime } from './runtime-state.ts';
import { findContainer } from './runtime-state.ts';
import type { AnyContainer, Configured, ContainerEnvironment, PodVolumes, Variable } from './seams.ts';

export interface StarterParts {
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly images: ImagePuller;
  readonly volumes: PodVolumes;
  readonly environment: ContainerEnvironment;
  readonly files: PodFiles;
  readonly hostIPs: readonly string[];
  readonly podLogs: string;
  readonly nodeMemoryBytes: number;
  /** Ends a container whose post-start hook failed. */
  readonly endFailed: (pod: Pod, container: AnyContainer, containerId: string, signal: AbortSignal) => Promise<void>;
}

/** What a container is started in. */
export interface StartSurroundings {
  readonly pod: Pod;
  readonly runtime: PodRuntime;
  readonly sandboxId: string;
  readonly sandbox: PodSandboxConfigInput;
  readonly ips: readonly string[];
}

export type StartOutcome =
  | { readonly ok: true; readonly containerId: string }
  | { readonly ok: false; readonly reason: string; readonly message: string; readonly retryInMs: number | undefined };

/** Starts containers. */
export class ContainerStarter {
  readonly #parts: StarterParts;

  constructor(parts: StarterParts) {
    this.#parts = parts;
  }

  /** Brings the container up, or says why not. Throws only when the signal fires. */
  async start(container: AnyContainer, around: StartSurroundings, signal: AbortSignal): Promise<StartOutcome> {
    const image = await this.#parts.images.ensure(around.pod, container, around.sandbox, signal);
    if (!image.ok) {
      this.#event(around.pod, container, 'Warning', 'Failed', `Error: ${image.reason}`);
      return image;
    }
    const restartCount = await this.#restartCount(container, around);
    const config = await this.#configure(container, around, image.image, restartCount, signal);
    if (!config.ok) {
      this.#event(around.pod, container, 'Warning', 'Failed', `Error: ${config.message}`);
      return { ...config, retryInMs: undefined };
    }
    const created = await this.#attempt(around.pod, container, 'CreateContainerError', signal, async () => {
      const { sandboxId: podSandboxId, sandbox: sandboxConfig } = around;
      return this.#parts.cri.createContainer({ podSandboxId, config: config.value, sandboxConfig }, { signal });
    });
    if (!created.ok) return { ...created, retryInMs: undefined };
    const { containerId } = created.value;
    this.#event(around.pod, container, 'Normal', 'Created', 'Container created');
    const started = await this.#attempt(around.pod, container, 'RunContainerError', signal, () =>
      this.#parts.cri.startContainer({ containerId }, { signal }),
    );
    if (!started.ok) return { ...started, retryInMs: undefined };
    this.#event(around.pod, container, 'Normal', 'Started', 'Container started');
    const logs = podLogFolder(this.#parts.podLogs, identityOf(around.pod));
    await this.#parts.files.linkLog(around.pod, container.name, containerId, `${logs}/${containerLogFile(container.name, restartCount)}`);
    return this.#afterStart(container, containerId, around, signal);
  }

  async #restartCount(container: AnyContainer, { pod, runtime }: StartSurroundings): Promise<number> {
    const last = findContainer(runtime, container.name);
    return last === undefined ? this.#parts.files.nextAttempt(pod, container.name) : last.restartCount + 1;
  }

  async #configure(container: AnyContainer, around: StartSurroundings, image: PresentImage, restartCount: number, signal: AbortSignal) {
    const { pod, ips } = around;
    const wrong = (message: string): Configured<never> => ({ ok: false, reason: 'CreateContainerConfigError', message });
    const target = targetOf(container, around.runtime);
    if (target === 'missing')
      return wrong(`unable to find target container ${'targetContainerName' in container ? container.targetContainerName : ''}`);
    const root = nonRootProblem(pod, container, image.user);
    if (root !== undefined) return wrong(root);
    try {
      const environment = await this.#parts.environment.of(pod, container, { podIPs: ips, hostIPs: this.#parts.hostIPs }, signal);
      if (!environment.ok) return environment;
      const mounts = await this.#mounts(container, around, environment.value, signal);
      if (!mounts.ok) return mounts;
      const facts = {
        restartCount,
        imageRef: image.ref,
        imageUser: image.user,
        environment: environment.value,
        mounts: mounts.value,
        nodeMemoryBytes: this.#parts.nodeMemoryBytes,
        targetId: target,
      };
      return { ok: true as const, value: containerConfig(pod, container, facts) };
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      return wrong(text(error));
    }
  }

  async #mounts(
    container: AnyContainer,
    { pod, ips }: StartSurroundings,
    environment: readonly Variable[],
    signal: AbortSignal,
  ): Promise<Configured<readonly MountInput[]>> {
    const volumes = await this.#parts.volumes.mounts(pod, container, environment, signal);
    if (!volumes.ok) return volumes;
    const own = await this.#parts.files.mounts(pod, container, ips, volumes.value);
    return { ok: true, value: [...volumes.value, ...own] };
  }

  async #afterStart(
    container: AnyContainer,
    containerId: string,
    { pod, ips }: StartSurroundings,
    signal: AbortSignal,
  ): Promise<StartOutcome> {
    const hook = container.lifecycle?.postStart;
    if (hook === undefined) return { ok: true, containerId };
    const subject = { container, containerId, podIp: ips[0] ?? '', pod: describePod(identityOf(pod)) };
    const message = await runHook(this.#parts, subject, hook, signal);
    if (message === undefined) return { ok: true, containerId };
    this.#event(pod, container, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
    await this.#parts.endFailed(pod, container, containerId, signal);
    return { ok: false, reason: 'PostStartHookError', message, retryInMs: undefined };
  }

  async #attempt<T>(
    pod: Pod,
    container: AnyContainer,
    reason: string,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<Configured<T>> {
    try {
      return { ok: true, value: await work() };
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      const message = text(error);
      this.#event(pod, container, 'Warning', 'Failed', `Error: ${message}`);
      return { ok: false, reason, message };
    }
  }

  #event(pod: Pod, container: AnyContainer, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#parts.events.record(containerSubject(pod, container.name), type, reason, message);
  }
}

function targetOf(container: AnyContainer, runtime: PodRuntime): string | undefined {
  const name = 'targetContainerName' in container ? (container.targetContainerName ?? '') : '';
  return name === '' ? undefined : (findContainer(runtime, name)?.id ?? 'missing');
}

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));
