// Reads protobuf; every length is checked against what is there, so hostile bytes end in ProtobufError and nothing else.

import { ProtobufError } from './protobuf-error.ts';
import { microTextOfSeconds, textOfSeconds } from './protobuf-time.ts';

const LONG_TEXT = 24;
const MAXIMUM_DEPTH = 128;
const decoder = new TextDecoder();
/** Unlike a plain decoder it leaves a leading byte-order mark in place. */
const markedDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class ProtobufReader {
  readonly #bytes: Uint8Array;
  at = 0;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** A tag, length or small number; wider values lose their high bits as Go's int32 does. */
  varint(): number {
    const bytes = this.#bytes;
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count++) {
      const byte = bytes[this.at++];
      if (byte === undefined) throw new ProtobufError('unexpected EOF');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw new ProtobufError('proto: integer overflow');
  }

  int32(): number {
    const start = this.at;
    const value = this.varint();
    if (value <= 0x7fffffff) return value;
    this.at = start;
    return Number(BigInt.asIntN(32, this.#wide()));
  }

  int64(): number | bigint {
    const start = this.at;
    const value = this.varint();
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    this.at = start;
    const wide = BigInt.asIntN(64, this.#wide());
    const narrow = Number(wide);
    return Number.isSafeInteger(narrow) ? narrow : wide;
  }

  #wide(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new ProtobufError('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  boolean(): boolean {
    return this.varint() !== 0;
  }

  double(): number {
    const end = this.at + 8;
    if (end > this.#bytes.length) throw new ProtobufError('unexpected EOF');
    const value = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.at, 8).getFloat64(0, true);
    this.at = end;
    return value;
  }

  /** Reads a length and answers where what follows ends. */
  open(): number {
    const length = this.varint();
    const end = this.at + length;
    if (end > this.#bytes.length) throw new ProtobufError('unexpected EOF');
    return end;
  }

  raw(): Uint8Array {
    const end = this.open();
    const bytes = this.#bytes.subarray(this.at, end);
    this.at = end;
    return bytes;
  }

  text(): string {
    const end = this.open();
    const start = this.at;
    this.at = end;
    if (end - start > LONG_TEXT) return this.#decode(start, end);
    let text = '';
    for (let index = start; index < end; index++) {
      const byte = this.#bytes[index] ?? 0;
      if (byte >= 0x80) return this.#decode(start, end);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #decode(start: number, end: number): string {
    return (this.#bytes[start] === 0xef ? markedDecoder : decoder).decode(this.#bytes.subarray(start, end));
  }

  bytes(): string {
    const raw = this.raw();
    let binary = '';
    for (let index = 0; index < raw.length; index += 0x1000) binary += String.fromCharCode(...raw.subarray(index, index + 0x1000));
    return btoa(binary);
  }

  /** Reads a nested message with `read`, which must stop at the end that it is given. */
  message<T>(read: (reader: ProtobufReader, end: number) => T): T {
    if (++this.#depth > MAXIMUM_DEPTH) throw new ProtobufError('exceeded max depth');
    const end = this.open();
    const value = read(this, end);
    if (this.at !== end) throw new ProtobufError('unexpected EOF');
    this.#depth--;
    return value;
  }

  /** The text in the first field of a message (a quantity). */
  wrappedText(): string {
    let text = '';
    this.#fields((tag) => (tag === 0x0a ? ((text = this.text()), true) : false));
    return text;
  }

  time(micro: boolean): string | undefined {
    let seconds: number | bigint = 0;
    let nanos = 0;
    let empty = true;
    this.#fields((tag) => {
      empty = false;
      if (tag === 0x08) seconds = this.int64();
      else if (tag === 0x10) nanos = this.int32();
      else return false;
      return true;
    });
    if (empty) return undefined;
    return micro ? microTextOfSeconds(Number(seconds), nanos) : textOfSeconds(Number(seconds));
  }

  intOrString(): number | string {
    let kind = 0;
    let integer = 0;
    let text = '';
    this.#fields((tag) => {
      if (tag === 0x08) kind = this.int32();
      else if (tag === 0x10) integer = this.int32();
      else if (tag === 0x1a) text = this.text();
      else return false;
      return true;
    });
    return kind === 1 ? text : integer;
  }

  wrappedInteger(): number | bigint {
    let value: number | bigint = 0;
    this.#fields((tag) => (tag === 0x08 ? ((value = this.int64()), true) : false));
    return value;
  }

  #fields(take: (tag: number) => boolean): void {
    const end = this.open();
    while (this.at < end) {
      const tag = this.varint();
      if (!take(tag)) this.skip(tag);
    }
    if (this.at !== end) throw new ProtobufError('unexpected EOF');
  }

  /** Passes over a field that the schema does not know. */
  skip(tag: number): void {
    if (tag < 8) throw new ProtobufError(`proto: illegal tag ${tag >> 3} (wire type ${tag & 7})`);
    switch (tag & 7) {
      case 0:
        this.varint();
        return;
      case 1:
        this.at += 8;
        break;
      case 2:
        this.at = this.open();
        return;
      case 5:
        this.at += 4;
        break;
      default:
        throw new ProtobufError(`proto: illegal wireType ${tag & 7}`);
    }
    if (this.at > this.#bytes.length) throw new ProtobufError('unexpected EOF');
  }
}
