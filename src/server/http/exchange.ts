// One request, whichever HTTP brought it, until its client is gone or has its answer.

import type { IncomingMessage } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { LazyAbort } from '../../base/abort.ts';

/** What a request shows of itself before it is parsed. */
export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Readable;
  /** What all requests of its connection share. */
  readonly connection: object;
  /** The socket of the connection. */
  socket(): TLSSocket | undefined;
}

/** Headers by name, without what only HTTP/2 has. */
function flatHeaders(from: IncomingHttpHeaders): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const name in from) {
    if (name.startsWith(':')) continue;
    const value = from[name];
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

export function rawHttp1(request: IncomingMessage): RawRequest {
  const { method = 'GET', url = '/', headers, socket } = request;
  return { method, url, headers: flatHeaders(headers), body: request, connection: socket, socket: () => socket as TLSSocket };
}

export function rawHttp2(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): RawRequest {
  const { session } = stream;
  return {
    method: headers[':method'] ?? 'GET',
    url: headers[':path'] ?? '/',
    headers: flatHeaders(headers),
    body: stream,
    connection: session ?? stream,
    socket: () => session?.socket as TLSSocket | undefined,
  };
}

/** A request with the end that everything started for it heeds. */
export class Exchange {
  readonly request: RawRequest;
  readonly cancel = new LazyAbort();
  #atEnd: (() => void) | undefined;

  constructor(request: RawRequest) {
    this.request = request;
  }

  /** Calls `then` when the exchange is over. */
  atEnd(then: () => void): void {
    if (this.cancel.aborted) then();
    else this.#atEnd = then;
  }

  end(reason: unknown): void {
    this.cancel.abort(reason);
    const then = this.#atEnd;
    this.#atEnd = undefined;
    then?.();
  }
}
