// Plans for the operators: comparisons, arithmetic, membership and logic, each with its cost.

import { calculate } from './arithmetic.ts';
import type { Operator } from './arithmetic.ts';
import { sizeOf } from './call-cost.ts';
import { compareValues, equalValues } from './compare.ts';
import type { Frame, Plan } from './frame.ts';
import { CelError, ListValue, MapValue, NO_SUCH_OVERLOAD, OpaqueValue } from './value.ts';
import type { Value } from './value.ts';

const TEXT = 0.1;

const noSuchOverload = (name: string): CelError => new CelError(`no such overload: ${name}`);

/** Values on which no order and no arithmetic is defined at all. */
const isContainer = (value: Value): boolean => value === null || value instanceof MapValue;

const hasText = (value: Value): boolean => typeof value === 'string' || value instanceof Uint8Array;

function smallerCost(a: Value, b: Value): number {
  if (typeof a !== 'object' && typeof a !== 'string') return 1;
  if (a instanceof OpaqueValue) return 1;
  return Math.ceil(Math.min(sizeOf(a), sizeOf(b)) * TEXT);
}

function equality(left: Plan, right: Plan, expected: boolean): Plan {
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (a instanceof CelError) return a;
    if (b instanceof CelError) return b;
    frame.charge(smallerCost(a, b));
    return equalValues(a, b) === expected;
  };
}

function ordering(left: Plan, right: Plan, name: string, holds: (order: number) => boolean): Plan {
  const none = noSuchOverload(name);
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (typeof a === 'bigint' && typeof b === 'bigint') {
      frame.charge(1);
      return holds(a < b ? -1 : a > b ? 1 : 0);
    }
    if (a instanceof CelError) return a;
    if (b instanceof CelError) return b;
    frame.charge(hasText(a) ? smallerCost(a, b) : 1);
    const order = compareValues(a, b);
    if (typeof order === 'number') return holds(order);
    return order === NO_SUCH_OVERLOAD && (isContainer(a) || a instanceof ListValue) ? none : order;
  };
}

function arithmetic(left: Plan, right: Plan, operator: Operator): Plan {
  const none = noSuchOverload(`_${operator}_`);
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (a instanceof CelError) return a;
    if (b instanceof CelError) return b;
    frame.charge(hasText(a) ? Math.ceil((sizeOf(a) + sizeOf(b)) * TEXT) : 1);
    const result = calculate(operator, a, b);
    return result === NO_SUCH_OVERLOAD && (isContainer(a) || typeof a === 'boolean') ? none : result;
  };
}

/** `constant`: the list was written out with nothing but constants, which makes looking into it free. */
export function membership(left: Plan, right: Plan, constant: boolean): Plan {
  return (frame) => {
    const element = left(frame);
    const container = right(frame);
    if (element instanceof CelError) return element;
    if (container instanceof CelError) return container;
    if (container instanceof MapValue) {
      frame.charge(1);
      return container.get(element) !== undefined;
    }
    if (!(container instanceof ListValue)) return NO_SUCH_OVERLOAD;
    if (!constant) frame.charge(container.size);
    for (let index = 0; index < container.size; index += 1) if (equalValues(container.at(index), element)) return true;
    return false;
  };
}

/** `decisive` settles the matter alone: false for &&, true for ||. An error counts only where neither side settles it. */
function logic(left: Plan, right: Plan, decisive: boolean): Plan {
  return (frame: Frame) => {
    const a = left(frame);
    if (a === decisive) return decisive;
    const b = right(frame);
    if (b === decisive) return decisive;
    if (a === !decisive && b === !decisive) return b;
    if (a instanceof CelError) return a;
    return b instanceof CelError ? b : NO_SUCH_OVERLOAD;
  };
}

/** The plan of a binary operator; nothing where the name is none. */
export function planBinary(name: string, left: Plan, right: Plan): Plan | undefined {
  switch (name) {
    case '_&&_':
      return logic(left, right, false);
    case '_||_':
      return logic(left, right, true);
    case '_==_':
      return equality(left, right, true);
    case '_!=_':
      return equality(left, right, false);
    case '_<_':
      return ordering(left, right, name, (order) => order < 0);
    case '_<=_':
      return ordering(left, right, name, (order) => order <= 0);
    case '_>_':
      return ordering(left, right, name, (order) => order > 0);
    case '_>=_':
      return ordering(left, right, name, (order) => order >= 0);
    case '_+_':
    case '_-_':
    case '_*_':
    case '_/_':
    case '_%_':
      return arithmetic(left, right, name.charAt(1) as Operator);
    default:
      return undefined;
  }
}
