// Macros: calls that are rewritten while parsing. The looping ones become folds over a range.
//
// M1. The rewriting follows upstream's step by step, because the run-time cost of an expression is counted on its result.

import { call, identifier, list, literal } from './expression.ts';
import type { Call, Expression } from './expression.ts';
import { ACCUMULATOR, accumulatorAt, hidesAccumulator, onlyIf, quantifier } from './macro-parts.ts';
import type { Loop } from './macro-parts.ts';
import type { Issue } from './source.ts';
import { expandTwoVariableMacro } from './macros-two-variable.ts';

function gather(offset: number, element: Expression, condition: Expression | undefined): Loop {
  return {
    init: list(offset),
    condition: literal(offset, true),
    step: onlyIf(offset, condition, call(offset, '_+_', accumulatorAt(offset), list(offset, element))),
    result: accumulatorAt(offset),
  };
}

const QUANTIFIERS: Readonly<Record<string, 'all' | 'exists' | 'existsOne'>> = {
  all: 'all',
  exists: 'exists',
  exists_one: 'existsOne',
  existsOne: 'existsOne',
};

function loopOf(expression: Call): Loop | undefined {
  const { name, offset, args } = expression;
  const [variable, second, third] = args;
  if (variable === undefined || second === undefined) return undefined;
  const kind = Object.hasOwn(QUANTIFIERS, name) ? QUANTIFIERS[name] : undefined;
  if (args.length === 2 && kind !== undefined) return quantifier(kind, offset, second);
  if (name === 'map' && args.length === 2) return gather(offset, second, undefined);
  if (name === 'map' && args.length === 3 && third !== undefined) return gather(offset, third, second);
  if (name === 'filter' && args.length === 2) return gather(offset, variable, second);
  return undefined;
}

function expandLoop(expression: Call, range: Expression): Expression | Issue | undefined {
  const loop = loopOf(expression);
  const variable = expression.args[0];
  if (loop === undefined || variable === undefined) return undefined;
  if (variable.kind !== 'identifier') {
    const simple = Object.hasOwn(QUANTIFIERS, expression.name);
    return { offset: variable.offset, message: simple ? 'argument must be a simple name' : 'argument is not an identifier' };
  }
  if (hidesAccumulator(variable.name)) return { offset: variable.offset, message: 'iteration variable overwrites accumulator variable' };
  const { offset } = expression;
  return { kind: 'comprehension', offset, range, variable: variable.name, variable2: undefined, accumulator: ACCUMULATOR, ...loop };
}

/** `x.optMap(v, f)`: f of the value, in an optional again unless `flat`, or none. */
function expandOptional(expression: Call, target: Expression, flat: boolean): Expression | Issue {
  const { offset, args } = expression;
  const [variable, body] = args;
  if (variable?.kind !== 'identifier' || body === undefined) {
    return { offset: variable?.offset ?? offset, message: `${expression.name}() variable name must be a simple identifier` };
  }
  const method = (name: string): Expression => ({ kind: 'call', offset, name, target, args: [] });
  const bound: Expression = {
    kind: 'comprehension',
    offset,
    range: list(offset),
    variable: '#unused',
    variable2: undefined,
    accumulator: variable.name,
    init: method('value'),
    condition: literal(offset, false),
    step: identifier(offset, variable.name),
    result: body,
  };
  const some = flat ? bound : call(offset, 'optional.of', bound);
  return call(offset, '_?_:_', method('hasValue'), some, call(offset, 'optional.none'));
}

/** The call rewritten, the call itself where it is no macro, or what is wrong with its arguments. */
export function expandMacro(expression: Call, bindings: boolean): Expression | Issue {
  const { name, target, args } = expression;
  if (target === undefined) {
    const operand = args[0];
    if (name !== 'has' || args.length !== 1 || operand === undefined) return expression;
    if (operand.kind === 'select') return { ...operand, offset: expression.offset, test: true };
    return { offset: operand.offset, message: 'invalid argument to has() macro' };
  }
  if (args.length === 2 && (name === 'optMap' || name === 'optFlatMap')) return expandOptional(expression, target, name === 'optFlatMap');
  if (name === 'sortBy' && args.length === 2) return expandSortBy(expression, target);
  if (bindings && name === 'bind' && args.length === 3 && target.kind === 'identifier' && target.name === 'cel')
    return expandBind(expression);
  return expandTwoVariableMacro(expression, target) ?? expandLoop(expression, target) ?? expression;
}

/** `cel.bind(name, value, body)`. */
function expandBind(expression: Call): Expression | Issue {
  const { offset, args } = expression;
  const [variable, init, result] = args;
  if (variable?.kind !== 'identifier' || init === undefined || result === undefined) {
    return { offset: variable?.offset ?? offset, message: 'cel.bind() variable names must be simple identifiers' };
  }
  return {
    kind: 'comprehension',
    offset,
    range: list(offset),
    variable: '#unused',
    variable2: undefined,
    accumulator: variable.name,
    init,
    condition: literal(offset, false),
    step: identifier(offset, variable.name),
    result,
  };
}

const SORTED = '@__sortBy_input__';

/** `list.sortBy(x, key)`: the list sorted by the keys that its elements have. */
function expandSortBy(expression: Call, target: Expression): Expression | Issue {
  const { offset, args } = expression;
  const [variable, key] = args;
  if (variable?.kind !== 'identifier' || key === undefined) {
    return { offset: variable?.offset ?? offset, message: 'argument is not an identifier' };
  }
  const input = identifier(offset, SORTED);
  const keys = expandLoop({ ...expression, name: 'map', target: input }, input);
  if (keys === undefined || 'message' in keys) return keys ?? expression;
  return {
    kind: 'comprehension',
    offset,
    range: list(offset),
    variable: '#unused',
    variable2: undefined,
    accumulator: SORTED,
    init: target,
    condition: literal(offset, false),
    step: input,
    result: { kind: 'call', offset, name: '@sortByAssociatedKeys', target: input, args: [keys] },
  };
}
