// Clears away what no Pod of the node owns any more, and keeps logs from growing for ever.
//
// H1. Nothing is removed before the API and the runtime have told all Pods of the node once.
// H2. What still is in the runtime is ended there first, with time to end well.

import { readdir, rename, rm, stat } from 'node:fs/promises';

import { isAbort } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { isNotFound } from '../runtime/index.ts';
import type { CriClient } from '../runtime/index.ts';
import type { NodeScope } from '../scope/index.ts';
import { errorCode } from '../scope/index.ts';
import type { PodFiles } from './pod-files.ts';
import type { PodIdentity } from './pod-names.ts';
import type { PodRemover } from './pod-remover.ts';
import type { ContainerView, PodView } from './seams.ts';

interface Parts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cri: CriClient;
  readonly scope: Pick<NodeScope, 'hostPath'>;
  readonly files: PodFiles;
  readonly remover: PodRemover;
  /** Whether a worker looks after the Pod. */
  readonly known: (uid: string) => boolean;
  readonly views: () => Iterable<PodView>;
}

const FIRST_MS = 2_000;
const PERIOD_MS = 60_000;
const LOG_PERIOD_MS = 10_000;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
const LOG_FILES = 5;

/** Clears away. */
export class Housekeeping {
  readonly #parts: Parts;
  readonly #removing = new Set<string>();
  #inRuntime: ReadonlySet<string> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Now and then until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#parts.clock.sleep(FIRST_MS, signal);
    for (;;) {
      await this.#settle('folders without a Pod stay', signal, () => this.removeFolders(signal));
      await this.#parts.clock.sleep(PERIOD_MS, signal);
    }
  }

  /** Looks after the logs until the signal fires. */
  async runLogs(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#parts.clock.sleep(LOG_PERIOD_MS, signal);
      await this.#settle('logs were not rotated', signal, () => this.#rotateAll(signal));
    }
  }

  async #settle(what: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      this.#parts.logger.warn(what, { error });
    }
  }

  /** Ends and removes Pods that the runtime has and the API has not. */
  async removeOrphans(pods: readonly PodIdentity[], signal: AbortSignal): Promise<void> {
    this.#inRuntime = new Set(pods.map(({ uid }) => uid));
    for (const identity of pods) {
      const { uid } = identity;
      if (this.#parts.known(uid) || this.#removing.has(uid)) continue;
      this.#removing.add(uid);
      try {
        this.#parts.logger.info('a Pod without an object is removed', { ...identity });
        await this.#settle('a Pod without an object stays', signal, () => this.#parts.remover.removeAll(identity, signal));
      } finally {
        this.#removing.delete(uid);
      }
    }
  }

  /** Removes folders of Pods that nobody looks after. */
  async removeFolders(signal: AbortSignal): Promise<void> {
    const { files, remover, known } = this.#parts;
    const inRuntime = this.#inRuntime;
    if (inRuntime === undefined) return;
    const logs = await files.logFoldersOnDisk();
    const onDisk = new Map<string, PodIdentity>(logs.map((identity) => [identity.uid, identity]));
    for (const uid of await files.uidsOnDisk()) if (!onDisk.has(uid)) onDisk.set(uid, { uid, namespace: '', name: '' });
    for (const identity of onDisk.values()) {
      if (known(identity.uid) || this.#removing.has(identity.uid) || inRuntime.has(identity.uid)) continue;
      await remover.releaseResources(identity.uid, signal);
      await files.removeFolder(identity.uid);
      if (identity.name !== '') await files.removeLogs(identity);
    }
  }

  async #rotateAll(signal: AbortSignal): Promise<void> {
    for (const { containers } of this.#parts.views()) {
      for (const container of containers) if (container.state === 'running') await this.#rotate(container, signal);
    }
  }

  async #rotate({ id, logPath }: ContainerView, signal: AbortSignal): Promise<void> {
    const path = this.#parts.scope.hostPath(logPath);
    const size = await sizeOf(path);
    if (size === undefined || size < LOG_LIMIT_BYTES) return;
    const slash = path.lastIndexOf('/');
    const [folder, name] = [path.slice(0, slash), path.slice(slash + 1)];
    const rotated = (await readdir(folder)).filter((file) => file.startsWith(`${name}.`)).toSorted();
    for (const file of rotated.slice(0, Math.max(0, rotated.length - (LOG_FILES - 2)))) await rm(`${folder}/${file}`, { force: true });
    const stamp = new Date(this.#parts.clock.now()).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '');
    await rename(path, `${path}.${stamp.slice(0, 8)}-${stamp.slice(8)}`);
    try {
      await this.#parts.cri.reopenContainerLog({ containerId: id }, { signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
