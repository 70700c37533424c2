// Names and values of a stream, as SPDY/3 writes them: counted, length-prefixed, names in lower case, compressed as one endless stream.
// What is sent is not made smaller: stored blocks are a legal stream that needs no memory of what went before.

import { SPDY_DICTIONARY } from './dictionary.ts';
import { Inflate } from './inflate.ts';

/** Header values by lower-case name. */
export type SpdyHeaders = Readonly<Record<string, string>>;

export class HeaderBlockError extends Error {
  override readonly name = 'HeaderBlockError';
}

const MAX_BLOCK_BYTES = 1024 * 1024;
const MAX_STORED_BYTES = 0xffff;
const STREAM_START = [0x78, 0x01];
const FLUSH = [0x00, 0x00, 0x00, 0xff, 0xff];
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function plainBlock(headers: SpdyHeaders): Uint8Array {
  const texts = Object.entries(headers).flatMap(([name, value]) => [encoder.encode(name.toLowerCase()), encoder.encode(value)]);
  const bytes = new Uint8Array(4 + texts.reduce((sum, text) => sum + 4 + text.byteLength, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, texts.length / 2);
  let at = 4;
  for (const text of texts) {
    view.setUint32(at, text.byteLength);
    bytes.set(text, at + 4);
    at += 4 + text.byteLength;
  }
  return bytes;
}

function parsePlain(bytes: Uint8Array): SpdyHeaders {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  let at = 4;
  const text = (): string => {
    if (at + 4 > bytes.byteLength) throw new HeaderBlockError('a header block is cut short');
    const end = at + 4 + view.getUint32(at);
    if (end > bytes.byteLength) throw new HeaderBlockError('a header block is cut short');
    const value = decoder.decode(bytes.subarray(at + 4, end));
    at = end;
    return value;
  };
  if (bytes.byteLength < 4) throw new HeaderBlockError('a header block is cut short');
  for (let left = view.getUint32(0); left > 0; left--) {
    const name = text();
    headers[name.toLowerCase()] = text();
  }
  return headers;
}

/** Writes the header blocks of one direction of a connection. */
export class HeaderEncoder {
  #started = false;

  encode(headers: SpdyHeaders): Uint8Array {
    const plain = plainBlock(headers);
    const out: number[] = this.#started ? [] : [...STREAM_START];
    this.#started = true;
    for (let at = 0; at < plain.byteLength; at += MAX_STORED_BYTES) {
      const part = plain.subarray(at, at + MAX_STORED_BYTES);
      const { byteLength } = part;
      out.push(0, byteLength & 0xff, byteLength >> 8, ~byteLength & 0xff, (~byteLength >> 8) & 0xff);
      for (const byte of part) out.push(byte);
    }
    // An empty block makes readers hand over what they hold.
    return Uint8Array.from([...out, ...FLUSH]);
  }
}

/** Reads the header blocks of one direction of a connection; all must be read, in order. */
export class HeaderDecoder {
  readonly #inflate = new Inflate(SPDY_DICTIONARY, MAX_BLOCK_BYTES);

  decode(block: Uint8Array): SpdyHeaders {
    return parsePlain(this.#inflate.push(block));
  }
}
