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
      const hex = Array.from(raw, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    suffix: (length) => Array.from(bytes(length), (byte) => SUFFIX_ALPHABET.charAt(byte % SUFFIX_ALPHABET.length)).join(''),
  };
}

/** The platform's cryptographic source. */
export const secureRandom: Random = fromBytes((length) => crypto.getRandomValues(new Uint8Array(length)));

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
