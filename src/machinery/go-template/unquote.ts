// Reads Go's quoted text: escapes of letters, octal, hexadecimal and Unicode, as strconv reads them.

const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

interface Character {
  readonly code: number;
  /** A byte of its own, and not a character that UTF-8 may write with several. */
  readonly byte: boolean;
  readonly length: number;
}

/** The first character of a quoted text's inside, or undefined when it is none. */
export function unquoteCharacter(text: string, mark: string): Character | undefined {
  const code = text.codePointAt(0);
  if (code === undefined) return undefined;
  if (text[0] === mark && (mark === "'" || mark === '"')) return undefined;
  if (text[0] !== '\\') return { code, byte: code < 0x80, length: code > 0xffff ? 2 : 1 };
  const letter = text[1] ?? '';
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined;
  if (simple !== undefined) return { code: simple, byte: true, length: 2 };
  if (letter === "'" || letter === '"') return letter === mark ? { code: letter.charCodeAt(0), byte: true, length: 2 } : undefined;
  if (letter >= '0' && letter <= '7') return octalCharacter(text.slice(1, 4));
  const length = Object.hasOwn(HEX_LENGTH, letter) ? (HEX_LENGTH[letter] ?? 0) : 0;
  const digits = text.slice(2, 2 + length);
  if (length === 0 || digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
  const value = Number.parseInt(digits, 16);
  if (letter !== 'x' && (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))) return undefined;
  return { code: value, byte: letter === 'x', length: 2 + length };
}

function octalCharacter(digits: string): Character | undefined {
  if (!/^[0-7]{3}$/.test(digits)) return undefined;
  const code = Number.parseInt(digits, 8);
  return code > 255 ? undefined : { code, byte: true, length: 4 };
}

/** The text inside quotation marks whose inside is given, or undefined when an escape is wrong. */
export function unquoteInside(inside: string, mark: string): string | undefined {
  if (!inside.includes('\\') && !inside.includes(mark)) return inside;
  const bytes: number[] = [];
  let rest = inside;
  while (rest !== '') {
    const character = unquoteCharacter(rest, mark);
    if (character === undefined) return undefined;
    if (character.byte) bytes.push(character.code);
    else bytes.push(...encoder.encode(String.fromCodePoint(character.code)));
    rest = rest.slice(character.length);
  }
  return decoder.decode(new Uint8Array(bytes));
}

/** Go's strconv.Unquote for text in double quotes or backquotes. */
export function unquote(quoted: string): string | undefined {
  const inside = quoted.slice(1, -1);
  return quoted.startsWith('`') ? inside.replaceAll('\r', '') : unquoteInside(inside, '"');
}
