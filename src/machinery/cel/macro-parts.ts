// What the looping macros are built from: the accumulator, and the loops of the quantifiers.

import { call, identifier, literal } from './expression.ts';
import type { Comprehension, Expression } from './expression.ts';

/** No name in an expression can be this one. */
export const ACCUMULATOR = '@result';
const VISIBLE_ACCUMULATOR = '__result__';

/** What a macro fills in of a fold. */
export type Loop = Pick<Comprehension, 'init' | 'condition' | 'step' | 'result'>;

/** The accumulator where the call stands. */
export const accumulatorAt = (offset: number): Expression => identifier(offset, ACCUMULATOR);

/** Whether the name would hide the accumulator. */
export const hidesAccumulator = (name: string): boolean => name === ACCUMULATOR || name === VISIBLE_ACCUMULATOR;

/** `step` where `condition` holds, otherwise the accumulator unchanged. */
export const onlyIf = (offset: number, condition: Expression | undefined, step: Expression): Expression =>
  condition === undefined ? step : call(offset, '_?_:_', condition, step, accumulatorAt(offset));

/** The loop of all, exists or exists_one over a predicate. */
export function quantifier(name: 'all' | 'exists' | 'existsOne', offset: number, predicate: Expression): Loop {
  const accumulator = accumulatorAt(offset);
  if (name === 'all') {
    return {
      init: literal(offset, true),
      condition: call(offset, '@not_strictly_false', accumulator),
      step: call(offset, '_&&_', accumulator, predicate),
      result: accumulatorAt(offset),
    };
  }
  if (name === 'exists') {
    return {
      init: literal(offset, false),
      condition: call(offset, '@not_strictly_false', call(offset, '!_', accumulator)),
      step: call(offset, '_||_', accumulator, predicate),
      result: accumulatorAt(offset),
    };
  }
  return {
    init: literal(offset, 0n),
    condition: literal(offset, true),
    step: call(offset, '_?_:_', predicate, call(offset, '_+_', accumulator, literal(offset, 1n)), accumulatorAt(offset)),
    result: call(offset, '_==_', accumulatorAt(offset), literal(offset, 1n)),
  };
}
