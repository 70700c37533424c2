// Turns a syntax tree into closures, once, so that evaluating it is nothing but calls.
//
// R1. Variables live in numbered slots; names are resolved here and never while evaluating.
// R2. Costs are charged exactly where upstream's evaluator observes a step: a chain of selections costs one for its root and one
//     for each link, constants are free, and so is what a constant can be folded into.

import { specialCost } from './call-cost.ts';
import type { Checked } from './checker.ts';
import { accepts, lookUpName } from './environment.ts';
import type { Environment, Overload } from './environment.ts';
import { qualifiedName } from './expression.ts';
import type { Call, Comprehension, Expression, ListLiteral, MapLiteral, Select } from './expression.ts';
import { Frame } from './frame.ts';
import type { Plan } from './frame.ts';
import { access, accessOptionally, hasField } from './plan-access.ts';
import { planFold } from './plan-fold.ts';
import { membership, planBinary } from './plan-operator.ts';
import { planStruct } from './plan-struct.ts';
import { CelError, ListValue, LiteralMap, MapValue, NO_SUCH_OVERLOAD, NONE, Optional } from './value.ts';
import type { Value } from './value.ts';

export interface Planned {
  readonly plan: Plan;
  /** The slot of each variable that the expression reads. */
  readonly variables: ReadonlyMap<string, number>;
  readonly slots: number;
}

/** The plan of an expression; `checked` narrows what its calls may reach. */
export function planExpression(environment: Environment, expression: Expression, checked: Checked | undefined): Planned {
  const planner = new Planner(environment, checked);
  const plan = planner.plan(expression);
  return { plan, variables: planner.variables, slots: planner.slots };
}

const CONVERSIONS: ReadonlySet<string> = new Set([
  'bool',
  'bytes',
  'double',
  'duration',
  'dyn',
  'int',
  'string',
  'timestamp',
  'type',
  'uint',
]);
const INDEXES: ReadonlySet<string> = new Set(['_[_]', '_[?_]', '_?._']);
type Index = Call & { readonly name: '_[_]' | '_[?_]' | '_?._' };
type Conditional = Call & { readonly name: '_?_:_' };
const isIndex = (expression: Expression): expression is Index => expression.kind === 'call' && INDEXES.has(expression.name);
const isConditional = (expression: Expression): expression is Conditional => expression.kind === 'call' && expression.name === '_?_:_';

const charged =
  (plan: Plan): Plan =>
  (frame) => {
    frame.charge(1);
    return plan(frame);
  };

class Planner {
  readonly variables = new Map<string, number>();
  readonly #environment: Environment;
  readonly #checked: Checked | undefined;
  #locals: ReadonlyMap<string, number> = new Map();
  slots = 0;

  constructor(environment: Environment, checked: Checked | undefined) {
    this.#environment = environment;
    this.#checked = checked;
  }

  plan(expression: Expression): Plan {
    switch (expression.kind) {
      case 'literal': {
        const { value } = expression;
        return () => value;
      }
      case 'identifier':
        return this.#identifier(expression.name);
      case 'select':
        return this.#chain(expression);
      case 'call':
        return isIndex(expression) ? this.#chain(expression) : this.#call(expression);
      case 'list':
        return this.#list(expression);
      case 'map':
        return this.#map(expression);
      case 'struct':
        return planStruct(this.#environment, expression, (value) => this.plan(value));
      default:
        return this.#comprehension(expression);
    }
  }

  /** Names of types are constants, and free. */
  #identifier(name: string): Plan {
    const plan = this.#variable(name) ?? this.#absent(name);
    const { container, variables, types } = this.#environment;
    const constant =
      !this.#locals.has(name) && lookUpName(variables, container, name) === undefined && lookUpName(types, container, name) !== undefined;
    return constant ? plan : charged(plan);
  }

