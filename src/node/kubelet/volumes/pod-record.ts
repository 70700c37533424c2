// The volumes of one Pod: made one after another's request, kept current, let go at its end.
//
// R1. Work on a Pod's volumes is done one piece at a time, so that a refresh never meets a set-up half done.
// R2. The first reading of an object is live; later ones take what its watch knows.
// R3. A refresh that fails leaves the old files and is tried again.

import { mkdir, stat } from 'node:fs/promises';

import type { Pod } from '../../../api/core/v1/pod.ts';
import type { Volume } from '../../../api/core/v1/volume.ts';
import { isAbort } from '../../../base/abort.ts';
import type { Timer } from '../../../base/clock.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { readReferenced } from '../environment/referenced-data.ts';
import type { ReferencedData } from '../environment/referenced-data.ts';
import { errorCode } from '../../scope/index.ts';
import type { KubeletParts } from '../seams.ts';
import { cleanPayload, writeAtomically } from './atomic-write.ts';
import { makeOpenFolder, setUpEmptyDir } from './empty-dir.ts';
import { setUpHostPath } from './host-path.ts';
import { nestedMountPoints } from './nested-mounts.ts';
import type { ObjectWatches, Reference } from './object-watches.ts';
import { giveToGroup } from './ownership.ts';
import { PodTokens } from './pod-tokens.ts';
import { projectionOf, referencesOf, showsPod, volumeContent } from './volume-content.ts';
import { podFolder } from './volume-folders.ts';
import { folderPlugin, volumePath } from './volume-mounts.ts';

const RETRY_MS = 10_000;
const SUFFIX_LENGTH = 9;

