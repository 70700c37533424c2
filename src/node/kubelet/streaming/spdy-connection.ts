// A SPDY/3.1 connection over any duplex stream, as server or client: each of its streams is a Duplex with half-close.
//
// D1. A stream that nobody reads fast enough pauses the whole connection: SPDY as Kubernetes speaks it has no windows.
// D2. When the connection ends, every stream that the peer has not ended fails; one that it has ended can still be read to its end.
// D3. Go's servers end a connection by resetting streams that they have written to the end: a reset by `cancel` is an end, not a failure.

import { Duplex } from 'node:stream';

import { RST } from '../../../machinery/spdy/frames.ts';
import type { SpdyHeaders } from '../../../machinery/spdy/header-block.ts';
import { SpdySession } from '../../../machinery/spdy/session.ts';
import type { SpdyEvent } from '../../../machinery/spdy/session.ts';

/** One stream of a connection. */
export class SpdyStream extends Duplex {
  readonly streamId: number;
  readonly headers: SpdyHeaders;
  /** Whether the peer has sent all that it will. */
  complete = false;
  readonly #connection: SpdyConnection;

  constructor(connection: SpdyConnection, streamId: number, headers: SpdyHeaders) {
    super();
    this.streamId = streamId;
    this.headers = headers;
    this.#connection = connection;
    // Whoever reads or writes it learns of its failure there; a stream that nobody uses may fail unheard.
    this.on('error', () => undefined);
  }

  /** The peer sends no more. */
  finish(): void {
    if (this.complete) return;
    this.complete = true;
    this.push(null);
  }

  override _read(): void {
    this.#connection.wants(this);
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#connection.send(this, chunk, false, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#connection.send(this, new Uint8Array(0), true, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#connection.forget(this);
    done(error);
  }
}

export interface SpdyConnectionOptions {
  readonly side: 'client' | 'server';
  /** A stream that the peer opened; it has been accepted already. */
  readonly onStream?: (stream: SpdyStream) => void;
}

export class SpdyConnection {
  readonly #socket: Duplex;
  readonly #session: SpdySession;
  readonly #onStream: ((stream: SpdyStream) => void) | undefined;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #full = new Set<SpdyStream>();
  readonly #closed: Promise<void>;

  /** `head`: bytes that were read off the socket before it became SPDY. */
  constructor(socket: Duplex, options: SpdyConnectionOptions, head: Uint8Array = new Uint8Array(0)) {
    this.#socket = socket;
    this.#session = new SpdySession(options.side);
    this.#onStream = options.onStream;
    // Each stream may wait for room.
    socket.setMaxListeners(0);
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.once('close', () => this.#fail(new Error('the connection ended')));
    socket.on('error', (error) => this.#fail(error));
    socket.on('end', () => socket.end());
    if (head.byteLength > 0) this.#receive(head);
    socket.on('data', (chunk: Uint8Array) => this.#receive(chunk));
  }

  /** Resolves when the connection is gone. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Opens a stream; failures of the peer to accept it show on the stream. */
  open(headers: SpdyHeaders): SpdyStream {
    const stream = new SpdyStream(this, this.#session.open(headers), headers);
    this.#streams.set(stream.streamId, stream);
    this.#flush();
    return stream;
  }

  /** Ends the connection once what was written is sent. */
  close(): void {
    if (this.#socket.destroyed) return;
    this.#session.goAway();
    this.#flush();
    this.#socket.end();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** For streams: sends bytes, and says when more may come. */
  send(stream: SpdyStream, bytes: Uint8Array, fin: boolean, done: (error?: Error | null) => void): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) {
      // A failure would take what is yet to be read with it (D2).
      done(stream.complete ? null : new Error('the connection ended'));
      return;
    }
    this.#session.send(stream.streamId, bytes, fin);
    this.#flush();
    if (this.#socket.writableNeedDrain) this.#socket.once('drain', done);
    else done();
  }

  /** For streams: there is room again. */
  wants(stream: SpdyStream): void {
    if (this.#full.delete(stream) && this.#full.size === 0) this.#socket.resume();
  }

  /** For streams: it is over, or was given up. */
  forget(stream: SpdyStream): void {
    this.#streams.delete(stream.streamId);
    this.wants(stream);
    if (this.#socket.destroyed) return;
    this.#session.reset(stream.streamId);
    this.#flush();
  }

  #flush(): void {
    const output = this.#session.takeOutput();
    if (output.length === 0 || this.#socket.destroyed || this.#socket.writableEnded) return;
    this.#socket.cork();
    for (const bytes of output) this.#socket.write(bytes);
    this.#socket.uncork();
  }

  #receive(chunk: Uint8Array): void {
    let events: SpdyEvent[];
    try {
      events = this.#session.receive(chunk);
    } catch (error) {
      this.#socket.destroy(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    for (const event of events) this.#apply(event);
    this.#flush();
  }

  #apply(event: SpdyEvent): void {
    if (event.type === 'goaway' || event.type === 'reply') {
      if (event.type === 'reply' && event.fin) this.#streams.get(event.streamId)?.finish();
      return;
    }
    if (event.type === 'stream') {
      this.#opened(event.streamId, event.headers, event.fin);
      return;
    }
    const stream = this.#streams.get(event.streamId);
    if (stream === undefined) return;
    if (event.type === 'reset') {
      // D3
      if (event.status === RST.cancel) {
        stream.finish();
        stream.end();
      } else stream.destroy(new Error(`the stream was reset with status ${event.status}`));
      return;
    }
    // D1
    if (event.bytes.byteLength > 0 && !stream.push(event.bytes)) {
      this.#full.add(stream);
      this.#socket.pause();
    }
    if (event.fin) stream.finish();
  }

  #opened(streamId: number, headers: SpdyHeaders, fin: boolean): void {
    const stream = new SpdyStream(this, streamId, headers);
    this.#streams.set(streamId, stream);
    if (this.#onStream === undefined) {
      stream.destroy();
      return;
    }
    this.#session.reply(streamId);
    if (fin) stream.finish();
    this.#onStream(stream);
  }

  /** D2 */
  #fail(error: Error): void {
    for (const stream of [...this.#streams.values()]) if (!stream.complete) stream.destroy(error);
  }
}
