// Writes a Pod's status to the API: the newest one only, one write at a time, until it is there.
//
// R1. Only what differs from what was written is written; what others own is never touched.
// R2. A write names the Pod's uid, so that a namesake that came after is never described by it.

import type { Pod } from '../../../api/core/v1/pod.ts';
import { pod as podKind } from '../../../api/core/v1/pod.ts';
import type { PodStatus } from '../../../api/core/v1/pod-status.ts';
import { isAbort } from '../../../base/abort.ts';
import { Backoff } from '../../../base/backoff.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import type { Client } from '../../../client/client.ts';
import { keyOf } from '../../../client/client.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { StatusError } from '../../../machinery/status-error.ts';
import { OWNED_CONDITIONS } from './conditions.ts';

interface Parts {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** The reporter of one Pod. */
export class StatusReporter {
  readonly #parts: Parts;
  #wanted: { readonly pod: Pod; readonly status: PodStatus } | undefined;
  #written: PodStatus | undefined;
  #gone = false;
  #wake: (() => void) | undefined;
  readonly #waiters = new Set<() => void>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The newest status that was reported, written or not. */
  get newest(): PodStatus | undefined {
    return this.#wanted?.status ?? this.#written;
  }

  /** Takes a status to write; returns at once. */
  report(pod: Pod, status: PodStatus): void {
    if (this.#wanted === undefined && this.#written !== undefined && semanticEqual(this.#written, status)) return;
    this.#wanted = { pod, status };
    this.#wake?.();
  }

  /** Resolves when everything reported so far is written, or the Pod is gone. */
  settled(signal: AbortSignal): Promise<void> {
    if (this.#wanted === undefined || this.#gone) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        this.#waiters.delete(done);
        reject(signal.reason);
      };
      this.#waiters.add(done);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Writes until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff({ initialMs: 50, maxMs: 10_000, jitter: 0.3 }, this.#parts.random);
    while (!signal.aborted) {
      const wanted = this.#wanted;
      if (wanted === undefined || this.#gone) {
        await this.#woken(signal);
        continue;
      }
      try {
        await this.#write(wanted.pod, wanted.status, signal);
        this.#written = wanted.status;
        backoff.reset();
      } catch (error) {
        if (isAbort(error, signal)) return;
        if (!this.#isFinal(error)) {
          this.#parts.logger.warn('a Pod status was not written', { pod: keyOf(wanted.pod), error });
          await this.#parts.clock.sleep(backoff.next(), signal);
          continue;
        }
        this.#gone = true;
      }
      if (this.#wanted === wanted) this.#wanted = undefined;
      if (this.#wanted === undefined || this.#gone) this.#settle();
    }
  }

  /** The Pod is gone, or one of the same name took its place. */
  #isFinal(error: unknown): boolean {
    if (!(error instanceof StatusError)) return false;
    return error.reason === 'NotFound' || (error.reason === 'Conflict' && error.message.includes('UID'));
  }

  #settle(): void {
    for (const done of this.#waiters) done();
    this.#waiters.clear();
  }

  #woken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#wake = undefined;
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#wake = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }

  async #write(pod: Pod, status: PodStatus, signal: AbortSignal): Promise<void> {
    const before = this.#written ?? pod.status;
    const patch = statusPatch(before, status);
    if (patch === undefined) return;
    const { uid } = pod.metadata;
    await this.#parts.client.patch(
      podKind,
      keyOf(pod),
      { metadata: { uid }, status: patch },
      { type: 'strategic', subresource: 'status', signal },
    );
  }
}

/** What the kubelet takes back when it no longer holds. */
const OWNED = new Set([
  'reason',
  'message',
  'podIP',
  'podIPs',
  'initContainerStatuses',
  'ephemeralContainerStatuses',
  'allocatedResources',
]);
/** Lists that would be merged by key, though the new list is the whole truth. */
const REPLACED = new Set(['podIPs', 'hostIPs']);

/** The strategic merge patch from one status to the next; undefined when they are equal. */
export function statusPatch(before: PodStatus, next: PodStatus): Readonly<Record<string, unknown>> | undefined {
  const patch: Record<string, unknown> = {};
  const old = new Map<string, unknown>(Object.entries(before));
  for (const [key, value] of Object.entries(next)) {
    if (semanticEqual(old.get(key), value)) continue;
    if (key === 'conditions') patch[key] = conditionsPatch(next);
    else if (REPLACED.has(key) && Array.isArray(value)) patch[key] = [{ $patch: 'replace' }, ...(value as unknown[])];
    else patch[key] = value;
  }
  for (const [key, value] of old) if (value !== undefined && !(key in next) && OWNED.has(key)) patch[key] = null;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function conditionsPatch({ conditions = [] }: PodStatus): readonly Readonly<Record<string, unknown>>[] {
  return conditions
    .filter(({ type }) => OWNED_CONDITIONS.has(type))
    .map((condition) => ({ ...condition, reason: condition.reason ?? null, message: condition.message ?? null }));
}
