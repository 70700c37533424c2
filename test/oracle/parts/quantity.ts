// Quantities: parsing, printing, whole-number views, comparison and sums.

import fc from 'fast-check';
import {
  addQuantities,
  compareQuantity,
  isZeroQuantity,
  parseQuantity,
  printQuantity,
  quantityProblem,
  quantitySign,
  scaledValue,
  subtractQuantities,
} from '../../../src/machinery/quantity.ts';
import type { Quantity } from '../../../src/machinery/quantity.ts';
import { part, wholeText } from '../part.ts';

const digits = fc.stringMatching(/^[0-9]{1,22}$/);
const number = fc.oneof(
  digits,
  fc.tuple(digits, digits).map(([whole, fraction]) => `${whole}.${fraction}`),
  digits.map((fraction) => `.${fraction}`),
  digits.map((whole) => `${whole}.`),
  fc.integer({ min: 0, max: 5000 }).map(String),
  fc.constantFrom('0', '9223372036854775807', '9223372036854775808', '999999999999999999', '0.000000001', '0.0000000001', '00012'),
);
const suffix = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('', 'm', 'k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'n', 'u') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.integer({ min: 0, max: 22 }))
      .map((each) => each.join('')),
  },
  { weight: 1, arbitrary: fc.constantFrom('K', 'mi', 'i', 'e', 'Eí', 'kk', ' ', 'B', '1e') },
);
const text = fc.oneof(
  {
    weight: 15,
    arbitrary: fc.tuple(fc.constantFrom('', '', '', '-', '+'), number, suffix).map((each) => each.join('')),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
);

function read(source: string): Quantity {
  const quantity = parseQuantity(source);
  if (quantity === undefined) throw new Error(quantityProblem(source) ?? 'no reason given');
  return quantity;
}

const describe = (quantity: Quantity): object => ({
  string: printQuantity(quantity),
  format: quantity.format,
  value: String(scaledValue(quantity, 0)),
  milli: String(scaledValue(quantity, -3)),
  sign: quantitySign(quantity),
  zero: isZeroQuantity(quantity),
});

export const quantity = part({
  name: 'quantity',
  arbitrary: text,
  refusal: wholeText,
  question: (source) => ({ ask: 'quantity', text: source }),
  ours: (source) => describe(read(source)),
});

export const quantityArithmetic = part({
  name: 'quantity-arithmetic',
  arbitrary: fc.tuple(text, text),
  question: ([left, right]) => ({ ask: 'quantityArithmetic', text: left, other: right }),
  ours: ([left, right]) => {
    const [a, b] = [read(left), read(right)];
    return { compare: compareQuantity(a, b), sum: describe(addQuantities(a, b)), difference: describe(subtractQuantities(a, b)) };
  },
});
