// Reads what the runtime has of a Pod. What cannot change any more is read once.
//
// R1. An ended container's status, its message included, is read when it is first seen so; later reads cost one list.

import type { Clock } from '../../base/clock.ts';
import { isNotFound } from '../runtime/index.ts';
import type { Container as CriContainer, ContainerStatus as CriContainerStatus, CriClient, PodSandbox } from '../runtime/index.ts';
import type { PodIdentity } from './pod-names.ts';
import { containerName, identityFromLabels, POD_UID_LABEL, readNotes } from './labels.ts';
import type { PodRuntime, RuntimeContainer, RuntimeContainerState, RuntimeSandbox } from './runtime-state.ts';
import type { TerminationMessages } from './termination-message.ts';

interface Parts {
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly messages: TerminationMessages;
}

const STATES: Readonly<Record<CriContainerStatus['state'], RuntimeContainerState>> = {
  CONTAINER_CREATED: 'created',
  CONTAINER_RUNNING: 'running',
  CONTAINER_EXITED: 'exited',
  CONTAINER_UNKNOWN: 'unknown',
};

const toMs = (nanoseconds: bigint): number => Number(nanoseconds / 1_000_000n);
const newestFirst = (a: { createdAt: bigint }, b: { createdAt: bigint }): number => Number(b.createdAt - a.createdAt);

/** How long after an exit event the runtime may still say that the container runs, in steps of 10 ms. */
const EXIT_POLLS = 20;

/** What one list tells of a Pod: the ids of its sandboxes and containers, and their states as a text to compare. */
export interface ListedPod {
  readonly identity: PodIdentity;
  readonly ids: readonly string[];
  readonly states: string;
}

/** Reads Pods from the runtime. */
export class RuntimeReader {
  readonly #parts: Parts;
  readonly #ended = new Map<string, RuntimeContainer>();
  readonly #sandboxes = new Map<string, RuntimeSandbox>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The Pods that the runtime has anything of, by uid. */
  async listPods(signal: AbortSignal): Promise<ReadonlyMap<string, ListedPod>> {
    const { cri } = this.#parts;
    const [{ items }, { containers }] = await Promise.all([cri.listPodSandbox({}, { signal }), cri.listContainers({}, { signal })]);
    const pods = new Map<string, { identity: PodIdentity; ids: string[]; states: string }>();
    for (const { id, labels, state } of [...items, ...containers]) {
      const identity = identityFromLabels(labels);
      if (identity === undefined) continue;
      const entry = pods.get(identity.uid) ?? { identity, ids: [], states: '' };
      entry.ids.push(id);
      entry.states += `${id}=${state} `;
      pods.set(identity.uid, entry);
    }
    this.#forget(new Set([...pods.values()].flatMap(({ ids }) => ids)));
    return pods;
  }

  /** What there is of one Pod. `exited`: ids of which an exit was told, so that they are waited for. */
  async read(uid: string, signal: AbortSignal, exited: ReadonlySet<string> = new Set()): Promise<PodRuntime> {
    for (let poll = 0; ; poll++) {
      const runtime = await this.#readOnce(uid, signal);
      const late =
        runtime.containers.some(({ id, state }) => state === 'running' && exited.has(id)) ||
        runtime.sandboxes.some(({ id, ready }) => ready && exited.has(id));
      if (!late || poll === EXIT_POLLS) return runtime;
      await this.#parts.clock.sleep(10, signal);
    }
  }

  async #readOnce(uid: string, signal: AbortSignal): Promise<PodRuntime> {
    const { cri } = this.#parts;
    const labelSelector = { [POD_UID_LABEL]: uid };
    const [{ items }, { containers }] = await Promise.all([
      cri.listPodSandbox({ filter: { labelSelector } }, { signal }),
      cri.listContainers({ filter: { labelSelector } }, { signal }),
    ]);
    const [sandboxes, statuses] = await Promise.all([
      Promise.all(items.toSorted(newestFirst).map((sandbox, index) => this.#sandbox(sandbox, index === 0, signal))),
      Promise.all(containers.toSorted(newestFirst).map((container) => this.#container(container, signal))),
    ]);
    return { sandboxes: sandboxes.filter(isThere), containers: statuses.filter(isThere) };
  }

  async #sandbox(listed: PodSandbox, newest: boolean, signal: AbortSignal): Promise<RuntimeSandbox | undefined> {
    const ready = listed.state === 'SANDBOX_READY';
    const known = this.#sandboxes.get(listed.id);
    // Addresses never change; only a sandbox that is new or changed its state is asked about.
    if (known !== undefined && known.ready === ready && (!newest || known.ips.length > 0 || known.hostNetwork)) return known;
    const status = await this.#unlessGone(this.#parts.cri.podSandboxStatus({ podSandboxId: listed.id }, { signal }));
    if (status?.status === undefined) return undefined;
    const { network, linux } = status.status;
    const sandbox: RuntimeSandbox = {
      id: listed.id,
      attempt: listed.metadata?.attempt ?? 0,
      ready,
      createdAtMs: toMs(listed.createdAt),
      hostNetwork: linux?.namespaces?.options?.network === 'NODE',
      ips: [network?.ip ?? '', ...(network?.additionalIps ?? []).map(({ ip }) => ip)].filter((ip) => ip !== ''),
    };
    this.#sandboxes.set(listed.id, sandbox);
    return sandbox;
  }

  async #container(listed: CriContainer, signal: AbortSignal): Promise<RuntimeContainer | undefined> {
    const ended = this.#ended.get(listed.id);
    if (ended !== undefined) return ended;
    const response = await this.#unlessGone(this.#parts.cri.containerStatus({ containerId: listed.id }, { signal }));
    if (response?.status === undefined) return undefined;
    const container = await this.#describe(response.status, listed.podSandboxId);
    if (container.state === 'exited') this.#ended.set(listed.id, container);
    return container;
  }

  async #describe(status: CriContainerStatus, sandboxId: string): Promise<RuntimeContainer> {
    const notes = readNotes(status.annotations);
    const state = STATES[status.state];
    const linux = status.user?.linux;
    const message = state === 'exited' ? await this.#parts.messages.of(status, notes) : '';
    return {
      id: status.id,
      name: containerName(status.labels),
      sandboxId,
      state,
      restartCount: notes.restartCount,
      hash: notes.hash,
      createdAtMs: toMs(status.createdAt),
      startedAtMs: toMs(status.startedAt),
      finishedAtMs: toMs(status.finishedAt),
      exitCode: status.exitCode,
      reason: status.reason,
      message: [status.message, message].filter((text) => text !== '').join(': '),
      image: status.image?.image ?? '',
      imageId: status.imageRef,
      logPath: status.logPath,
      user: linux === undefined ? undefined : { uid: linux.uid, gid: linux.gid, ...groupsOf(linux.supplementalGroups) },
    };
  }

  async #unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #forget(present: ReadonlySet<string>): void {
    for (const known of [this.#ended, this.#sandboxes]) {
      for (const id of known.keys()) if (!present.has(id)) known.delete(id);
    }
  }
}

const isThere = <T>(value: T | undefined): value is T => value !== undefined;
const groupsOf = (groups: readonly number[]): { supplementalGroups?: readonly number[] } =>
  groups.length === 0 ? {} : { supplementalGroups: groups };
