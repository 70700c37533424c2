// An exact decimal number `value × 10^exponent`, the arithmetic under quantities.
//
// A1. `value` is a number exactly while it is a safe integer, a bigint beyond.
// A2. Nothing here multiplies out an exponent that a text like `1e2000000000` chose: work is bounded by the digits given.

export type Whole = number | bigint;

/** The number in the smallest form that holds it exactly (A1). */
export function whole(value: Whole): Whole {
  if (typeof value === 'number') return value;
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

const POWERS: readonly bigint[] = Array.from({ length: 64 }, (_, power) => 10n ** BigInt(power));
const SAFE_POWERS: readonly number[] = Array.from({ length: 16 }, (_, power) => 10 ** power);

export const powerOfTen = (power: number): bigint => POWERS[power] ?? 10n ** BigInt(power);

/** `value × 10^power` for a power that is not negative. */
export function scaleUp(value: Whole, power: number): Whole {
  if (power === 0 || value === 0) return value;
  const factor = SAFE_POWERS[power];
  if (factor !== undefined && typeof value === 'number') {
    const product = value * factor;
    if (Number.isSafeInteger(product)) return product;
  }
  return whole(BigInt(value) * powerOfTen(power));
}

/** `value ÷ 10^power`, rounded away from zero; whether nothing was lost. */
export function scaleDown(value: Whole, power: number): { readonly value: Whole; readonly exact: boolean } {
  if (power === 0 || value === 0) return { value, exact: true };
  const sign = value < 0 ? -1n : 1n;
  // No value has more digits than its text, so a larger divisor leaves only the rounding.
  if (power > digits(value)) return { value: Number(sign), exact: false };
  const divisor = powerOfTen(power);
  const big = BigInt(value);
  const quotient = big / divisor;
  return quotient * divisor === big ? { value: whole(quotient), exact: true } : { value: whole(quotient + sign), exact: false };
}

/** How many decimal digits the value has. */
export function digits(value: Whole): number {
  const text = String(value);
  return text.startsWith('-') ? text.length - 1 : text.length;
}

export const sign = (value: Whole): -1 | 0 | 1 => (value < 0 ? -1 : value > 0 ? 1 : 0);

/** Compares `a × 10^aExponent` with `b × 10^bExponent`. */
export function compareScaled(a: Whole, aExponent: number, b: Whole, bExponent: number): -1 | 0 | 1 {
  if (aExponent === bExponent || a === 0 || b === 0) return a < b ? -1 : a > b ? 1 : 0;
  const aSign = sign(a);
  if (aSign !== sign(b)) return aSign;
  // Magnitudes decide first, so that only numbers of the same magnitude are multiplied out (A2).
  const aMagnitude = digits(a) + aExponent;
  const bMagnitude = digits(b) + bExponent;
  if (aMagnitude !== bMagnitude) return aMagnitude > bMagnitude === aSign > 0 ? 1 : -1;
  const left = aExponent > bExponent ? scaleUp(a, aExponent - bExponent) : a;
  const right = bExponent > aExponent ? scaleUp(b, bExponent - aExponent) : b;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Divides `value` by `factor` as often as it goes evenly; how often that was. */
export function removeFactors(value: Whole, factor: 10 | 1024): { readonly value: Whole; readonly times: number } {
  let times = 0;
  let rest = value;
  if (typeof rest === 'bigint') {
    const bigFactor = BigInt(factor);
    let big = rest;
    while (big % bigFactor === 0n && big !== 0n) {
      big /= bigFactor;
      times += 1;
    }
    rest = whole(big);
  }
  if (typeof rest === 'number' && rest !== 0) {
    while (rest % factor === 0) {
      rest /= factor;
      times += 1;
    }
  }
  return { value: rest, times };
}

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Whether the value fits 64 bits with a sign. */
export const fitsInt64 = (value: Whole): boolean => typeof value === 'number' || (value >= MIN_INT64 && value <= MAX_INT64);

export { MAX_INT64, MIN_INT64 };
