// Protobuf's wire format: a reader and a writer of tags, varints and length-delimited fields.

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8');

/** How a field lies on the wire. */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Appends fields to a buffer that grows. */
export class WireWriter {
  #buffer = new Uint8Array(256);
  #length = 0;

  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  tag(number: number, wireType: number): void {
    this.uint(number * 8 + wireType);
  }

  /** A non-negative integer below 2^53. */
  uint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** Any 64-bit integer; a negative one takes ten bytes. */
  int(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) {
      this.uint(value);
      return;
    }
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      this.#buffer[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#length++] = Number(rest);
  }

  double(value: number): void {
    this.#reserve(8);
    new DataView(this.#buffer.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  bytes(value: Uint8Array): void {
    this.uint(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  string(value: string): void {
    this.bytes(encoder.encode(value));
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + size));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

/** Walks the fields of an encoded message. */
export class WireReader {
  readonly #buffer: Uint8Array;
  #offset = 0;

  constructor(buffer: Uint8Array) {
    this.#buffer = buffer;
  }

  get done(): boolean {
    return this.#offset >= this.#buffer.length;
  }

  /** A varint: a number where it is exact, otherwise a bigint without sign. */
  varint(): number | bigint {
    let value = 0;
    let scale = 1;
    for (let index = 0; index < 7; index++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    let wide = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      wide |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, wide);
    }
    throw new Error('a varint is longer than ten bytes');
  }

  double(): number {
    const at = this.#take(8);
    return new DataView(at.buffer, at.byteOffset, 8).getFloat64(0, true);
  }

  /** A view of the field's bytes, not a copy. */
  bytes(): Uint8Array {
    return this.#take(Number(this.varint()));
  }

  string(): string {
    return decoder.decode(this.bytes());
  }

  skip(wireType: number): void {
    switch (wireType) {
      case WireType.varint:
        this.varint();
        return;
      case WireType.fixed64:
        this.#take(8);
        return;
      case WireType.bytes:
        this.bytes();
        return;
      case WireType.fixed32:
        this.#take(4);
        return;
      default:
        throw new Error(`wire type ${wireType} is not known`);
    }
  }

  #byte(): number {
    const byte = this.#buffer[this.#offset++];
    if (byte === undefined) throw new Error('a message ends in the middle of a field');
    return byte;
  }

  #take(length: number): Uint8Array {
    const end = this.#offset + length;
    if (end > this.#buffer.length) throw new Error('a message ends in the middle of a field');
    const view = this.#buffer.subarray(this.#offset, end);
    this.#offset = end;
    return view;
  }
}
