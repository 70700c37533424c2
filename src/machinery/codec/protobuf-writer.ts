// Writes protobuf from the last byte to the first: a message's length is known once it is written, so one pass is enough.

import { secondsOfText } from './protobuf-time.ts';

const FIRST_CAPACITY = 4096;
/** Above this length the platform's encoder beats a loop. */
const LONG_TEXT = 48;
const encoder = new TextEncoder();

export class ProtobufWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  /** How many bytes are written; they stand at the end of the buffer. */
  size = 0;

  /** A copy of what was written; the writer is empty again afterwards. */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(this.#bytes.length - this.size);
    this.size = 0;
    return bytes;
  }

  #reserve(count: number): number {
    if (this.size + count > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.size + count));
      grown.set(this.#bytes.subarray(this.#bytes.length - this.size), grown.length - this.size);
      this.#bytes = grown;
    }
    this.size += count;
    return this.#bytes.length - this.size;
  }

  #varint(value: number): void {
    if (value < 0x80) {
      const at = this.#reserve(1);
      this.#bytes[at] = value;
      return;
    }
    let count = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) count++;
    let at = this.#reserve(count);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[at++] = (rest % 0x80) | 0x80;
    this.#bytes[at] = rest;
  }

  /** Ends (that is, begins) a length-delimited field that was started when `size` was `start`. */
  close(tag: number, start: number): void {
    this.#varint(this.size - start);
    this.#varint(tag);
  }

  /** Bytes without a tag. */
  prepend(bytes: ArrayLike<number>): void {
    // Reserving may put another buffer in place of this one, so it comes first.
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  raw(tag: number, bytes: Uint8Array): void {
    this.prepend(bytes);
    this.#varint(bytes.length);
    this.#varint(tag);
  }

  text(tag: number, text: string): void {
    const length = text.length;
    if (length > LONG_TEXT) {
      this.raw(tag, encoder.encode(text));
      return;
    }
    const at = this.#reserve(length);
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) {
        this.size -= length;
        this.raw(tag, encoder.encode(text));
        return;
      }
      this.#bytes[at + index] = code;
    }
    this.#varint(length);
    this.#varint(tag);
  }

  integer(tag: number, value: number | bigint): void {
    if (typeof value === 'number' && value >= 0) this.#varint(value);
    else this.#wide(BigInt(value));
    this.#varint(tag);
  }

  #wide(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    const groups: number[] = [];
    for (; rest >= 0x80n; rest >>= 7n) groups.push(Number(rest & 0x7fn) | 0x80);
    groups.push(Number(rest));
    this.prepend(groups);
  }

  boolean(tag: number, value: boolean): void {
    this.#varint(value ? 1 : 0);
    this.#varint(tag);
  }

  double(tag: number, value: number): void {
    const at = this.#reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(at, value, true);
    this.#varint(tag);
  }

  bytes(tag: number, base64: string): void {
    const binary = atob(base64);
    const at = this.#reserve(binary.length);
    for (let index = 0; index < binary.length; index++) this.#bytes[at + index] = binary.charCodeAt(index);
    this.#varint(binary.length);
    this.#varint(tag);
  }

  quantity(tag: number, text: string): void {
    const start = this.size;
    this.text(0x0a, text);
    this.close(tag, start);
  }

  /** Times keep whole seconds and micro times microseconds; no time is an empty message. */
  time(tag: number, text: string | undefined): void {
    const start = this.size;
    if (text !== undefined) {
      const { seconds, nanos } = secondsOfText(text);
      this.integer(0x10, nanos);
      this.integer(0x08, seconds);
    }
    this.close(tag, start);
  }

  intOrString(tag: number, value: number | string): void {
    const start = this.size;
    const isText = typeof value === 'string';
    this.text(0x1a, isText ? value : '');
    this.integer(0x10, isText ? 0 : value);
    this.integer(0x08, isText ? 1 : 0);
    this.close(tag, start);
  }

  /** A message that holds JSON text in its first field. */
  json(tag: number, value: unknown, encode: (value: unknown) => string): void {
    const start = this.size;
    if (value !== undefined) this.text(0x0a, encode(value));
    this.close(tag, start);
  }

  duration(tag: number, nanoseconds: number | bigint): void {
    const start = this.size;
    this.integer(0x08, nanoseconds);
    this.close(tag, start);
  }
}
