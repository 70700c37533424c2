// Leader election by a Lease: of several candidates one leads at a time, and another takes over when it falls silent.
//
// D1. A candidate leads only while it can renew within `renewDeadlineMs`; then it ends its work before another may begin. The time
//     runs from the moment at which a renewal was asked for: others may have seen it long before its answer came back.
// D2. Times of others are never compared with our clock: a lease is stale when *we* have not seen it change for its duration.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { isAbort, withDeadline } from '../base/abort.ts';
import { lease } from '../api/coordination/v1/lease.ts';
import type { Lease } from '../api/coordination/v1/lease.ts';
import type { Client, ObjectKey } from '../client/client.ts';
import { isStatus } from '../machinery/status-error.ts';
import { printMicroTime } from '../machinery/timestamp.ts';

export interface LeaderElectionOptions {
  readonly key: Required<ObjectKey>;
  readonly identity: string;
  readonly leaseDurationMs?: number;
  readonly renewDeadlineMs?: number;
  readonly retryPeriodMs?: number;
}

interface Parts {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What has been seen of the lease, and when it last changed. */
interface Observed {
  readonly holder: string;
  readonly renewTime: string;
  readonly atMs: number;
}

/** Waits until this candidate leads, runs `lead` with a signal that fires when leadership is lost, then resolves. */
export async function leadWhenElected(
  options: LeaderElectionOptions,
  parts: Parts,
  signal: AbortSignal,
  lead: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { clock, logger } = parts;
  const { retryPeriodMs = 2_000, renewDeadlineMs = 10_000 } = options;
  const candidate = new Candidate(options, parts);
  let askedMs = clock.monotonicMs();
  while (!(await candidate.acquire(signal))) {
    await clock.sleep(retryPeriodMs, signal);
    askedMs = clock.monotonicMs();
  }
  logger.info('became leader', { lease: options.key.name });
  const term = new AbortController();
  const onEnd = (): void => term.abort(signal.reason);
  signal.addEventListener('abort', onEnd, { once: true });
  const outcome = lead(term.signal)
    .then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    .finally(() => term.abort(new DOMException('the leader ended', 'AbortError')));
  try {
    await keepRenewing(candidate, { clock, retryPeriodMs, renewDeadlineMs, askedMs }, term);
  } catch (error) {
    if (!isAbort(error, term.signal)) throw error;
  } finally {
    term.abort(new DOMException('the term ended', 'AbortError'));
    signal.removeEventListener('abort', onEnd);
    await outcome;
  }
  const failed = await outcome;
  if (failed !== undefined && !isAbort(failed.error, term.signal)) throw failed.error;
}

/** Renews until the term ends, and ends it when renewing takes too long: also while an answer is still awaited (D1). */
async function keepRenewing(
  candidate: Candidate,
  times: { clock: Clock; retryPeriodMs: number; renewDeadlineMs: number; askedMs: number },
  term: AbortController,
): Promise<void> {
  const { clock, retryPeriodMs, renewDeadlineMs } = times;
  let { askedMs } = times;
  for (;;) {
    const leftMs = Math.max(0, askedMs + renewDeadlineMs - clock.monotonicMs());
    const lost = withDeadline(clock, term.signal, leftMs, () => new Error('leadership was lost'));
    const onLost = (): void => term.abort(lost.signal.reason);
    lost.signal.addEventListener('abort', onLost, { once: true });
    try {
      do {
        await clock.sleep(retryPeriodMs, lost.signal);
        askedMs = clock.monotonicMs();
      } while (!(await candidate.acquire(lost.signal)));
    } finally {
      lost.signal.removeEventListener('abort', onLost);
      lost.done();
    }
  }
}

class Candidate {
  readonly #options: LeaderElectionOptions;
  readonly #parts: Parts;
  #observed: Observed | undefined;

  constructor(options: LeaderElectionOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Takes or renews the lease; false when another holds it or it could not be written. */
  async acquire(signal: AbortSignal): Promise<boolean> {
    try {
      const found = await this.#parts.client.find(lease, this.#options.key, { signal });
      if (found === undefined)
        await this.#parts.client.create(lease, { metadata: this.#options.key, spec: this.#spec(undefined) }, { signal });
      else if (this.#mayTake(found)) await this.#parts.client.update(lease, { ...found, spec: this.#spec(found) }, { signal });
      else return false;
      return true;
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      if (!isStatus(error, 'Conflict', 'AlreadyExists')) this.#parts.logger.warn('the leader lease could not be written', { error });
      return false;
    }
  }

  #mayTake(found: Lease): boolean {
    const { holderIdentity = '', renewTime = '', leaseDurationSeconds = 15 } = found.spec;
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#observed?.holder !== holderIdentity || this.#observed.renewTime !== renewTime)
      this.#observed = { holder: holderIdentity, renewTime, atMs: nowMs };
    return holderIdentity === '' || holderIdentity === this.#options.identity || nowMs - this.#observed.atMs > leaseDurationSeconds * 1000;
  }

  #spec(found: Lease | undefined): Lease['spec'] {
    const { identity, leaseDurationMs = 15_000 } = this.#options;
    const now = printMicroTime(this.#parts.clock.now());
    const kept = found?.spec.holderIdentity === identity;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.round(leaseDurationMs / 1000),
      acquireTime: kept ? found.spec.acquireTime : now,
      renewTime: now,
      leaseTransitions: (found?.spec.leaseTransitions ?? 0) + (found === undefined || kept ? 0 : 1),
    };
  }
}
