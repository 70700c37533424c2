// The verbs of Go's fmt for single values: text, booleans and numbers, with their flags.

import { quote } from '../quote.ts';
import { formatBinaryFloat, formatFloat, formatHexFloat } from './go-float.ts';
import { floatOf, GoNumber, integerOf, kindOf } from './go-value.ts';

export interface Flags {
  readonly sharp: boolean;
  readonly zero: boolean;
  readonly plus: boolean;
  readonly minus: boolean;
  readonly space: boolean;
  /** `%#v`: Go source. */
  readonly goSyntax: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

export const PLAIN_FLAGS: Flags = {
  sharp: false,
  zero: false,
  plus: false,
  minus: false,
  space: false,
  goSyntax: false,
  width: undefined,
  precision: undefined,
};

/** The value with a verb, or undefined when its kind has no such verb. */
export function printVerb(value: unknown, verb: string, flags: Flags): string | undefined {
  switch (kindOf(value)) {
    case 'string':
      return typeof value === 'string' ? printString(value, verb, flags) : undefined;
    case 'bool':
      return verb === 't' || verb === 'v' ? pad(String(value), flags) : undefined;
    case 'int':
    case 'uint':
      return printInteger(integerOf(value), verb, flags, value instanceof GoNumber && value.type === 'uint8');
    case 'float':
      return printFloat(floatOf(value), verb, flags);
    default:
      return undefined;
  }
}

function padding(length: number, flags: Flags): string {
  return (flags.zero && !flags.minus ? '0' : ' ').repeat(Math.max(length, 0));
}

function pad(text: string, flags: Flags): string {
  if (!flags.width) return text;
  const missing = padding(flags.width - [...text].length, flags);
  return flags.minus ? text + missing : missing + text;
}

const truncate = (text: string, { precision }: Flags): string =>
  precision === undefined || text.length <= precision ? text : [...text].slice(0, precision).join('');

function printString(text: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case 'v':
      return flags.goSyntax ? printQuoted(text, flags) : pad(truncate(text, flags), flags);
    case 's':
      return pad(truncate(text, flags), flags);
    case 'q':
      return printQuoted(text, flags);
    case 'x':
      return printBytes(text, flags, false);
    case 'X':
      return printBytes(text, flags, true);
    default:
      return undefined;
  }
}

