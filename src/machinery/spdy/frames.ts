// SPDY/3 frames as bytes: what is on the wire, and nothing of what it means.

export const SPDY_VERSION = 3;

export const FRAME = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7, headers: 8, windowUpdate: 9 } as const;

export const FLAG_FIN = 0x01;
export const FLAG_UNIDIRECTIONAL = 0x02;

export const RST = {
  protocolError: 1,
  invalidStream: 2,
  refusedStream: 3,
  unsupportedVersion: 4,
  cancel: 5,
  internalError: 6,
  streamAlreadyClosed: 9,
} as const;

const HEADER_BYTES = 8;
const MAX_CONTROL_BYTES = 1024 * 1024;

/** A frame as it came: data of a stream, or a control frame with its payload unread. */
export type RawFrame =
  | { readonly kind: 'data'; readonly streamId: number; readonly flags: number; readonly bytes: Uint8Array }
  | { readonly kind: 'control'; readonly version: number; readonly type: number; readonly flags: number; readonly payload: Uint8Array };

/** Names a frame that cannot be: the connection ends. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

function frame(first: number, flags: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, first);
  view.setUint32(4, payload.byteLength);
  bytes[4] = flags;
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

const control = (type: number, flags: number, payload: Uint8Array): Uint8Array =>
  frame(((0x8000 | SPDY_VERSION) * 0x10000 + type) >>> 0, flags, payload);

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value >>> 0);
  return bytes;
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(left.byteLength + right.byteLength);
  bytes.set(left);
  bytes.set(right, left.byteLength);
  return bytes;
}

/** The eight bytes before a stream's data: the data itself need not be copied. */
export const dataHeader = (streamId: number, length: number, fin: boolean): Uint8Array => {
  const bytes = words(streamId, length);
  bytes[4] = fin ? FLAG_FIN : 0;
  return bytes;
};

export const synStreamFrame = (streamId: number, block: Uint8Array, fin: boolean): Uint8Array =>
  control(FRAME.synStream, fin ? FLAG_FIN : 0, joined(Uint8Array.from([...words(streamId, 0), 0, 0]), block));
export const synReplyFrame = (streamId: number, block: Uint8Array, fin: boolean): Uint8Array =>
  control(FRAME.synReply, fin ? FLAG_FIN : 0, joined(words(streamId), block));
export const rstStreamFrame = (streamId: number, status: number): Uint8Array => control(FRAME.rstStream, 0, words(streamId, status));
export const pingFrame = (id: number): Uint8Array => control(FRAME.ping, 0, words(id));
export const goAwayFrame = (lastStreamId: number, status: number): Uint8Array => control(FRAME.goAway, 0, words(lastStreamId, status));

/** Cuts a byte stream into frames. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #size = 0;

  push(chunk: Uint8Array): RawFrame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    const frames: RawFrame[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) frames.push(next);
    return frames;
  }

  #next(): RawFrame | undefined {
    if (this.#size < HEADER_BYTES) return undefined;
    const head = this.#peek(HEADER_BYTES);
    const view = new DataView(head.buffer, head.byteOffset, HEADER_BYTES);
    const first = view.getUint32(0);
    const flags = head[4] ?? 0;
    const length = view.getUint32(4) & 0xffffff;
    const isControl = first >= 0x80000000;
    if (isControl && length > MAX_CONTROL_BYTES) throw new FrameError('a control frame is too large');
    if (this.#size < HEADER_BYTES + length) return undefined;
    const bytes = this.#takeBytes(HEADER_BYTES + length).subarray(HEADER_BYTES);
    if (!isControl) return { kind: 'data', streamId: first, flags, bytes };
    return { kind: 'control', version: (first >>> 16) & 0x7fff, type: first & 0xffff, flags, payload: bytes };
  }

  #peek(length: number): Uint8Array {
    const [first] = this.#chunks;
    if (first !== undefined && first.byteLength >= length) return first;
    return this.#gather();
  }

  #takeBytes(length: number): Uint8Array {
    const all = this.#peek(length);
    const taken = all.subarray(0, length);
    if (all.byteLength === length) this.#chunks.shift();
    else this.#chunks[0] = all.subarray(length);
    this.#size -= length;
    return taken;
  }

  /** One chunk of all: done once for each frame that is spread over chunks, and only when it is complete. */
  #gather(): Uint8Array {
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.byteLength;
    }
    this.#chunks = [all];
    return all;
  }
}
