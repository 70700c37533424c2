// Reads the text of a literal token: escapes of strings and bytes, integers within their range.

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
  '`': 96,
  '?': 63,
};
const encoder = new TextEncoder();

function contents(token: string): { readonly text: string; readonly raw: boolean } {
  const start = /^[bBrR]*/.exec(token)?.[0].length ?? 0;
  const quoted = token.slice(start).replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const raw = /r/i.test(token.slice(0, start));
  const width = quoted.length >= 6 && (quoted.startsWith('"""') || quoted.startsWith("'''")) ? 3 : 1;
  return { text: quoted.slice(width, -width), raw };
}

interface Piece {
  readonly text: string;
  /** A code point (or, of \x and octal escapes in bytes, a byte). */
  readonly code: number | undefined;
  readonly byte: boolean;
}

function* pieces(text: string): Generator<Piece> {
  const pattern = /\\(?:([0-3][0-7]{2})|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|[^\\]+/gsu;
  for (const [whole, octal, hex, four, eight, simple] of text.matchAll(pattern)) {
    if (octal !== undefined) yield { text: '', code: Number.parseInt(octal, 8), byte: true };
    else if (hex !== undefined) yield { text: '', code: Number.parseInt(hex, 16), byte: true };
    else if (four !== undefined || eight !== undefined) yield { text: '', code: Number.parseInt(four ?? eight ?? '', 16), byte: false };
    else if (simple !== undefined) yield { text: '', code: ESCAPES[simple] ?? 0, byte: false };
    else yield { text: whole, code: undefined, byte: false };
  }
}

/** The string that the token denotes; nothing where an escape is no character. */
export function readString(token: string): string | undefined {
  const { text, raw } = contents(token);
  if (raw || !text.includes('\\')) return text;
  let result = '';
  for (const piece of pieces(text)) {
    if (piece.code === undefined) result += piece.text;
    else if (piece.code > 0x10ffff || (piece.code >= 0xd800 && piece.code <= 0xdfff)) return undefined;
    else result += String.fromCodePoint(piece.code);
  }
  return result;
}

/** The bytes that the token denotes; Unicode escapes do not exist in bytes. */
export function readBytes(token: string): Uint8Array | undefined {
  const { text, raw } = contents(token);
  if (raw) return encoder.encode(text);
  const result: number[] = [];
  for (const piece of pieces(text)) {
    if (piece.code === undefined) for (const byte of encoder.encode(piece.text)) result.push(byte);
    else if (!piece.byte && piece.code > 0x7f) return undefined;
    else result.push(piece.code);
  }
  return /(?:^|[^\\])(?:\\\\)*\\[uU]/.test(text) ? undefined : Uint8Array.from(result);
}

const MAX_INT = 2n ** 63n - 1n;

/** A whole number within int64, with its sign. */
export function readInt(text: string, negative: boolean): bigint | undefined {
  const value = negative ? -BigInt(text) : BigInt(text);
  return value <= MAX_INT && value >= -MAX_INT - 1n ? value : undefined;
}

/** A whole number within uint64; the token ends in `u`. */
export function readUint(text: string): bigint | undefined {
  const value = BigInt(text.slice(0, -1));
  return value < 2n ** 64n ? value : undefined;
}
