// A SPDY/3.1 connection as a state machine: bytes in, events and bytes out. It knows streams, not sockets.
//
// P1. Clients open odd streams, servers even ones, each higher than the last.
// P2. A stream is over when both sides have finished it, or either has reset it; frames for it are then ignored.
// P3. There is no flow control: Kubernetes' peers neither honour nor send window updates, so the transport's own back-pressure has to do.

import {
  dataHeader,
  FLAG_FIN,
  FRAME,
  FrameError,
  FrameReader,
  goAwayFrame,
  pingFrame,
  RST,
  rstStreamFrame,
  SPDY_VERSION,
  synReplyFrame,
  synStreamFrame,
} from './frames.ts';
import type { RawFrame } from './frames.ts';
import { HeaderDecoder, HeaderEncoder } from './header-block.ts';
import type { SpdyHeaders } from './header-block.ts';

export type SpdyEvent =
  /** The peer opened a stream; answer it with `reply` or `reset`. */
  | { readonly type: 'stream'; readonly streamId: number; readonly headers: SpdyHeaders; readonly fin: boolean }
  | { readonly type: 'reply'; readonly streamId: number; readonly headers: SpdyHeaders; readonly fin: boolean }
  | { readonly type: 'data'; readonly streamId: number; readonly bytes: Uint8Array; readonly fin: boolean }
  | { readonly type: 'reset'; readonly streamId: number; readonly status: number }
  | { readonly type: 'goaway' };

interface StreamState {
  finishedHere: boolean;
  finishedThere: boolean;
}

const MAX_DATA_BYTES = 256 * 1024;

export class SpdySession {
  readonly #reader = new FrameReader();
  readonly #headersIn = new HeaderDecoder();
  readonly #headersOut = new HeaderEncoder();
  readonly #streams = new Map<number, StreamState>();
  readonly #parity: number;
  #nextId: number;
  #lastPeerId = 0;
  #output: Uint8Array[] = [];

  constructor(side: 'client' | 'server') {
    this.#parity = side === 'client' ? 1 : 0;
    this.#nextId = side === 'client' ? 1 : 2;
  }

  /** What must be sent, in order; asking takes it. */
  takeOutput(): Uint8Array[] {
    const output = this.#output;
    this.#output = [];
    return output;
  }

  /** How many streams are open. */
  get openStreams(): number {
    return this.#streams.size;
  }

  /** Reads bytes of the peer; throws FrameError (or the errors of header blocks) when the connection cannot go on. */
  receive(chunk: Uint8Array): SpdyEvent[] {
    return this.#reader.push(chunk).flatMap((frame) => this.#frame(frame) ?? []);
  }

  /** Opens a stream and gives its number. */
  open(headers: SpdyHeaders, fin = false): number {
    const streamId = this.#nextId;
    this.#nextId += 2;
    this.#streams.set(streamId, { finishedHere: fin, finishedThere: false });
    this.#output.push(synStreamFrame(streamId, this.#headersOut.encode(headers), fin));
    return streamId;
  }

  /** Accepts a stream of the peer. */
  reply(streamId: number, headers: SpdyHeaders = {}): void {
    if (this.#streams.has(streamId)) this.#output.push(synReplyFrame(streamId, this.#headersOut.encode(headers), false));
  }

  /** Sends bytes of a stream; what comes after the end of a stream is dropped. */
  send(streamId: number, bytes: Uint8Array, fin = false): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined || stream.finishedHere) return;
    let at = 0;
    do {
      const part = bytes.subarray(at, at + MAX_DATA_BYTES);
      at += part.byteLength;
      const last = at >= bytes.byteLength;
      this.#output.push(dataHeader(streamId, part.byteLength, fin && last));
      if (part.byteLength > 0) this.#output.push(part);
    } while (at < bytes.byteLength);
    if (fin) this.#finish(streamId, stream, 'finishedHere');
  }

  /** Ends a stream at once, in both directions. */
  reset(streamId: number, status: number = RST.cancel): void {
    if (this.#streams.delete(streamId)) this.#output.push(rstStreamFrame(streamId, status));
  }

  /** Says that no more streams are taken. */
  goAway(): void {
    this.#output.push(goAwayFrame(this.#lastPeerId, 0));
  }

  /** Asks the peer for a sign of life. */
  ping(id: number): void {
    this.#output.push(pingFrame(id * 2 + this.#parity));
  }

  #finish(streamId: number, stream: StreamState, side: 'finishedHere' | 'finishedThere'): void {
    stream[side] = true;
    // P2
    if (stream.finishedHere && stream.finishedThere) this.#streams.delete(streamId);
  }

  #frame(frame: RawFrame): SpdyEvent | undefined {
    if (frame.kind === 'data') return this.#data(frame.streamId, frame.bytes, (frame.flags & FLAG_FIN) !== 0);
    if (frame.version !== SPDY_VERSION) throw new FrameError(`SPDY version ${frame.version} is not spoken here`);
    const { payload, type } = frame;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const fin = (frame.flags & FLAG_FIN) !== 0;
    const word = (at: number): number => {
      if (at + 4 > payload.byteLength) throw new FrameError('a control frame is cut short');
      return view.getUint32(at) & 0x7fffffff;
    };
    switch (type) {
      case FRAME.synStream:
        return this.#opened(word(0), this.#headersIn.decode(payload.subarray(10)), fin);
      case FRAME.synReply:
        return this.#replied(word(0), this.#headersIn.decode(payload.subarray(4)), fin);
      case FRAME.headers:
        // Nobody sends these, but the compression goes on through them.
        this.#headersIn.decode(payload.subarray(4));
        return undefined;
      case FRAME.rstStream:
        return this.#streams.delete(word(0)) ? { type: 'reset', streamId: word(0), status: word(4) } : undefined;
      case FRAME.ping:
        // A ping of our own parity is an answer.
        if (word(0) % 2 !== this.#parity) this.#output.push(pingFrame(word(0)));
        return undefined;
      case FRAME.goAway:
        return { type: 'goaway' };
      default:
        // Settings, window updates and what is yet to be invented.
        return undefined;
    }
  }

  #opened(streamId: number, headers: SpdyHeaders, fin: boolean): SpdyEvent | undefined {
    // P1
    if (streamId % 2 === this.#parity || streamId <= this.#lastPeerId) {
      this.#output.push(rstStreamFrame(streamId, RST.protocolError));
      return undefined;
    }
    this.#lastPeerId = streamId;
    this.#streams.set(streamId, { finishedHere: false, finishedThere: fin });
    return { type: 'stream', streamId, headers, fin };
  }

  #replied(streamId: number, headers: SpdyHeaders, fin: boolean): SpdyEvent | undefined {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return undefined;
    if (fin) this.#finish(streamId, stream, 'finishedThere');
    return { type: 'reply', streamId, headers, fin };
  }

  #data(streamId: number, bytes: Uint8Array, fin: boolean): SpdyEvent | undefined {
    const stream = this.#streams.get(streamId);
    if (stream === undefined || stream.finishedThere) return undefined;
    if (fin) this.#finish(streamId, stream, 'finishedThere');
    return { type: 'data', streamId, bytes, fin };
  }
}