  #absent(name: string): Plan {
    const error = new CelError(`no such attribute(s): ${name}`);
    return () => error;
  }

  /** Reads a variable, or names a type; nothing where the name is neither. */
  #variable(name: string): Plan | undefined {
    const local = this.#locals.get(name);
    if (local !== undefined) return (frame) => frame.slots[local] as Value;
    const found = lookUpName(this.#environment.variables, this.#environment.container, name);
    if (found === undefined) {
      const type = lookUpName(this.#environment.types, this.#environment.container, name)?.found;
      return type === undefined ? undefined : () => type;
    }
    const slot = this.variables.get(found.name) ?? this.#slot();
    this.variables.set(found.name, slot);
    return (frame) => frame.slots[slot] as Value;
  }

  #slot(): number {
    this.slots += 1;
    return this.slots - 1;
  }

  /** A chain of selections as a whole. */
  #chain(expression: Expression): Plan {
    const plan = this.#attribute(expression);
    let root = expression;
    while (root.kind === 'select' || isIndex(root)) {
      const next = root.kind === 'select' ? root.operand : root.args[0];
      if (next === undefined || (root.kind === 'select' && root.test)) break;
      root = next;
    }
    const free = isConditional(root) || (expression.kind === 'select' && expression.test);
    return free ? plan : charged(plan);
  }

  /** A chain without the charge for its root. */
  #attribute(expression: Expression): Plan {
    if (expression.kind === 'identifier') return this.#variable(expression.name) ?? this.#absent(expression.name);
    if (expression.kind === 'select') return this.#select(expression);
    if (isConditional(expression)) return this.#conditional(expression);
    if (!isIndex(expression)) return this.plan(expression);
    const [operand, key] = expression.args;
    if (operand === undefined || key === undefined) return () => NO_SUCH_OVERLOAD;
    const value = this.#attribute(operand);
    const index = this.#attribute(key);
    const read = expression.name === '_[_]' ? access : accessOptionally;
    return (frame) => {
      const container = value(frame);
      if (container instanceof CelError) return container;
      const at = index(frame);
      if (at instanceof CelError) return at;
      const found = read(container, at);
      if (found !== NONE) frame.charge(1);
      return found;
    };
  }

  #select(expression: Select): Plan {
    const { field, test } = expression;
    const name = qualifiedName(expression);
    const known = name === undefined ? undefined : this.#qualified(name);
    if (known !== undefined) return known;
    const operand = this.#attribute(expression.operand);
    if (test) {
      return (frame) => {
        const value = operand(frame);
        frame.charge(1);
        return hasField(value, field);
      };
    }
    return (frame) => {
      const value = operand(frame);
      if (value instanceof CelError) return value;
      frame.charge(1);
      return access(value, field);
    };
  }

  /** A dotted name that is one variable or type, unless a loop's variable hides it. */
  #qualified(name: string): Plan | undefined {
    const first = name.slice(0, name.indexOf('.'));
    return this.#locals.has(first) ? undefined : this.#variable(name);
  }

  #conditional(expression: Call): Plan {
    const [condition, yes, no] = expression.args;
    if (condition === undefined || yes === undefined || no === undefined) return () => NO_SUCH_OVERLOAD;
    const test = this.plan(condition);
    const first = this.#attribute(yes);
    const second = this.#attribute(no);
    return (frame) => {
      const value = test(frame);
      if (value === true) return first(frame);
      if (value === false) return second(frame);
      return value instanceof CelError ? value : NO_SUCH_OVERLOAD;
    };
  }

  #call(expression: Call): Plan {
    const { name, args } = expression;
    if (isConditional(expression)) return this.#conditional(expression);
    const [left, right] = args;
    if (expression.target === undefined && args.length === 2 && left !== undefined && right !== undefined) {
      if (name === '@in') return membership(this.plan(left), this.plan(right), isConstantSet(right));
      const planned = planBinary(name, this.plan(left), this.plan(right));
      if (planned !== undefined) return planned;
    }
    if (name === '@not_strictly_false' && left !== undefined) {
      const operand = this.plan(left);
      return (frame) => {
        const value = operand(frame);
        frame.charge(1);
        return value !== false;
      };
    }
    return this.#alternative(expression) ?? this.#function(expression);
  }

  /** `or` and `orValue` look at their argument only where there is no value, and are free. */
  #alternative({ name, target, args }: Call): Plan | undefined {
    const [other] = args;
    if ((name !== 'or' && name !== 'orValue') || target === undefined || other === undefined || args.length > 1) return undefined;
    const first = this.plan(target);
    const second = this.plan(other);
    const error = new CelError(`no such overload: ${name}`);
    return (frame) => {
      const optional = first(frame);
      if (optional instanceof CelError) return optional;
      if (!(optional instanceof Optional)) return error;
      if (optional.value === undefined) return second(frame);
      return name === 'or' ? optional : optional.value;
    };
  }

  #function(expression: Call): Plan {
    const { name, target, args } = expression;
    const { functions, container } = this.#environment;
    const prefix = target === undefined ? undefined : qualifiedName(target);
    const namespaced = prefix === undefined ? undefined : lookUpName(functions, container, `${prefix}.${name}`);
    const own = namespaced ?? lookUpName(functions, container, name);
    const isMember = target !== undefined && namespaced === undefined;
    const nodes = isMember ? [target, ...args] : args;
    const candidates = (this.#checked?.overloads.get(expression) ?? own?.found ?? []).filter(
      (overload) => overload.member === isMember && overload.args.length === nodes.length,
    );
    const plans = nodes.map((node) => this.plan(node));
    const resolved = own?.name ?? name;
    const plan = dispatch(resolved, candidates, plans);
    return isConstant(expression) ? folded(plan) : plan;
  }

  #list(expression: ListLiteral): Plan {
    const { elements, optional } = expression;
    const plans = elements.map((element) => this.plan(element));
    if (optional.size === 0 && elements.every(isConstant)) {
      const values = plans.map((plan) => plan(new Frame([], Number.POSITIVE_INFINITY)));
      const constant = new ListValue(values);
      if (!values.some((value) => value instanceof CelError)) return () => constant;
    }
    return (frame) => {
      const values: Value[] = [];
      for (let index = 0; index < plans.length; index += 1) {
        const value = plans[index]?.(frame) ?? null;
        if (value instanceof CelError) return value;
        if (!optional.has(index)) values.push(value);
        else if (!(value instanceof Optional)) return new CelError('cannot initialize optional list element from non-optional value');
        else if (value.value !== undefined) values.push(value.value);
      }
      frame.charge(10);
      return new ListValue(values);
    };
  }

  #map(expression: MapLiteral): Plan {
    const entries = expression.entries.map(({ key, value, optional }) => ({ key: this.plan(key), value: this.plan(value), optional }));
    const free = expression.entries.every(({ key, value, optional }) => !optional && isConstant(key) && isConstant(value));
    return (frame) => {
      const map = new LiteralMap();
      for (const entry of entries) {
        const key = entry.key(frame);
        if (key instanceof CelError) return key;
        const value = entry.value(frame);
        if (value instanceof CelError) return value;
        const kept = entry.optional && value instanceof Optional ? value.value : value;
        if (entry.optional && !(value instanceof Optional)) return new CelError('cannot initialize optional entry from non-optional value');
        if (kept === undefined) continue;
        if (typeof key === 'number' || key === null || key instanceof ListValue || key instanceof MapValue) {
          return new CelError(`unsupported key type`);
        }
        if (!map.insert(key, kept)) return new CelError('Failed with repeated key');
      }
      if (!free) frame.charge(30);
      return map;
    };
  }

  #comprehension(expression: Comprehension): Plan {
    const range = this.plan(expression.range);
    const init = this.plan(expression.init);
    const outer = this.#locals;
    const accumulator = this.#slot();
    const variable = this.#slot();
    const variable2 = expression.variable2 === undefined ? undefined : this.#slot();
    const inResult = new Map([...outer, [expression.accumulator, accumulator]]);
    const inLoop = new Map([...inResult, [expression.variable, variable]]);
    if (expression.variable2 !== undefined && variable2 !== undefined) inLoop.set(expression.variable2, variable2);
    this.#locals = inLoop;
    const condition = this.plan(expression.condition);
    const step = this.plan(expression.step);
    this.#locals = inResult;
    const result = this.plan(expression.result);
    this.#locals = outer;
    return planFold({ range, init, condition, step, result, variable, variable2, accumulator });
  }
}

