// How a client reaches an API server: over https, or within the process through the same pipeline without sockets or JSON.
//
// T1. Refusals are StatusErrors whatever the transport.
// T2. Objects that come back are canonical and shared: never change them.

import type { Kind, KubeObject } from '../machinery/kind.ts';
import type { Status } from '../machinery/status-error.ts';

export type Verb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** What is asked for. `kind` names the resource; an answer of another kind is named by `responds`. */
export interface ClientRequest {
  readonly verb: Verb;
  readonly kind: Kind;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly object: unknown; readonly contentType?: string };
  /** The kind of the answer where it is not the resource's own (Scale, TokenRequest); `status` for a Status. */
  readonly responds?: Kind | 'status';
  readonly signal: AbortSignal;
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: KubeObject }
  | { readonly type: 'ERROR'; readonly object: Status };

export interface WatchRequest {
  readonly kind: Kind;
  readonly namespace?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Text or bytes that are not an object: logs, /version, /healthz. */
export interface RawRequest {
  readonly method: string;
  /** Path with query, from the server's root. */
  readonly path: string;
  readonly signal: AbortSignal;
}

export interface Transport {
  /** One request and its decoded answer (an object, or a list with `items`). */
  request(request: ClientRequest): Promise<unknown>;
  /** Delivers batches of events in order until the watch ends, then resolves; rejects with a StatusError when it was refused. */
  watch(request: WatchRequest, sink: (events: readonly WatchEvent[]) => void): Promise<void>;
  /** The body of a request that is no object; rejects with a StatusError when the status is not 2xx. */
  raw(request: RawRequest): Promise<Uint8Array>;
}
