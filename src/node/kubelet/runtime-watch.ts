// Wakes Pods when something happens to their containers: told by the runtime at once, found by listing every ten seconds.
//
// L1. An event names a container or sandbox; the list says whose it is. An unknown one makes a new list.
// L2. The list alone would do: events only make it quick.

import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { isAbort } from '../../base/abort.ts';
import type { CriClient } from '../runtime/index.ts';
import type { PodIdentity } from './pod-names.ts';
import type { RuntimeReader } from './runtime-reader.ts';

const RELIST_MS = 10_000;

interface Parts {
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly reader: RuntimeReader;
  /** A container or sandbox of the Pod changed; `exited` is a container that ended. */
  readonly wake: (uid: string, exited?: string) => void;
  /** All Pods that the runtime has anything of. */
  readonly onList: (pods: readonly PodIdentity[]) => void;
}

/** Watches the runtime. */
export class RuntimeWatch {
  readonly #parts: Parts;
  readonly #owners = new Map<string, string>();
  #seen = new Map<string, string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Follows the runtime's events until the signal fires. */
  async followEvents(signal: AbortSignal): Promise<void> {
    for await (const event of this.#parts.cri.containerEvents(signal)) {
      try {
        if (event.type === 'resync') await this.relist(signal);
        else await this.#tell(event.id, event.type === 'stopped', signal);
      } catch (error) {
        if (isAbort(error, signal)) return;
        this.#parts.logger.warn('the runtime could not be listed', { error });
      }
    }
  }

  /** Lists now and then until the signal fires. */
  async relistRegularly(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#parts.clock.sleep(RELIST_MS, signal);
      try {
        await this.relist(signal);
      } catch (error) {
        if (isAbort(error, signal)) return;
        this.#parts.logger.warn('the runtime could not be listed', { error });
      }
    }
  }

  /** Wakes every Pod whose containers are not those of the list before. */
  async relist(signal: AbortSignal): Promise<void> {
    const pods = await this.#parts.reader.listPods(signal);
    const now = new Map<string, string>();
    this.#owners.clear();
    for (const [uid, { states, ids }] of pods) {
      now.set(uid, states);
      for (const id of ids) this.#owners.set(id, uid);
    }
    for (const uid of new Set([...now.keys(), ...this.#seen.keys()])) if (now.get(uid) !== this.#seen.get(uid)) this.#parts.wake(uid);
    this.#seen = now;
    this.#parts.onList([...pods.values()].map(({ identity }) => identity));
  }

  async #tell(id: string, exited: boolean, signal: AbortSignal): Promise<void> {
    if (!this.#owners.has(id)) await this.#learn(signal);
    const uid = this.#owners.get(id);
    if (uid !== undefined) this.#parts.wake(uid, exited ? id : undefined);
  }

  async #learn(signal: AbortSignal): Promise<void> {
    for (const [uid, { ids }] of await this.#parts.reader.listPods(signal)) for (const id of ids) this.#owners.set(id, uid);
  }
}