function printQuoted(text: string, flags: Flags): string {
  const truncated = truncate(text, flags);
  if (flags.sharp && !/[\u0000-\u0008\u000a-\u001f`\u007f\ufeff\ufffd]/.test(truncated)) return pad(`\`${truncated}\``, flags);
  return pad(flags.plus ? quoteAscii(truncated) : quote(truncated), flags);
}

const quoteAscii = (text: string): string => quote(text).replaceAll(/[^\u0000-\u007f]/gu, escapeCode);

function escapeCode(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

const encoder = new TextEncoder();

function printBytes(text: string, flags: Flags, upper: boolean): string {
  const bytes = encoder.encode(text).subarray(0, flags.precision);
  if (bytes.length === 0) return padding(flags.width ?? 0, flags);
  const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).map((pair) => (upper ? pair.toUpperCase() : pair));
  const prefix = flags.sharp ? (upper ? '0X' : '0x') : '';
  return pad(flags.space ? pairs.map((pair) => prefix + pair).join(' ') : prefix + pairs.join(''), flags);
}

function printInteger(value: bigint, verb: string, flags: Flags, unsigned: boolean): string | undefined {
  switch (verb) {
    case 'v':
      return flags.goSyntax && unsigned ? printRadix(value, 16, 'v', { ...flags, sharp: true }) : printRadix(value, 10, verb, flags);
    case 'd':
      return printRadix(value, 10, verb, flags);
    case 'b':
      return printRadix(value, 2, verb, flags);
    case 'o':
    case 'O':
      return printRadix(value, 8, verb, flags);
    case 'x':
    case 'X':
      return printRadix(value, 16, verb, flags);
    case 'c':
      return pad(characterOf(value), flags);
    case 'q':
      return pad(quoteCharacter(characterOf(value), flags), flags);
    case 'U':
      return printCodePoint(value, flags);
    default:
      return undefined;
  }
}

function printRadix(value: bigint, radix: 2 | 8 | 10 | 16, verb: string, flags: Flags): string {
  const negative = value < 0n;
  const magnitude = negative ? -value : value;
  let digits = magnitude.toString(radix);
  if (verb === 'X') digits = digits.toUpperCase();
  let length = 0;
  if (flags.precision !== undefined) {
    if (flags.precision === 0 && value === 0n) return padding(flags.width ?? 0, { ...flags, zero: false });
    length = flags.precision;
  } else if (flags.zero && !flags.minus && flags.width !== undefined) {
    length = flags.width - (negative || flags.plus || flags.space ? 1 : 0);
  }
  digits = digits.padStart(length, '0');
  if (flags.sharp && radix === 2) digits = `0b${digits}`;
  if (flags.sharp && radix === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  if (flags.sharp && radix === 16) digits = (verb === 'X' ? '0X' : '0x') + digits;
  if (verb === 'O') digits = `0o${digits}`;
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  return pad(sign + digits, { ...flags, zero: false });
}

function characterOf(value: bigint): string {
  if (value < 0n || value > 0x10ffffn || (value >= 0xd800n && value <= 0xdfffn)) return '\ufffd';
  return String.fromCodePoint(Number(value));
}

function quoteCharacter(character: string, flags: Flags): string {
  if (character === "'") return "'\\''";
  if (character === '"') return `'"'`;
  return `'${(flags.plus ? quoteAscii(character) : quote(character)).slice(1, -1)}'`;
}

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** A code point as `%U` writes it; with the sharp flag, the character follows. */
function printCodePoint(value: bigint, flags: Flags): string {
  const hex = BigInt.asUintN(64, value).toString(16).toUpperCase();
  const digits = hex.padStart(Math.max(flags.precision ?? 4, 4), '0');
  const known = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  const character = flags.sharp && known ? String.fromCodePoint(Number(value)) : '';
  return pad(`U+${digits}${PRINTABLE.test(character) ? ` '${character}'` : ''}`, { ...flags, zero: false });
}

/** A character of a text that a parser refuses, as `%#U` writes it. */
export const describeCharacter = (character: string): string =>
  printCodePoint(BigInt(character.codePointAt(0) ?? 0), { ...PLAIN_FLAGS, sharp: true });

/** The bare number with a verb; undefined when floats have no such verb. */
function floatText(value: number, verb: string, precision: number | undefined): string | undefined {
  const format = verb === 'v' ? 'g' : verb.toLowerCase();
  const finite = Number.isFinite(value);
  if (verb === 'b') return finite ? formatBinaryFloat(value) : formatFloat(value, 'g');
  if (format === 'x') {
    const text = finite ? formatHexFloat(value, precision) : formatFloat(value, 'g');
    return verb === 'X' && finite ? text.toUpperCase() : text;
  }
  if (format !== 'e' && format !== 'f' && format !== 'g') return undefined;
  const text = formatFloat(value, format, precision ?? (format === 'g' ? undefined : 6));
  return verb === 'E' || verb === 'G' ? text.replace('e', 'E') : text;
}

function printFloat(value: number, verb: string, flags: Flags): string | undefined {
  const plain = floatText(value, verb, flags.precision);
  if (plain === undefined) return undefined;
  const signed = plain.startsWith('-') || plain.startsWith('+') ? plain : `+${plain}`;
  let number = signed;
  if (flags.space && number.startsWith('+') && !flags.plus) number = ` ${number.slice(1)}`;
  if (!Number.isFinite(value)) return printInfinite(number, flags);
  if (flags.sharp && verb !== 'b') number = withPoint(number, 'vgGx'.includes(verb) ? (flags.precision ?? 6) : 0);
  if (!flags.plus && number.startsWith('+')) return pad(number.slice(1), flags);
  if (flags.zero && !flags.minus && flags.width !== undefined && flags.width > number.length) {
    return number.slice(0, 1) + padding(flags.width - number.length, flags) + number.slice(1);
  }
  return pad(number, flags);
}

function printInfinite(number: string, flags: Flags): string {
  const bare = number.endsWith('NaN') && !flags.space && !flags.plus ? 'NaN' : number;
  const shown = bare.startsWith('+') && !flags.plus && bare.endsWith('NaN') ? 'NaN' : bare;
  return pad(shown, { ...flags, zero: false });
}

/** The sharp flag keeps the point and, for `%g`, the zeros at the end. */
function withPoint(number: string, significant: number): string {
  const [, mantissa = number, tail = ''] = (/0[xX]/.test(number) ? /^(.[^pP]*)([pP].*)?$/ : /^(.[^eE]*)([eE].*)?$/).exec(number) ?? [];
  const seen = mantissa.slice(1).replace('.', '').replace(/^0+/, '').length;
  const counted = seen + (mantissa.slice(1) === '0' ? 1 : 0);
  const pointed = mantissa.includes('.') ? mantissa : `${mantissa}.`;
  return pointed + '0'.repeat(Math.max(significant - counted, 0)) + tail;
}
