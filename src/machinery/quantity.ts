// Quantities of resources, as `100m`, `1.5`, `64Mi` or `1e3`: exact arithmetic on amounts that remember how they are written.
//
// Q1. Quantities are immutable and exact between a nano and any size; only whole-number views round, and they round up.
// Q2. A sum or difference prints in the left side's format, or in the right side's where the left is zero.
// Q3. The views as 64-bit integers overflow exactly as upstream's do, because schedulers compare them.

import { must } from '../base/assert.ts';
import { compareScaled, digits, fitsInt64, MIN_INT64, powerOfTen, scaleDown, scaleUp, sign, whole } from './quantity/amount.ts';
import type { Whole } from './quantity/amount.ts';
import { readQuantity } from './quantity/parse.ts';
import type { Quantity, QuantityFormat } from './quantity/parse.ts';
import { printQuantity as print } from './quantity/print.ts';

export type { Quantity, QuantityFormat } from './quantity/parse.ts';

/** A quantity, or the text of one that validation has accepted. */
export type QuantityLike = Quantity | string;

export const ZERO_QUANTITY: Quantity = { value: 0, exponent: 0, format: 'DecimalSI', wide: false, text: undefined };

/** The quantity that the text says, or undefined. */
export function parseQuantity(text: string): Quantity | undefined {
  const read = readQuantity(text);
  return typeof read === 'string' ? undefined : read;
}

/** Why the text is no quantity, as upstream says it; undefined when it is one. */
export function quantityProblem(text: string): string | undefined {
  const read = readQuantity(text);
  return typeof read === 'string' ? read : undefined;
}

/** The text that decoding and encoding makes of a JSON string or number, or undefined. */
export function canonicalQuantity(value: string | number | bigint): string | undefined {
  const read = readQuantity(String(value).trim());
  return typeof read === 'string' ? undefined : print(read);
}

const of = (quantity: QuantityLike): Quantity =>
  typeof quantity === 'string' ? must(parseQuantity(quantity), `the quantity of ${JSON.stringify(quantity)}`) : quantity;

/** The canonical text. */
export const printQuantity = (quantity: QuantityLike): string => print(of(quantity));

/** `value × 10^exponent`: an exponent of -3 makes milli-units. */
export function quantityFrom(value: Whole, format: QuantityFormat = 'DecimalSI', exponent = 0): Quantity {
  const exact = whole(value);
  return { value: exact, exponent, format, wide: !fitsInt64(exact), text: undefined };
}

/** The whole number, rounded up; beyond 2^53 to the nearest number. */
export function quantityToNumber(quantity: QuantityLike): number {
  const { value, exponent } = of(quantity);
  return exponent === 0 && typeof value === 'number' ? value : Number(scaledValue(quantity, 0));
}

/** The number of thousandths, rounded up. */
export function milliValue(quantity: QuantityLike): number {
  const { value, exponent } = of(quantity);
  return exponent === -3 && typeof value === 'number' ? value : Number(scaledValue(quantity, -3));
}

/** The number of `10^exponent`, rounded up, as 64 bits (Q3). */
export function scaledValue(quantity: QuantityLike, exponent: number): bigint {
  const { value, exponent: own, wide } = of(quantity);
  if (wide) return wideScaledValue(BigInt(value), own - exponent);
  if (own < exponent) return BigInt(scaleDown(value, exponent - own).value);
  return scaleUpInt64(BigInt(value), own - exponent);
}

// The powers that upstream multiplies by in one step, wrapping around; by others it goes digit by digit and yields zero on overflow.
const ONE_STEP: ReadonlySet<number> = new Set([0, 1, 2, 3, 6, 9]);

function scaleUpInt64(value: bigint, power: number): bigint {
  if (value === 0n || power === 0) return value;
  if (power > 19) return 0n;
  const product = value * powerOfTen(power);
  if (fitsInt64(product) && value !== MIN_INT64) return product;
  return ONE_STEP.has(power) && value !== MIN_INT64 ? BigInt.asIntN(64, product) : 0n;
}

