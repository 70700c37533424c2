// Small hashes for names: FNV-1a, and an alphabet that spells no words.

const encoder = new TextEncoder();
const bytesOf = (data: Uint8Array | string): Uint8Array => (typeof data === 'string' ? encoder.encode(data) : data);

/** FNV-1a of 32 bits. */
export function fnv32a(data: Uint8Array | string): number {
  let hash = 0x811c9dc5;
  for (const byte of bytesOf(data)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** FNV-1a of 64 bits. */
export function fnv64a(data: Uint8Array | string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytesOf(data)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

/** No vowels and nothing that looks like one, so that no word is spelt by accident. */
export const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** The text with each byte replaced by a letter of the safe alphabet. */
export function safeEncodeString(text: string): string {
  let encoded = '';
  for (const byte of encoder.encode(text)) encoded += SAFE_ALPHABET.charAt(byte % SAFE_ALPHABET.length);
  return encoded;
}