/** What can be evaluated while planning: literals, lists and maps of them, and conversions of all these. */
function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'list':
      return expression.optional.size === 0 && expression.elements.every(isConstant);
    case 'map':
      return expression.entries.every(({ key, value, optional }) => !optional && isConstant(key) && isConstant(value));
    case 'call':
      return expression.target === undefined && CONVERSIONS.has(expression.name) && expression.args.every(isConstant);
    default:
      return false;
  }
}

const isConstantSet = (expression: Expression): boolean =>
  expression.kind === 'list' && expression.elements.length > 0 && expression.elements.every((element) => element.kind === 'literal');

/** The plan's value once and for all, unless it is an error. */
function folded(plan: Plan): Plan {
  const value = plan(new Frame([], Number.POSITIVE_INFINITY));
  return value instanceof CelError ? plan : () => value;
}

const fits = (overload: Overload, values: readonly Value[]): boolean =>
  overload.args.every((type, index) => accepts(type, values[index] ?? null));

function dispatch(name: string, candidates: readonly Overload[], plans: readonly Plan[]): Plan {
  const costs = candidates.map((overload) => specialCost(name, overload.id));
  const error = new CelError(`no such overload: ${name}`);
  return (frame) => {
    const values: Value[] = [];
    for (const plan of plans) values.push(plan(frame));
    for (const value of values) if (value instanceof CelError) return value;
    for (let index = 0; index < candidates.length; index += 1) {
      const overload = candidates[index];
      if (overload === undefined || !fits(overload, values)) continue;
      const [a = null, b = null, c = null, d = null] = values;
      const result = overload.run(a, b, c, d);
      frame.charge(costs[index]?.(values, result) ?? 1);
      return result;
    }
    return error;
  };
}
