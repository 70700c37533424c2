// Resource quantities (`quantity('1Gi')`).

import { global, member } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { BOOL, DOUBLE, INT, opaqueOf, STRING } from '../type.ts';
import { CelError, OpaqueValue } from '../value.ts';
import type { Value } from '../value.ts';
import {
  addQuantities,
  approximateQuantity,
  compareQuantity,
  parseQuantity,
  quantityFrom,
  quantityProblem,
  quantitySign,
  scaledValue,
  subtractQuantities,
} from '../../quantity.ts';
import type { Quantity } from '../../quantity.ts';

export const QUANTITY_TYPE = opaqueOf('kubernetes.Quantity');

class QuantityValue extends OpaqueValue {
  readonly type = QUANTITY_TYPE;
  readonly quantity: Quantity;
  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }
  override equals(other: OpaqueValue): boolean {
    return other instanceof QuantityValue && compareQuantity(this.quantity, other.quantity) === 0;
  }
}

const Q = QUANTITY_TYPE;
type Pair = (a: QuantityValue, b: QuantityValue) => Value;

function read(text: string): Value {
  const quantity = parseQuantity(text);
  return quantity === undefined ? new CelError(quantityProblem(text) ?? '') : new QuantityValue(quantity);
}

/** The whole number that the quantity is, where it is one within int64. */
function wholeOf({ quantity }: QuantityValue): bigint | undefined {
  const value = scaledValue(quantity, 0);
  const exact = compareQuantity(quantityFrom(value), quantity) === 0;
  return exact && value < 2n ** 63n && value >= -(2n ** 63n) ? value : undefined;
}

const whole = (value: bigint): Quantity => quantityFrom(value);
const pair =
  (run: (a: Quantity, b: Quantity) => Value): Pair =>
  (a, b) =>
    run(a.quantity, b.quantity);

export const quantities: FunctionTable = {
  quantity: [global('string_to_quantity', [STRING], Q, read)],
  isQuantity: [global('is_quantity_string', [STRING], BOOL, (text: string) => parseQuantity(text) !== undefined)],
  sign: [member('quantity_sign', [Q], INT, ({ quantity }: QuantityValue) => BigInt(quantitySign(quantity)))],
  isGreaterThan: [
    member(
      'quantity_is_greater_than',
      [Q, Q],
      BOOL,
      pair((a, b) => compareQuantity(a, b) > 0),
    ),
  ],
  isLessThan: [
    member(
      'quantity_is_less_than',
      [Q, Q],
      BOOL,
      pair((a, b) => compareQuantity(a, b) < 0),
    ),
  ],
  compareTo: [
    member(
      'quantity_compare_to',
      [Q, Q],
      INT,
      pair((a, b) => BigInt(compareQuantity(a, b))),
    ),
  ],
  asApproximateFloat: [member('quantity_get_float', [Q], DOUBLE, ({ quantity }: QuantityValue) => approximateQuantity(quantity))],
  asInteger: [
    member('quantity_get_int', [Q], INT, (value: QuantityValue) => wholeOf(value) ?? new CelError('cannot convert value to integer')),
  ],
  isInteger: [member('quantity_is_integer', [Q], BOOL, (value: QuantityValue) => wholeOf(value) !== undefined)],
  add: [
    member(
      'quantity_add',
      [Q, Q],
      Q,
      pair((a, b) => new QuantityValue(addQuantities(a, b))),
    ),
    member(
      'quantity_add_int',
      [Q, INT],
      Q,
      ({ quantity }: QuantityValue, b: bigint) => new QuantityValue(addQuantities(quantity, whole(b))),
    ),
  ],
  sub: [
    member(
      'quantity_sub',
      [Q, Q],
      Q,
      pair((a, b) => new QuantityValue(subtractQuantities(a, b))),
    ),
    member(
      'quantity_sub_int',
      [Q, INT],
      Q,
      ({ quantity }: QuantityValue, b: bigint) => new QuantityValue(subtractQuantities(quantity, whole(b))),
    ),
  ],
};
