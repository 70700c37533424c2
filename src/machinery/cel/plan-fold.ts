// The plan of a loop: the range, the accumulator and the condition, step and result over them.

import type { Plan } from './frame.ts';
import { ObjectMap } from './shape.ts';
import { CelError, ListValue, MapValue } from './value.ts';
import type { Value } from './value.ts';

export interface Fold {
  readonly range: Plan;
  readonly init: Plan;
  readonly condition: Plan;
  readonly step: Plan;
  readonly result: Plan;
  readonly variable: number;
  readonly variable2: number | undefined;
  readonly accumulator: number;
}

function* pairs(range: ListValue | MapValue): Generator<readonly [Value, Value]> {
  if (range instanceof MapValue) {
    for (const key of range.keys()) yield [key, range.get(key) ?? null];
    return;
  }
  for (let index = 0; index < range.size; index += 1) yield [BigInt(index), range.at(index)];
}

const elements = (range: ListValue | MapValue): Iterable<Value> => {
  if (range instanceof ObjectMap) return range.names();
  return range instanceof MapValue ? range.keys() : range;
};

export function planFold(fold: Fold): Plan {
  const { range, init, condition, step, result, variable, variable2, accumulator } = fold;
  return (frame) => {
    const over = range(frame);
    if (over instanceof CelError) return over;
    if (!(over instanceof ListValue) && !(over instanceof MapValue)) return new CelError('no such overload');
    const { slots } = frame;
    slots[accumulator] = init(frame);
    if (variable2 !== undefined) {
      for (const [first, second] of pairs(over)) {
        if (condition(frame) !== true) break;
        slots[variable] = first;
        slots[variable2] = second;
        slots[accumulator] = step(frame);
      }
    } else {
      for (const element of elements(over)) {
        if (condition(frame) !== true) break;
        slots[variable] = element;
        slots[accumulator] = step(frame);
      }
    }
    return result(frame);
  };
}
