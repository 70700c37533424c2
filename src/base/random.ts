// The one source of chance and identifiers, so that a run can be repeated from its seed.

/** Chance as a component sees it. */
export interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  /** `length` bytes; unpredictable in production. */
  bytes(length: number): Uint8Array;
  /** A version-4 UUID in canonical text. */
  uuid(): string;
  /** `length` characters of the alphabet that generated names use (no vowels, nothing that looks like another). */
  suffix(length: number): string;
}

const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function printUuid(raw: Uint8Array): string {
  let text = '';
  for (let at = 0; at < 16; at++) {
    if (at === 4 || at === 6 || at === 8 || at === 10) text += '-';
    text += HEX[raw[at] ?? 0] ?? '';
  }
  return text;
}

function fromBytes(bytes: (length: number) => Uint8Array): Random {
  const view = (length: number): DataView => {
    const raw = bytes(length);
    return new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  };
  return {
    bytes,
    fraction: () => view(4).getUint32(0) / 2 ** 32,
    uuid() {
      const raw = bytes(16);
      raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
      raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
      return printUuid(raw);
    },
    suffix(length) {
      let text = '';
      for (const byte of bytes(length)) text += SUFFIX_ALPHABET.charAt(byte % SUFFIX_ALPHABET.length);
      return text;
    },
  };
}

const POOL_BYTES = 4096;
/** What is longer than an identifier may be a key, and is drawn for itself. */
const POOLED_BYTES = 16;

/** Draws many bytes at once: the source's fixed cost is far above that of an identifier. What was handed out is wiped from the pool. */
function pooled(fill: (into: Uint8Array<ArrayBuffer>) => void): (length: number) => Uint8Array {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return (length) => {
    if (length > POOLED_BYTES) {
      const own = new Uint8Array(length);
      fill(own);
      return own;
    }
    if (used + length > POOL_BYTES) {
      fill(pool);
      used = 0;
    }
    const taken = pool.slice(used, used + length);
    pool.fill(0, used, used + length);
    used += length;
    return taken;
  };
}

/** The platform's cryptographic source. */
export const secureRandom: Random = fromBytes(pooled((into) => void crypto.getRandomValues(into)));

/** A repeatable source for tests and the deterministic profile (xorshift; never for keys). */
export function seededRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  return fromBytes((length) => Uint8Array.from({ length }, () => next() >>> 24));
}
