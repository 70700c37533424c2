// Decompresses a zlib stream that arrives in pieces, each flushed to a byte (RFC 1950, 1951). Header blocks share one such stream for
// the life of a connection; platforms' own decompressors are asynchronous, which a state machine cannot be.
//
// Z1. A piece ends at the end of a block; what was decoded stays as the window of the next piece.
// Z2. Output is limited, so that a small piece cannot become a large one.

export class InflateError extends Error {
  override readonly name = 'InflateError';
}

const WINDOW_BYTES = 32_768;
const END_OF_BLOCK = 256;
const PRESET_DICTIONARY = 0x20;
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
  24577,
];
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

/** A prefix code: how many codes there are of each length, and their symbols in order. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

function codeOf(lengths: readonly number[]): Code {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const offsets = new Uint16Array(17);
  for (let length = 1; length < 16; length++) offsets[length + 1] = (offsets[length] ?? 0) + (counts[length] ?? 0);
  const symbols = new Uint16Array(lengths.length);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const at = offsets[length] ?? 0;
    symbols[at] = symbol;
    offsets[length] = at + 1;
  }
  return { counts, symbols };
}

const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);
const FIXED_LENGTHS = codeOf([...repeat(8, 144), ...repeat(9, 112), ...repeat(7, 24), ...repeat(8, 8)]);
const FIXED_DISTANCES = codeOf(repeat(5, 30));

/** One compressed stream. */
export class Inflate {
  readonly #dictionary: Uint8Array;
  readonly #maxPieceBytes: number;
  #started = false;
  #output: Uint8Array;
  #size = 0;
  #limit = 0;
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;
  #bits = 0;
  #bitCount = 0;

  constructor(dictionary: Uint8Array, maxPieceBytes: number) {
    this.#dictionary = dictionary;
    this.#maxPieceBytes = maxPieceBytes;
    this.#output = new Uint8Array(WINDOW_BYTES + 1024);
  }

  /** The next piece, decompressed; throws InflateError for what is not a flushed piece of the stream. */
  push(piece: Uint8Array): Uint8Array {
    this.#input = piece;
    this.#at = 0;
    if (!this.#started) this.#header();
    this.#slide();
    const start = this.#size;
    this.#limit = start + this.#maxPieceBytes;
    while (this.#at < piece.byteLength || this.#bitCount >= 3) {
      // Bits that fill up the last byte of a piece are no block.
      if (this.#at === piece.byteLength) break;
      this.#block();
    }
    return this.#output.slice(start, this.#size);
  }

  #header(): void {
    const method = this.#byte();
    const flags = this.#byte();
    if ((method & 0x0f) !== 8 || ((method << 8) | flags) % 31 !== 0) throw new InflateError('not a zlib stream');
    if ((flags & PRESET_DICTIONARY) !== 0) {
      for (let index = 0; index < 4; index++) this.#byte();
      for (const byte of this.#dictionary) this.#output[this.#size++] = byte;
    }
    this.#started = true;
  }

  /** Keeps no more of what was decoded than can be referred to. */
  #slide(): void {
    if (this.#size <= WINDOW_BYTES) return;
    this.#output.copyWithin(0, this.#size - WINDOW_BYTES, this.#size);
    this.#size = WINDOW_BYTES;
  }

  #block(): void {
    const last = this.#take(1);
    const type = this.#take(2);
    if (type === 0) this.#stored();
    else if (type === 1) this.#compressed(FIXED_LENGTHS, FIXED_DISTANCES);
    else if (type === 2) this.#dynamic();
    else throw new InflateError('a block of no known type');
    if (last === 1) throw new InflateError('the stream ended');
  }

  #stored(): void {
    this.#bits = 0;
    this.#bitCount = 0;
    const length = this.#byte() | (this.#byte() << 8);
    const check = this.#byte() | (this.#byte() << 8);
    if ((length ^ check) !== 0xffff) throw new InflateError('a stored block of two lengths');
    for (let index = 0; index < length; index++) this.#emit(this.#byte());
  }

  #dynamic(): void {
    const lengthCount = this.#take(5) + 257;
    const distanceCount = this.#take(5) + 1;
    const codeCount = this.#take(4) + 4;
    const codeLengths = repeat(0, 19);
    for (const position of CODE_LENGTH_ORDER.slice(0, codeCount)) codeLengths[position] = this.#take(3);
    const code = codeOf(codeLengths);
    const lengths: number[] = [];
    while (lengths.length < lengthCount + distanceCount) {
      const symbol = this.#symbol(code);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16) lengths.push(...repeat(lengths.at(-1) ?? 0, this.#take(2) + 3));
      else lengths.push(...repeat(0, symbol === 17 ? this.#take(3) + 3 : this.#take(7) + 11));
    }
    if (lengths.length > lengthCount + distanceCount) throw new InflateError('too many code lengths');
    this.#compressed(codeOf(lengths.slice(0, lengthCount)), codeOf(lengths.slice(lengthCount)));
  }

  #compressed(lengthCode: Code, distanceCode: Code): void {
    for (;;) {
      const symbol = this.#symbol(lengthCode);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) this.#emit(symbol);
      else this.#copy(symbol - END_OF_BLOCK - 1, distanceCode);
    }
  }

  #copy(lengthSymbol: number, distanceCode: Code): void {
    const base = LENGTH_BASE[lengthSymbol];
    if (base === undefined) throw new InflateError('a length of no known code');
    const length = base + this.#take(LENGTH_EXTRA[lengthSymbol] ?? 0);
    const distanceSymbol = this.#symbol(distanceCode);
    const distanceBase = DISTANCE_BASE[distanceSymbol];
    if (distanceBase === undefined) throw new InflateError('a distance of no known code');
    const distance = distanceBase + this.#take(DISTANCE_EXTRA[distanceSymbol] ?? 0);
    if (distance > this.#size) throw new InflateError('a distance beyond the window');
    for (let index = 0; index < length; index++) this.#emit(this.#output[this.#size - distance] ?? 0);
  }

  #symbol({ counts, symbols }: Code): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length < 16; length++) {
      code |= this.#take(1);
      const count = counts[length] ?? 0;
      if (code - count < first) return symbols[index + (code - first)] ?? 0;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new InflateError('a code of no symbol');
  }

  #take(count: number): number {
    while (this.#bitCount < count) {
      this.#bits |= this.#byte() << this.#bitCount;
      this.#bitCount += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#bitCount -= count;
    return value;
  }

  #byte(): number {
    const byte = this.#input[this.#at];
    if (byte === undefined) throw new InflateError('the piece ends within a block');
    this.#at++;
    return byte;
  }

  #emit(byte: number): void {
    // Z2
    if (this.#size >= this.#limit) throw new InflateError('the piece is too large');
    if (this.#size === this.#output.byteLength) {
      const larger = new Uint8Array(this.#output.byteLength * 2);
      larger.set(this.#output);
      this.#output = larger;
    }
    this.#output[this.#size++] = byte;
  }
}
