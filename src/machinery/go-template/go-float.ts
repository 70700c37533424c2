// Floating-point numbers as Go's strconv writes them: %e, %f and %g, exactly rounded, with an exponent of two digits.

/** The decimal digits d of a finite number, without leading zeros: 0.d × 10^point. */
interface Digits {
  readonly digits: string;
  readonly point: number;
}

const ZERO: Digits = { digits: '', point: 0 };

/** The fewest digits that read back as the same number. */
function shortestDigits(magnitude: number): Digits {
  if (magnitude === 0) return ZERO;
  const [mantissa = '', exponent = '0'] = magnitude.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** The number as an integer times a power of two. */
function binaryOf(magnitude: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (biased === 0 ? 0n : 1n << 52n);
  return { mantissa, exponent: (biased === 0 ? 1 : biased) - 1075 };
}

/** The number as a fraction of big integers. */
function fractionOf(magnitude: number): { readonly numerator: bigint; readonly denominator: bigint } {
  const { mantissa, exponent } = binaryOf(magnitude);
  return exponent >= 0
    ? { numerator: mantissa << BigInt(exponent), denominator: 1n }
    : { numerator: mantissa, denominator: 1n << BigInt(-exponent) };
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

/** The number rounded to `places` digits after the point; halves go to the even neighbour. */
function fixedDigits(magnitude: number, places: number): Digits {
  const { numerator, denominator } = fractionOf(magnitude);
  const scale = 10n ** BigInt(Math.abs(places));
  const rounded = places >= 0 ? divideHalfEven(numerator * scale, denominator) : divideHalfEven(numerator, denominator * scale);
  if (rounded === 0n) return ZERO;
  const digits = rounded.toString();
  return { digits, point: digits.length - places };
}

function significantDigits(magnitude: number, count: number): Digits {
  if (magnitude === 0) return ZERO;
  const { point } = shortestDigits(magnitude);
  // The shortest digits may be rounded up to a power of ten that the number itself does not reach.
  const finer = fixedDigits(magnitude, count - point + 1);
  const rounded = finer.digits.length <= count ? finer : fixedDigits(magnitude, count - point);
  // Rounding 9.99 up makes one digit more.
  return rounded.digits.length > count ? { digits: rounded.digits.slice(0, count), point: rounded.point } : rounded;
}

function printExponent({ digits, point }: Digits, places: number): string {
  const exponent = digits === '' ? 0 : point - 1;
  const padded = digits.slice(1, places + 1).padEnd(places, '0');
  const text = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0] ?? '0'}${places > 0 ? `.${padded}` : ''}e${exponent < 0 ? '-' : '+'}${text}`;
}

function printFixed({ digits, point }: Digits, places: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const fraction = (point < 0 ? '0'.repeat(Math.min(-point, places)) + digits : digits.slice(Math.max(point, 0))).slice(0, places);
  return places > 0 ? `${whole}.${fraction.padEnd(places, '0')}` : whole;
}

function printGeneral(magnitude: number, precision: number | undefined): string {
  const digits = precision === undefined ? shortestDigits(magnitude) : significantDigits(magnitude, precision || 1);
  const trimmed = { digits: digits.digits.replace(/0+$/, ''), point: digits.point };
  const count = trimmed.digits.length;
  let threshold = precision === undefined ? 6 : precision || 1;
  if (precision !== undefined && threshold > count && count >= trimmed.point) threshold = count;
  const exponent = count === 0 ? 0 : trimmed.point - 1;
  if (exponent < -4 || exponent >= threshold) return printExponent(trimmed, Math.max(count - 1, 0));
  return printFixed(trimmed, Math.max(count - trimmed.point, 0));
}

/** The number in format `e`, `f` or `g`; without a precision, `g` writes the fewest digits that read back the same. */
export function formatFloat(value: number, format: 'e' | 'f' | 'g', precision?: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return sign === '-' ? '-Inf' : '+Inf';
  const magnitude = Math.abs(value);
  if (format === 'g') return sign + printGeneral(magnitude, precision);
  if (format === 'f') {
    const places = precision ?? Math.max(shortestDigits(magnitude).digits.length - shortestDigits(magnitude).point, 0);
    return sign + printFixed(precision === undefined ? shortestDigits(magnitude) : fixedDigits(magnitude, precision), places);
  }
  const digits = precision === undefined ? shortestDigits(magnitude) : significantDigits(magnitude, precision + 1);
  return sign + printExponent(digits, precision ?? Math.max(digits.digits.length - 1, 0));
}

/** The number as a hexadecimal fraction and a power of two, as `%x` writes it: `0x1.8p+01`. */
export function formatHexFloat(value: number, precision?: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  let { mantissa, exponent } = binaryOf(Math.abs(value));
  if (mantissa !== 0n) {
    // One bit before the point and 52 behind it.
    while (mantissa < 1n << 52n) {
      mantissa <<= 1n;
      exponent -= 1;
    }
    exponent += 52;
  } else exponent = 0;
  if (precision !== undefined && precision < 13) {
    const unit = 1n << BigInt(52 - 4 * precision);
    mantissa = divideHalfEven(mantissa, unit) * unit;
    if (mantissa >= 1n << 53n) {
      mantissa >>= 1n;
      exponent += 1;
    }
  }
  const all = mantissa.toString(16).padStart(14, '0');
  const digits = precision === undefined ? all.slice(1).replace(/0+$/, '') : all.slice(1, 1 + precision).padEnd(precision, '0');
  const power = `p${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  return `${sign}0x${all[0] ?? '0'}${digits === '' ? '' : `.${digits}`}${power}`;
}

/** The number as an integer and a power of two, as `%b` writes it. */
export function formatBinaryFloat(value: number): string {
  const { mantissa, exponent } = binaryOf(Math.abs(value));
  return `${value < 0 || Object.is(value, -0) ? '-' : ''}${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}
