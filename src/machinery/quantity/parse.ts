// Reads quantities: a sign, decimal digits, and a suffix that is binary (Ki … Ei), decimal (n … E) or an exponent (e3).

import { fitsInt64, MAX_INT64, powerOfTen, scaleDown, scaleUp, whole } from './amount.ts';
import type { Whole } from './amount.ts';

/** Which family of suffixes a quantity was written with, and is printed with. */
export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

/** An exact amount `value × 10^exponent` that remembers how it was written. */
export interface Quantity {
  readonly value: Whole;
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** Whether upstream would hold it as a big decimal: its whole value is then rounded by other rules. */
  readonly wide: boolean;
  /** The text, where it is canonical as given. */
  readonly text: string | undefined;
}

export const FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
export const NUMERIC_WRONG = 'unable to parse numeric part of quantity';
export const SUFFIX_WRONG = "unable to parse quantity's suffix";

interface Suffix {
  readonly format: QuantityFormat;
  /** Of ten, or of two for BinarySI. */
  readonly exponent: number;
}

const SUFFIXES: ReadonlyMap<string, Suffix> = new Map<string, Suffix>([
  ...(['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const).map((suffix, index): [string, Suffix] => [
    suffix,
    { format: 'DecimalSI', exponent: index * 3 - 9 },
  ]),
  ...(['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const).map((suffix, index): [string, Suffix] => [
    suffix,
    { format: 'BinarySI', exponent: index * 10 + 10 },
  ]),
]);

const NANO = -9;
/** Beyond this exponent a big decimal is not multiplied out. */
const MAX_EXPANDED_EXPONENT = 1024;
const SUFFIX_CHARACTERS = 'eEinumkKMGTP';
const EXPONENT = /^[eE][-+]?[0-9]+$/;

function interpretSuffix(suffix: string): Suffix | undefined {
  const known = SUFFIXES.get(suffix);
  if (known !== undefined) return known;
  if (!EXPONENT.test(suffix)) return undefined;
  const exponent = BigInt(suffix.charAt(1) === '+' ? suffix.slice(2) : suffix.slice(1));
  return fitsInt64(exponent) ? { format: 'DecimalExponent', exponent: Number(BigInt.asIntN(32, exponent)) } : undefined;
}

function skipDigits(text: string, from: number): number {
  let index = from;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) break;
    index += 1;
  }
  return index;
}

/** Where the suffix that starts at `from` ends: letters, then maybe a sign and digits. */
function skipSuffix(text: string, from: number): number {
  let index = from;
  while (index < text.length && SUFFIX_CHARACTERS.includes(text.charAt(index))) index += 1;
  if (text[index] === '-' || text[index] === '+') index += 1;
  return skipDigits(text, index);
}

const ONE: Suffix = { format: 'DecimalSI', exponent: 0 };
const ZERO: Quantity = { value: 0, exponent: 0, format: 'DecimalSI', wide: false, text: '0' };

/** The quantity, or upstream's text that says why there is none. */
export function readQuantity(text: string): Quantity | string {
  if (text === '') return FORMAT_WRONG;
  if (text === '0') return ZERO;
  const first = text.charCodeAt(0);
  const negative = first === 0x2d;
  let start = negative || first === 0x2b ? 1 : 0;
  while (text.charCodeAt(start) === 0x30) start += 1;
  if (start >= text.length) return { ...ZERO, text: undefined };

  const wholeEnd = skipDigits(text, start);
  const hasPoint = text.charCodeAt(wholeEnd) === 0x2e;
  const numberEnd = hasPoint ? skipDigits(text, wholeEnd + 1) : wholeEnd;
  let suffix = ONE;
  if (numberEnd < text.length) {
    if (skipSuffix(text, numberEnd) < text.length) return FORMAT_WRONG;
    const known = interpretSuffix(text.slice(numberEnd));
    if (known === undefined) return SUFFIX_WRONG;
    suffix = known;
  }
  const digits = {
    negative,
    whole: wholeEnd === start ? '0' : text.slice(start, wholeEnd),
    fraction: hasPoint ? text.slice(wholeEnd + 1, numberEnd) : '',
  };
  return narrow(text, digits, suffix) ?? wide(text.slice(0, numberEnd), digits, suffix);
}

interface Digits {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

/** How many more digits 64 bits are sure to hold; negative where a big decimal is needed. */
function spareDigits({ whole: num, fraction }: Digits, { format, exponent }: Suffix): number {
  if (format !== 'BinarySI') return 18 - num.length - fraction.length;
  return fraction === '' ? 14 - num.length - Math.trunc((exponent * 3) / 10) : -1;
}

/** The quantity where 64 bits and a scale hold it. */
function narrow(text: string, digits: Digits, suffix: Suffix): Quantity | undefined {
  const { format } = suffix;
  if (spareDigits(digits, suffix) < 0) return undefined;
  const binary = format === 'BinarySI';
  const exponent = ((binary ? 0 : suffix.exponent) - digits.fraction.length) | 0;
  if (exponent < NANO) return undefined;

  const shifted = digits.fraction === '' ? digits.whole : digits.whole + digits.fraction;
  const mantissa: Whole = shifted.length <= 15 ? Number(shifted) : whole(BigInt(shifted));
  const magnitude = binary ? multiplyByPowerOfTwo(mantissa, suffix.exponent) : mantissa;
  const value = digits.negative && magnitude !== 0 ? -magnitude : magnitude;
  const keeps = binary ? BigInt(mantissa) % 8n !== 0n : exponent % 3 === 0 && !shifted.endsWith('000') && shifted.charCodeAt(0) !== 0x30;
  return { value, exponent, format, wide: false, text: keeps ? text : undefined };
}

function multiplyByPowerOfTwo(value: Whole, power: number): Whole {
  const product = Number(value) * 2 ** power;
  return typeof value === 'number' && Number.isSafeInteger(product) ? product : whole(BigInt(value) << BigInt(power));
}

/** The quantity as a big decimal, rounded up to the nano and capped where it is binary. */
function wide(number: string, digits: Digits, suffix: Suffix): Quantity | string {
  if (!/[0-9]/.test(number)) return NUMERIC_WRONG;
  let magnitude: Whole = whole(BigInt(digits.whole + digits.fraction));
  let exponent = -digits.fraction.length;
  let { format } = suffix;
  if (format === 'BinarySI') magnitude = multiplyByPowerOfTwo(magnitude, suffix.exponent);
  else exponent += suffix.exponent;

  if (magnitude !== 0) {
    if (exponent < NANO) magnitude = scaleDown(magnitude, NANO - exponent).value;
    else if (exponent <= MAX_EXPANDED_EXPONENT) magnitude = scaleUp(magnitude, exponent - NANO);
    if (exponent <= MAX_EXPANDED_EXPONENT) exponent = NANO;
  }
  if (format === 'BinarySI') {
    const one = exponent === NANO ? powerOfTen(9) : 1n;
    if (magnitude > MAX_INT64 * one) {
      magnitude = MAX_INT64;
      exponent = 0;
    } else if (magnitude > 0 && magnitude < one) {
      format = 'DecimalSI';
    }
  }
  return { value: digits.negative && magnitude !== 0 ? -magnitude : magnitude, exponent, format, wide: true, text: undefined };
}