export class PodRecord {
  readonly #parts: KubeletParts;
  readonly #watches: ObjectWatches;
  readonly #tokens: PodTokens;
  readonly #ended = new AbortController();
  readonly #ready = new Set<string>();
  readonly #releases = new Map<string, () => void>();
  readonly #timers = new Map<string, Timer>();
  readonly #due = new Set<string>();
  #pod: Pod;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: KubeletParts, watches: ObjectWatches, pod: Pod) {
    this.#parts = parts;
    this.#watches = watches;
    this.#tokens = new PodTokens(parts);
    this.#pod = pod;
  }

  /** Makes what is not there yet; throws the first problem, once every other volume has been tried. */
  prepare(pod: Pod, signal: AbortSignal): Promise<void> {
    this.#take(pod);
    const volumes = pod.spec.volumes ?? [];
    if (volumes.every(({ name }) => this.#ready.has(name))) return Promise.resolve();
    return this.#inTurn(async () => {
      const either = AbortSignal.any([signal, this.#ended.signal]);
      const outcomes = await Promise.allSettled(volumes.map((volume) => this.#setUp(volume, either)));
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    });
  }

  /** Takes up what an earlier run of Tyke made, for a Pod that runs and is not prepared again; tried until it succeeds. */
  adopt(): void {
    const { signal } = this.#ended;
    this.#inTurn(async () => {
      if (signal.aborted || !(await this.#wasPrepared())) return;
      for (const volume of this.#pod.spec.volumes ?? []) await this.#setUp(volume, signal);
    }).catch((error: unknown) => {
      if (signal.aborted) return;
      this.#parts.logger.warn('the volumes of a running Pod could not be taken up', { pod: this.#pod.metadata.name, error });
      this.#timers.set(
        '',
        this.#parts.clock.after(RETRY_MS, () => this.adopt()),
      );
    });
  }

  /** Takes the newest object; files that show it follow. */
  changed(pod: Pod): void {
    this.#take(pod);
  }

  /** Ends watches, timers and work under way. */
  async end(): Promise<void> {
    this.#ended.abort(new DOMException('the Pod ended', 'AbortError'));
    for (const release of this.#releases.values()) release();
    for (const timer of this.#timers.values()) timer.cancel();
    await this.#last;
  }

  async #wasPrepared(): Promise<boolean> {
    const { scope } = this.#parts;
    try {
      return (await stat(scope.hostPath(`${podFolder(scope.folders.kubelet, this.#pod.metadata.uid ?? '')}/volumes`))).isDirectory();
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    }
  }

  #take(pod: Pod): void {
    const { metadata: before } = this.#pod;
    this.#pod = pod;
    const { metadata: now } = pod;
    if (semanticEqual([before.labels, before.annotations], [now.labels, now.annotations])) return;
    for (const volume of pod.spec.volumes ?? []) if (showsPod(volume)) this.#refreshSoon(volume.name);
  }

  /** R1 */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #setUp(volume: Volume, signal: AbortSignal): Promise<void> {
    const { name } = volume;
    if (this.#ready.has(name)) return;
    try {
      await this.#make(volume, signal);
      this.#ready.add(name);
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`MountVolume.SetUp failed for volume "${name}" : ${why}`, { cause: error });
    }
  }

  async #make(volume: Volume, signal: AbortSignal): Promise<void> {
    const { scope } = this.#parts;
    const node = this.#parts.node();
    const { name, emptyDir, hostPath } = volume;
    if (emptyDir !== undefined) await setUpEmptyDir({ scope, pod: this.#pod, name, source: emptyDir, node, group: this.#group() }, signal);
    else if (hostPath !== undefined) await setUpHostPath(scope, hostPath, signal);
    else if (projectionOf(volume) !== undefined) {
      // The watch comes first, so that no change falls between reading and watching.
      this.#watch(volume);
      await this.#write(volume, (reference) => this.#readLive(reference, signal), signal);
    } else throw new Error(`volumes of type ${sourceType(volume)} are not supported by this node`);
  }

  #group(): number | undefined {
    const group = this.#pod.spec.securityContext?.fsGroup;
    return group === undefined ? undefined : Number(group);
  }

  #readLive({ kind, namespace, name }: Reference, signal: AbortSignal): Promise<ReferencedData | undefined> {
    return readReferenced(this.#parts.client, kind, namespace, name, signal);
  }

  #watch(volume: Volume): void {
    if (this.#releases.has(volume.name)) return;
    const references = referencesOf(volume, this.#pod.metadata.namespace ?? '');
    const releases = references.map((reference) => this.#watches.watch(reference, () => this.#refreshSoon(volume.name)));
    this.#releases.set(volume.name, () => {
      for (const release of releases) release();
    });
  }

  async #write(volume: Volume, read: (reference: Reference) => Promise<ReferencedData | undefined>, signal: AbortSignal): Promise<void> {
    const parts = this.#parts;
    const pod = this.#pod;
    const content = await volumeContent({ parts, pod, volume, tokens: this.#tokens, read }, signal);
    const payload = content.ok ? cleanPayload(content.value) : content;
    if (!payload.ok) throw new Error(payload.error);
    const plugin = folderPlugin(volume);
    const folder = plugin && parts.scope.hostPath(volumePath(parts.scope.folders.kubelet, pod.metadata.uid ?? '', volume) ?? '');
    if (folder === undefined) return;
    const group = this.#group();
    if (!this.#ready.has(volume.name)) {
      await makeOpenFolder(folder);
      for (const nested of nestedMountPoints(pod, volume.name)) await mkdir(`${folder}/${nested}`, { recursive: true });
    }
    await writeAtomically(folder, payload.value, {
      nowMs: parts.clock.now(),
      suffix: parts.random.suffix(SUFFIX_LENGTH),
      setPermissions: async () => {
        if (group !== undefined) await giveToGroup(folder, group, true);
      },
    });
    this.#renewLater(volume.name);
  }

  #renewLater(volume: string): void {
    const renewAtMs = this.#tokens.nextRenewalMs(volume);
    if (renewAtMs !== undefined) this.#refreshAfter(volume, Math.max(0, renewAtMs - this.#parts.clock.now()));
  }

  #refreshAfter(volume: string, delayMs: number): void {
    this.#timers.get(volume)?.cancel();
    if (this.#ended.signal.aborted) return;
    this.#timers.set(
      volume,
      this.#parts.clock.after(delayMs, () => this.#refreshSoon(volume)),
    );
  }

  #refreshSoon(volume: string): void {
    if (this.#ended.signal.aborted || this.#due.has(volume)) return;
    this.#due.add(volume);
    this.#inTurn(() => this.#refresh(volume)).catch((error: unknown) => {
      if (this.#ended.signal.aborted) return;
      this.#parts.logger.warn('a volume could not be brought up to date', { pod: this.#pod.metadata.name, volume, error });
      // R3
      this.#refreshAfter(volume, RETRY_MS);
    });
  }

  async #refresh(name: string): Promise<void> {
    this.#due.delete(name);
    const volume = (this.#pod.spec.volumes ?? []).find((candidate) => candidate.name === name);
    // What is not ready is read anew by the next `prepare`.
    if (volume === undefined || !this.#ready.has(name) || this.#ended.signal.aborted) return;
    const { signal } = this.#ended;
    await this.#write(
      volume,
      async (reference) => {
        const known = this.#watches.current(reference); // R2
        return known === 'unknown' ? await this.#readLive(reference, signal) : known;
      },
      signal,
    );
  }
}

/** The name of the volume's source in the Pod's spec. */
function sourceType(volume: Volume): string {
  return Object.entries(volume).find(([key, value]) => key !== 'name' && value !== undefined)?.[0] ?? 'unknown';
}
