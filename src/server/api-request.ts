// The request and response that the pipeline handles, whatever brought them: a TLS socket or a call within the process.
//
// A1. `body` is bytes with a content type (from a socket) or a canonical object (from the process); a verb decodes only the former.
// A2. Objects in responses are shared with the watch cache and must not be changed.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import type { Status } from '../machinery/status-error.ts';
import type { User } from './user.ts';

/** What a request asks for, read off its method and path. */
export interface RequestInfo {
  /** Whether the path names an API resource. */
  readonly isResourceRequest: boolean;
  /** get, list, watch, create, update, patch, delete, deletecollection; the lower-case method where no resource is named; connect-type subresources by method. */
  readonly verb: string;
  readonly path: string;
  /** `api` or `apis`; '' otherwise. */
  readonly apiPrefix: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  /** The plural, as in the path. */
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** What follows the subresource (`/proxy/a/b` → `a/b`). */
  readonly parts: readonly string[];
}

export type RequestBody =
  | { readonly kind: 'bytes'; readonly contentType: string; readonly bytes: Uint8Array }
  | { readonly kind: 'object'; readonly contentType: string; readonly object: unknown };

export interface ApiRequest {
  readonly info: RequestInfo;
  readonly method: string;
  readonly user: User;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The Accept header; '' within the process (canonical objects are wanted). */
  readonly accept: string;
  readonly body: RequestBody | undefined;
  readonly userAgent: string;
  readonly remoteAddress: string;
  readonly auditId: string;
  /** Fires when the client goes away, the deadline passes or the server ends. */
  readonly signal: AbortSignal;
  /** Adds a `Warning: 299` to the response. */
  warn(text: string): void;
}

/** What one event was written as, by type, media type and version: other watchers of it are sent the same bytes. */
export type EventFrames = Map<string, Uint8Array>;

/** One watch event as the pipeline carries it; `object` is in the version that was asked for. */
export type WatchEvent =
  | {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
      readonly object: KubeObject;
      readonly encoded?: EncodedObject;
      readonly frames?: EventFrames | undefined;
    }
  | { readonly type: 'ERROR'; readonly object: Status };

/** An object with its encodings made once: for each (version, media type). */
export interface EncodedObject {
  /** Ends with a newline. */
  json(): Uint8Array;
  protobuf(): Uint8Array;
}

/** A connection that is to change protocol: the request as it was read, the socket, and what was read beyond the request. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

export type WatchSink = (events: readonly WatchEvent[]) => boolean | Promise<boolean>;

export type ResponseBody =
  /** One object of a known kind; encoded, pruned to Table or PartialObjectMetadata as `accept` asks. */
  | { readonly kind: 'object'; readonly of: Kind | undefined; readonly object: unknown; readonly encoded?: EncodedObject }
  /** Many objects; streamed item by item. */
  | {
      readonly kind: 'list';
      readonly of: Kind;
      readonly revision: string;
      readonly continue?: string;
      readonly remainingItemCount?: number;
      /** Decoded when it is read: a writer of the objects' own encodings takes `encodedItems` instead. */
      readonly items: readonly KubeObject[];
      /** The encodings of the items, in order; made from stored bytes without decoding. */
      readonly encodedItems?: readonly EncodedObject[];
      readonly encodedOf?: (object: KubeObject) => EncodedObject | undefined;
    }
  /**
   * Events until the watch ends. `start` delivers batches to a sink and returns how to stop. The sink says false to end the watch, or promises
   * when it is full for the moment: nothing is delivered until the promise resolves, and a watch that is too far behind by then is ended.
   */
  | {
      readonly kind: 'watch';
      readonly of: Kind;
      readonly start: (sink: WatchSink, onEnd: () => void) => () => void;
    }
  | { readonly kind: 'bytes'; readonly contentType: string; readonly bytes: Uint8Array }
  /** Bytes as they come (logs, proxied responses). */
  | { readonly kind: 'stream'; readonly contentType: string; readonly chunks: AsyncIterable<Uint8Array> }
  /** The connection changes protocol; `serve` takes it over, and answers the request itself. */
  | { readonly kind: 'upgrade'; readonly serve: (upgrade: Upgrade) => void }
  | { readonly kind: 'empty' };

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: ResponseBody;
}

/** Handles one request; throws StatusError for what a client should see as a refusal. */
export type Handler = (request: ApiRequest) => Promise<ApiResponse>;
