// Takes away what a Pod leaves behind: containers and sandboxes in the runtime, volumes, groups, folders, logs.
//
// V1. Everything is found by the Pod's uid, so that it works for Pods of which nothing else is known any more.

import { isNotFound } from '../runtime/index.ts';
import type { CriClient } from '../runtime/index.ts';
import type { PodCgroups } from './pod-cgroups.ts';
import type { PodFiles } from './pod-files.ts';
import type { PodIdentity } from './pod-names.ts';
import type { RuntimeReader } from './runtime-reader.ts';
import type { PodVolumes } from './seams.ts';

interface Parts {
  readonly cri: CriClient;
  readonly reader: RuntimeReader;
  readonly volumes: PodVolumes;
  readonly cgroups: PodCgroups;
  readonly files: PodFiles;
}

const ORPHAN_GRACE_SECONDS = 2;

/** Removes Pods. */
export class PodRemover {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Gives back what only running containers need. */
  async releaseResources(uid: string, signal: AbortSignal): Promise<void> {
    await this.#parts.volumes.teardown(uid, signal);
    await this.#parts.cgroups.remove(uid, signal);
  }

  /** Removes the rest, logs included; running containers are ended without much ado. */
  async removeAll(identity: PodIdentity, signal: AbortSignal): Promise<void> {
    const { cri, reader, files } = this.#parts;
    const { containers, sandboxes } = await reader.read(identity.uid, signal);
    await Promise.all(
      containers
        .filter(({ state }) => state !== 'exited')
        .map(({ id }) => unlessGone(cri.stopContainer({ containerId: id, timeout: ORPHAN_GRACE_SECONDS }, { signal }))),
    );
    for (const { id } of containers) await unlessGone(cri.removeContainer({ containerId: id }, { signal }));
    for (const { id } of sandboxes) {
      await unlessGone(cri.stopPodSandbox({ podSandboxId: id }, { signal }));
      await unlessGone(cri.removePodSandbox({ podSandboxId: id }, { signal }));
    }
    await this.releaseResources(identity.uid, signal);
    await files.removeFolder(identity.uid);
    await files.removeLogs(identity);
  }

  /** Removes all but the newest two attempts of each container, and sandboxes that a newer one replaced. */
  async prune(identity: PodIdentity, signal: AbortSignal): Promise<void> {
    const { cri, reader, files } = this.#parts;
    const { containers, sandboxes } = await reader.read(identity.uid, signal);
    const seen = new Map<string, number>();
    for (const { id, name, state, logPath } of containers) {
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      if (nth <= 2 || state === 'running') continue;
      await unlessGone(cri.removeContainer({ containerId: id }, { signal }));
      await files.removeLog(identity, name, id, logPath);
    }
    const inUse = new Set((await reader.read(identity.uid, signal)).containers.map(({ sandboxId }) => sandboxId));
    for (const { id, ready } of sandboxes.slice(1)) {
      if (ready || inUse.has(id)) continue;
      await unlessGone(cri.removePodSandbox({ podSandboxId: id }, { signal }));
    }
  }
}

async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
