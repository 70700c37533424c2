// The two-variable macros: loops over (index, element) of a list or (key, value) of a map, and the transforms built on them.

import { call, list, literal } from './expression.ts';
import type { Call, Expression } from './expression.ts';
import { ACCUMULATOR, accumulatorAt, hidesAccumulator, onlyIf, quantifier } from './macro-parts.ts';
import type { Loop } from './macro-parts.ts';
import type { Issue } from './source.ts';

const emptyMap = (offset: number): Expression => ({ kind: 'map', offset, entries: [] });

/** Grows the accumulator by one entry per turn, through an internal function named after what it inserts. */
function transform(offset: number, init: Expression, condition: Expression | undefined, step: Expression): Loop {
  return { init, condition: literal(offset, true), step: onlyIf(offset, condition, step), result: accumulatorAt(offset) };
}

function loopOf({ name, offset, args }: Call): Loop | undefined {
  const [first, , third, fourth] = args;
  if (first === undefined || third === undefined || args.length > 4) return undefined;
  const accumulator = accumulatorAt(offset);
  if (args.length === 3) {
    if (name === 'all' || name === 'exists') return quantifier(name, offset, third);
    if (name === 'exists_one' || name === 'existsOne') return quantifier('existsOne', offset, third);
  }
  const value = fourth ?? third;
  const condition = fourth === undefined ? undefined : third;
  switch (name) {
    case 'transformList':
      return transform(offset, list(offset), condition, call(offset, '_+_', accumulator, list(offset, value)));
    case 'transformMap':
      return transform(offset, emptyMap(offset), condition, call(offset, 'cel.@mapInsert', accumulator, first, value));
    case 'transformMapEntry':
      return transform(offset, emptyMap(offset), condition, call(offset, 'cel.@mapInsert', accumulator, value));
    default:
      return undefined;
  }
}

/** The call as a fold with two variables; nothing where it is no such macro. */
export function expandTwoVariableMacro(expression: Call, range: Expression): Expression | Issue | undefined {
  const loop = loopOf(expression);
  const [first, second] = expression.args;
  if (loop === undefined || first === undefined || second === undefined) return undefined;
  for (const variable of [first, second]) {
    if (variable.kind !== 'identifier') return { offset: variable.offset, message: 'argument must be a simple name' };
  }
  if (first.kind !== 'identifier' || second.kind !== 'identifier') return undefined;
  if (first.name === second.name) return { offset: second.offset, message: `duplicate variable name: ${first.name}` };
  const hiding = [first, second].find((variable) => hidesAccumulator(variable.name));
  if (hiding !== undefined) return { offset: hiding.offset, message: 'iteration variable overwrites accumulator variable' };
  const { offset } = expression;
  return {
    kind: 'comprehension',
    offset,
    range,
    variable: first.name,
    variable2: second.name,
    accumulator: ACCUMULATOR,
    ...loop,
  };
}