function wideScaledValue(value: bigint, power: number): bigint {
  if (power >= 0) {
    const factor = power >= 19 ? MIN_INT64 : powerOfTen(power);
    return BigInt.asIntN(64, power === 0 ? value : BigInt.asIntN(64, value) * factor);
  }
  const isSmall = value < 2n ** 63n - 1n && -power < 19;
  if (!isSmall && -power > digits(value)) return value > 0n ? 1n : 0n;
  const divisor = powerOfTen(-power);
  const dividend = isSmall ? BigInt.asIntN(64, value) : value;
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  // Small ones are truncated, then raised by one; large ones are rounded towards plus infinity.
  if (rest === 0n) return BigInt.asIntN(64, quotient);
  return BigInt.asIntN(64, isSmall || rest > 0n ? quotient + 1n : quotient);
}

/** The nearest floating-point number, fractions included. */
export function approximateQuantity(quantity: QuantityLike): number {
  const { value, exponent } = of(quantity);
  return exponent === 0 ? Number(value) : Number(value) * 10 ** exponent;
}

/** Which is larger: -1 when `a` is smaller, 1 when it is larger, 0 when they are equal however written. */
export function compareQuantity(a: QuantityLike, b: QuantityLike): -1 | 0 | 1 {
  const left = of(a);
  const right = of(b);
  return compareScaled(left.value, left.exponent, right.value, right.exponent);
}

export const quantitySign = (quantity: QuantityLike): -1 | 0 | 1 => sign(of(quantity).value);

export const isZeroQuantity = (quantity: QuantityLike): boolean => of(quantity).value === 0;

/** The sum (Q2). */
export function addQuantities(a: QuantityLike, b: QuantityLike): Quantity {
  const left = of(a);
  const right = of(b);
  const format = left.value === 0 ? right.format : left.format;
  const isWide = left.wide || right.wide;
  if (right.value === 0 && !isWide) return { ...left, format, text: undefined };
  if (left.value === 0 && !isWide) return { ...right, format, text: undefined };
  const exponent = Math.min(left.exponent, right.exponent);
  // Amounts that far apart come from hostile exponents; the larger one is all that can be held.
  if (Math.abs(left.exponent - right.exponent) > FURTHEST_APART) {
    const larger = right.value === 0 || (left.value !== 0 && left.exponent > right.exponent) ? left : right;
    return { ...larger, format, wide: true, text: undefined };
  }
  const leftValue = scaleUp(left.value, left.exponent - exponent);
  const rightValue = scaleUp(right.value, right.exponent - exponent);
  const value = add(leftValue, rightValue);
  return { value, exponent, format, wide: isWide || !fitsInt64(leftValue) || !fitsInt64(rightValue) || !fitsInt64(value), text: undefined };
}

const FURTHEST_APART = 4096;

function add(left: Whole, right: Whole): Whole {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return whole(BigInt(left) + BigInt(right));
}

/** The difference (Q2). */
export const subtractQuantities = (a: QuantityLike, b: QuantityLike): Quantity => addQuantities(a, negateQuantity(b));

/** The quantity with its sign turned, in the same format. */
export function negateQuantity(quantity: QuantityLike): Quantity {
  const { value, exponent, format, wide } = of(quantity);
  return { value: value === 0 ? 0 : whole(-value), exponent, format, wide, text: undefined };
}

/** The product with a whole number. */
export function multiplyQuantity(quantity: QuantityLike, factor: Whole): Quantity {
  const { value, exponent, format, wide } = of(quantity);
  const product = whole(BigInt(value) * BigInt(factor));
  return { value: product, exponent, format, wide: wide || !fitsInt64(product), text: undefined };
}

/** The quantity rounded up, away from zero, to a multiple of `10^exponent`. */
export function roundUpQuantity(quantity: QuantityLike, exponent: number): Quantity {
  const own = of(quantity);
  if (own.exponent >= exponent) return own;
  return { ...own, value: scaleDown(own.value, exponent - own.exponent).value, exponent, text: undefined };
}
