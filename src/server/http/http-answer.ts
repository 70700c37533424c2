// The answer to one request as those who write it see it, over HTTP/1.1 or a stream of HTTP/2.
//
// A1. A stream of HTTP/2 is written directly: Node's layer that makes it look like HTTP/1.1 costs as much as serving a small object.

import type { ServerResponse } from 'node:http';
import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Writable } from 'node:stream';

export type AnswerHeaders = Readonly<Record<string, string | string[]>>;

export interface HttpAnswer {
  /** Takes the body once the answer has begun. */
  readonly body: Writable;
  readonly headersSent: boolean;
  /** Sets status and headers. They go out with the first bytes of the body at the latest. */
  begin(status: number, headers: AnswerHeaders): void;
  /** Sends the headers before there is a body, so that the client knows what it gets. */
  flush(): void;
}

/** An answer over HTTP/1.1. */
export function overHttp1(response: ServerResponse): HttpAnswer {
  return {
    body: response,
    get headersSent() {
      return response.headersSent;
    },
    begin: (status, headers) => void response.writeHead(status, headers),
    flush: () => response.flushHeaders(),
  };
}

/** What HTTP/2 has no use for; an answer that is passed on may bring it. */
const OF_CONNECTIONS: ReadonlySet<string> = new Set([
  'connection',
  'upgrade',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
]);

/** An answer on a stream of HTTP/2 (A1). */
export class Http2Answer implements HttpAnswer {
  readonly body: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream) {
    this.body = stream;
  }

  get headersSent(): boolean {
    return this.body.headersSent;
  }

  begin(status: number, headers: AnswerHeaders): void {
    if (this.body.destroyed || this.body.closed) return;
    const made: OutgoingHttpHeaders = { ':status': status };
    for (const name in headers) if (!OF_CONNECTIONS.has(name.toLowerCase())) made[name] = headers[name];
    this.body.respond(made);
  }

  flush(): void {}
}
