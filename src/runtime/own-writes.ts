// Remembers what a reconcile wrote, so that the next one of the same key waits until the informers show it.
//
// W1. A stale cache never acts twice: the runtime holds a key while `caughtUp` is pending.

import { Client } from '../client/client.ts';
import type { ClientRequest, RawRequest, Transport, WatchEvent, WatchRequest } from '../client/transport.ts';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import type { Informers } from './informers.ts';

const WRITES = new Set(['create', 'update', 'patch', 'delete']);

/** A transport that notes the newest revision written of each kind. */
export class OwnWrites implements Transport {
  readonly #through: Transport;
  readonly #written = new Map<Kind, number>();

  constructor(through: Transport) {
    this.#through = through;
  }

  get client(): Client {
    return new Client(this);
  }

  async request(request: ClientRequest): Promise<unknown> {
    const answer = await this.#through.request(request);
    // Views and Statuses carry no revision of the kind itself.
    if (WRITES.has(request.verb) && request.query?.['dryRun'] === undefined) this.#note(request.kind, answer);
    return answer;
  }

  watch(request: WatchRequest, sink: (events: readonly WatchEvent[]) => void): Promise<void> {
    return this.#through.watch(request, sink);
  }

  raw(request: RawRequest): Promise<Uint8Array> {
    return this.#through.raw(request);
  }

  /** Resolves when every informer of a kind in `watched` reflects what was written of it. */
  async caughtUp(informers: Informers, watched: ReadonlySet<Kind>, signal: AbortSignal): Promise<void> {
    for (const [kind, revision] of this.#written) {
      if (watched.has(kind)) await informers.of(kind).waitFor(revision, signal);
    }
  }

  #note(kind: Kind, answer: unknown): void {
    const { metadata } = answer as Partial<KubeObject>;
    const revision = Number(metadata?.resourceVersion ?? 0);
    if (revision > (this.#written.get(kind) ?? 0)) this.#written.set(kind, revision);
  }
}
