// One client of an API server over HTTP/2: many requests at once over a few sessions, and watches that count what they get.

import { once } from 'node:events';
import { connect } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import type { Server } from './servers.ts';

const SESSIONS = 4;
/** Neither server is to wait for this client. */
const WINDOW_BYTES = 1 << 24;

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
}

/** A client that counts. */
export class Load {
  readonly #sessions: readonly ClientHttp2Session[];
  #next = 0;

  constructor({ port, tls }: Pick<Server, 'port' | 'tls'>) {
    this.#sessions = Array.from({ length: SESSIONS }, () => {
      const session = connect(`https://127.0.0.1:${port}`, { ...tls, settings: { initialWindowSize: WINDOW_BYTES } });
      session.once('connect', () => session.setLocalWindowSize(WINDOW_BYTES));
      return session;
    });
  }

  /** The answer's size in bytes; throws unless it was good. */
  async ask(what: Ask): Promise<number> {
    let bytes = 0;
    await this.#send(what, (chunk) => (bytes += chunk.length));
    return bytes;
  }

  /** The answer as text. */
  async text(path: string): Promise<string> {
    const chunks: Buffer[] = [];
    await this.#send({ path }, (chunk) => chunks.push(chunk));
    return Buffer.concat(chunks).toString();
  }

  async #send(
    { method = 'GET', path, accept = 'application/json', contentType = 'application/json', body }: Ask,
    take: (chunk: Buffer) => void,
  ): Promise<void> {
    const session = this.#pick();
    const stream = session.request({
      ':method': method,
      ':path': path,
      accept,
      ...(body === undefined ? {} : { 'content-type': contentType }),
    });
    let status = 0;
    stream.on('response', (headers) => (status = headers[':status'] ?? 0));
    stream.on('data', take);
    stream.end(body);
    await once(stream, 'end');
    if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}`);
  }

  #pick(): ClientHttp2Session {
    const session = this.#sessions[this.#next++ % SESSIONS];
    if (session === undefined) throw new Error('no session');
    return session;
  }

  /** Asks a second, `atOnce` at a time. */
  async rate(count: number, atOnce: number, ask: (index: number) => Ask): Promise<number> {
    let next = 0;
    const startMs = performance.now();
    const work = async (): Promise<void> => {
      while (next < count) await this.ask(ask(next++));
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return (count * 1000) / (performance.now() - startMs);
  }

  /** Opens watches; `seen` resolves once each has got so many events. */
  watch(path: string, watches: number, events: number): { readonly seen: Promise<void>; close(): void } {
    const streams = Array.from({ length: watches }, () => this.#pick().request({ ':path': path, accept: 'application/json' }));
    const seen = streams.map(
      (stream) =>
        new Promise<void>((resolve, reject) => {
          let count = 0;
          stream.on('data', (chunk: Buffer) => {
            for (const byte of chunk) if (byte === 10) count++;
            if (count >= events) resolve();
          });
          stream.once('end', () => reject(new Error(`a watch ended after ${count} events`)));
        }),
    );
    return {
      seen: Promise.all(seen).then(() => undefined),
      close: () => {
        for (const stream of streams) stream.removeAllListeners('end').close();
      },
    };
  }

  close(): void {
    for (const session of this.#sessions) session.destroy();
  }
}
