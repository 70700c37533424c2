// Prints quantities canonically: no fraction, the largest suffix of their format that loses nothing.

import { compareScaled, removeFactors, scaleDown, scaleUp } from './amount.ts';
import type { Quantity } from './parse.ts';

const DECIMAL_SUFFIXES: readonly string[] = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY_SUFFIXES: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The canonical text, which is the text it was parsed from where that is canonical. */
export function printQuantity(quantity: Quantity): string {
  return quantity.text ?? printCanonical(quantity);
}

function printCanonical({ value, exponent, format }: Quantity): string {
  if (value === 0) return '0';
  if (format === 'BinarySI' && !isSmall(value, exponent)) {
    const binary = printBinary(value, exponent);
    if (binary !== undefined) return binary;
  }
  const reduced = removeFactors(value, 10);
  const tens = exponent + reduced.times;
  const surplus = ((tens % 3) + 3) % 3;
  const mantissa = scaleUp(reduced.value, surplus);
  const power = tens - surplus;
  if (format === 'DecimalExponent') return power === 0 ? `${mantissa}` : `${mantissa}e${power}`;
  // Upstream has no suffix beyond these and prints none.
  return `${mantissa}${DECIMAL_SUFFIXES[power / 3 + 3] ?? ''}`;
}

/** Binary suffixes begin at 1024; what is smaller prints as a decimal. */
const isSmall = (value: number | bigint, exponent: number): boolean =>
  compareScaled(value, exponent, 1024, 0) < 0 && compareScaled(value, exponent, -1024, 0) > 0;

/** Undefined for fractions, which binary suffixes cannot express. */
function printBinary(value: number | bigint, exponent: number): string | undefined {
  const scaled = exponent < 0 ? scaleDown(value, -exponent) : { value: scaleUp(value, exponent), exact: true };
  if (!scaled.exact) return undefined;
  const { value: mantissa, times } = removeFactors(scaled.value, 1024);
  return `${mantissa}${BINARY_SUFFIXES[times] ?? ''}`;
}
