// Gives every node of an expression its type, and reports what does not fit.
//
// C1. One problem does not hide the next: whatever is wrong has the error type, which fits everything.
// C2. The checker decides which overloads a call may reach; the planner considers only those.

import { lookUpName } from './environment.ts';
import type { Environment, Overload } from './environment.ts';
import { qualifiedName } from './expression.ts';
import type { Call, Comprehension, Expression, ListLiteral, MapLiteral, Select, StructLiteral } from './expression.ts';
import type { Issue } from './source.ts';
import {
  BOOL,
  DYN,
  ERROR,
  INT,
  isOptional,
  listOf,
  mapOf,
  optionalOf,
  parameter,
  printSignature,
  printType,
  sameType,
  typeOfType,
  unwrapOptional,
} from './type.ts';
import type { CelType } from './type.ts';
import { Unifier } from './unify.ts';
import { typeOf } from './value.ts';

export interface Checked {
  readonly types: ReadonlyMap<Expression, CelType>;
  /** The overloads that a call may reach. */
  readonly overloads: ReadonlyMap<Expression, readonly Overload[]>;
  readonly issues: readonly Issue[];
}

/** The types of an expression and everything below it. */
export function checkExpression(environment: Environment, expression: Expression): Checked {
  const checker = new Checker(environment);
  checker.check(expression);
  return checker.finish();
}

type Scope = ReadonlyMap<string, CelType>;

class Checker {
  readonly #environment: Environment;
  readonly #types = new Map<Expression, CelType>();
  readonly #overloads = new Map<Expression, readonly Overload[]>();
  readonly #issues: Issue[] = [];
  readonly #unifier = new Unifier();
  #scopes: readonly Scope[] = [];
  #fresh = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  finish(): Checked {
    const types = new Map<Expression, CelType>();
    for (const [expression, type] of this.#types) types.set(expression, this.#unifier.substitute(type, true));
    return { types, overloads: this.#overloads, issues: this.#issues };
  }

  check(expression: Expression): CelType {
    const type = this.#typeOf(expression);
    this.#types.set(expression, type);
    return type;
  }

  #typeOf(expression: Expression): CelType {
    switch (expression.kind) {
      case 'literal':
        return typeOf(expression.value);
      case 'identifier':
        return this.#lookUp(expression.name) ?? this.#undeclared(expression.offset, expression.name);
      case 'select':
        return this.#select(expression);
      case 'call':
        return this.#call(expression);
      case 'list':
        return this.#list(expression);
      case 'map':
        return this.#map(expression);
      case 'struct':
        return this.#struct(expression);
      default:
        return this.#comprehension(expression);
    }
  }

  #report(offset: number, message: string): CelType {
    this.#issues.push({ offset, message });
    return ERROR;
  }

  #undeclared(offset: number, name: string): CelType {
    return this.#report(offset, `undeclared reference to '${name}' (in container '${this.#environment.container}')`);
  }

  #mismatch(offset: number, expected: CelType, found: CelType): CelType {
    return this.#report(offset, `expected type '${this.#print(expected)}' but found '${this.#print(found)}'`);
  }

  #print(type: CelType): string {
    return printType(this.#unifier.substitute(type, false));
  }

  #freshParameter(): CelType {
    this.#fresh += 1;
    return parameter(`_var${this.#fresh - 1}`);
  }

  #lookUp(name: string): CelType | undefined {
    for (const scope of this.#scopes) {
      const type = scope.get(name);
      if (type !== undefined) return type;
    }
    const { container, variables, types } = this.#environment;
    const variable = lookUpName(variables, container, name);
    if (variable !== undefined) return variable.found;
    const type = lookUpName(types, container, name);
    return type === undefined ? undefined : typeOfType(type.found.type);
  }

  #select(expression: Select): CelType {
    const name = qualifiedName(expression);
    const known = name === undefined ? undefined : this.#lookUp(name);
    if (known !== undefined) return known;
    const type = this.#field(expression, expression.operand, expression.field, false);
    return expression.test ? BOOL : this.#unifier.substitute(type, false);
  }

  #field(expression: Expression, operand: Expression, field: string, optional: boolean): CelType {
    const operandType = this.#unifier.substitute(this.check(operand), false);
    const target = unwrapOptional(operandType);
    const type = this.#fieldOf(expression, target, field);
    return isOptional(operandType) || optional ? optionalOf(type) : type;
  }

  #fieldOf(expression: Expression, target: CelType, field: string): CelType {
    switch (target.kind) {
      case 'map':
        return target.parameters[1] ?? DYN;
      case 'struct': {
        const shape = this.#environment.shapes.get(target.name);
        if (shape === undefined) return this.#report(expression.offset, `unexpected failed resolution of '${target.name}'`);
        return shape.fields?.().get(field)?.shape.type ?? this.#report(expression.offset, `undefined field '${field}'`);
      }
      case 'parameter':
        this.#unifier.assignable([DYN], [target]);
        return DYN;
      case 'dyn':
      case 'error':
        return DYN;
      default:
        this.#report(expression.offset, `type '${printType(target)}' does not support field selection`);
        return DYN;
    }
  }

  #call(expression: Call): CelType {
    const { name, target, args, offset } = expression;
    if (name === '_?._') return this.#optionalSelect(expression);
    for (const arg of args) this.check(arg);
    const { functions, container } = this.#environment;
    if (target === undefined) {
      const found = lookUpName(functions, container, name);
      return found === undefined ? this.#undeclared(offset, name) : this.#resolve(expression, found.name, found.found, undefined);
    }
    const prefix = qualifiedName(target);
    const namespaced = prefix === undefined ? undefined : lookUpName(functions, container, `${prefix}.${name}`);
    if (namespaced !== undefined) return this.#resolve(expression, namespaced.name, namespaced.found, undefined);
    this.check(target);
    const found = lookUpName(functions, container, name);
    return found === undefined ? this.#undeclared(offset, name) : this.#resolve(expression, found.name, found.found, target);
  }

  #optionalSelect(expression: Call): CelType {
    const [operand, field] = expression.args;
    if (operand === undefined || field?.kind !== 'literal' || typeof field.value !== 'string') {
      return this.#report(expression.offset, 'unsupported optional field selection');
    }
    return this.#unifier.substitute(this.#field(expression, operand, field.value, true), false);
  }

  #resolve(expression: Call, name: string, overloads: readonly Overload[], target: Expression | undefined): CelType {
    const nodes = target === undefined ? expression.args : [target, ...expression.args];
    const argTypes = nodes.map((node) => this.#types.get(node) ?? ERROR);
    if (name === '_&&_' || name === '_||_') return this.#logical(expression, overloads);
    const reached: Overload[] = [];
    let result: CelType | undefined;
    for (const overload of overloads) {
      if (overload.member !== (target !== undefined) || overload.args.length !== argTypes.length) continue;
      const instance = this.#instantiate(overload);
      if (!this.#unifier.assignable(argTypes, instance.args)) continue;
      reached.push(overload);
      const type = this.#unifier.substitute(instance.result, false);
      if (result === undefined) result = type;
      else if (result.kind !== 'dyn' && !sameType(type, result)) result = DYN;
    }
    if (result === undefined) {
      const printed = printSignature(
        argTypes.map((type) => this.#unifier.substitute(type, true)),
        target !== undefined,
      );
      return this.#report(expression.offset, `found no matching overload for '${name}' applied to '${printed}'`);
    }
    this.#overloads.set(expression, reached);
    return result;
  }

  #logical(expression: Call, overloads: readonly Overload[]): CelType {
    for (const arg of expression.args) {
      const type = this.#types.get(arg) ?? ERROR;
      if (!this.#unifier.assignable([type], [BOOL])) this.#mismatch(arg.offset, BOOL, type);
    }
    this.#overloads.set(expression, overloads);
    return BOOL;
  }

  #instantiate(overload: Overload): { readonly args: readonly CelType[]; readonly result: CelType } {
    const fresh = new Map<string, CelType>();
    const replace = (type: CelType): CelType => {
      if (type.kind === 'parameter') {
        const known = fresh.get(type.name) ?? this.#freshParameter();
        fresh.set(type.name, known);
        return known;
      }
      return type.parameters.length === 0 ? type : { ...type, parameters: type.parameters.map(replace) };
    };
    return { args: overload.args.map(replace), result: replace(overload.result) };
  }

  #join(offset: number, previous: CelType | undefined, current: CelType): CelType {
    if (previous === undefined) return current;
    if (this.#unifier.assignable([previous], [current])) return this.#unifier.mostGeneral(previous, current);
    return this.#environment.mixedLiterals ? DYN : this.#mismatch(offset, previous, current);
  }

  /** The type of an element written with `?`: what its optional holds. */
  #unwrapped(node: Expression, optional: boolean): CelType {
    const type = this.check(node);
    if (!optional || type.kind === 'dyn' || isOptional(type)) return optional ? unwrapOptional(type) : type;
    return this.#mismatch(node.offset, optionalOf(type), type);
  }

  #list(expression: ListLiteral): CelType {
    let joined: CelType | undefined;
    for (const [index, element] of expression.elements.entries()) {
      joined = this.#join(element.offset, joined, this.#unwrapped(element, expression.optional.has(index)));
    }
    return listOf(joined ?? this.#freshParameter());
  }

  #map(expression: MapLiteral): CelType {
    let keys: CelType | undefined;
    let values: CelType | undefined;
    for (const { key, value, optional } of expression.entries) {
      keys = this.#join(key.offset, keys, this.check(key));
      values = this.#join(value.offset, values, this.#unwrapped(value, optional));
    }
    return mapOf(keys ?? this.#freshParameter(), values ?? this.#freshParameter());
  }

  #struct(expression: StructLiteral): CelType {
    const { container, shapes } = this.#environment;
    const found = lookUpName(shapes, container, expression.name);
    if (found === undefined) this.#undeclared(expression.offset, expression.name);
    for (const field of expression.fields) {
      const type = this.#unwrapped(field.value, field.optional);
      if (found === undefined) continue;
      const declared = found.found.fields?.().get(field.name)?.shape.type;
      if (declared === undefined) this.#report(field.offset, `undefined field '${field.name}'`);
      else if (!this.#unifier.assignable([declared], [type])) {
        const message = `expected type of field '${field.name}' is '${printType(declared)}' but provided type is '${this.#print(type)}'`;
        this.#report(field.offset, message);
      }
    }
    return found?.found.type ?? ERROR;
  }

  #comprehension(expression: Comprehension): CelType {
    const range = this.#unifier.substitute(this.check(expression.range), false);
    const accumulator = this.check(expression.init);
    const outer = this.#scopes;
    const withAccumulator = [new Map([[expression.accumulator, accumulator]]), ...outer];
    this.#scopes = [this.#loopVariables(expression, range), ...withAccumulator];
    this.#assert(expression.condition, BOOL);
    this.#assert(expression.step, accumulator);
    this.#scopes = withAccumulator;
    const result = this.check(expression.result);
    this.#scopes = outer;
    return this.#unifier.substitute(result, false);
  }

  #assert(expression: Expression, type: CelType): void {
    const found = this.check(expression);
    if (!this.#unifier.assignable([type], [found])) this.#mismatch(expression.offset, type, found);
  }

  #loopVariables(expression: Comprehension, range: CelType): Scope {
    const [first, second] = this.#loopTypes(expression, range);
    const scope = new Map([[expression.variable, first]]);
    if (expression.variable2 !== undefined) scope.set(expression.variable2, second);
    return scope;
  }

  #loopTypes(expression: Comprehension, range: CelType): readonly [CelType, CelType] {
    const [first = DYN, second = DYN] = range.parameters;
    switch (range.kind) {
      case 'list':
        return expression.variable2 === undefined ? [first, DYN] : [INT, first];
      case 'map':
        return [first, second];
      case 'dyn':
      case 'error':
      case 'parameter':
        this.#unifier.assignable([DYN], [range]);
        return [DYN, DYN];
      default: {
        const what = 'cannot be range of a comprehension (must be list, map, or dynamic)';
        this.#report(expression.range.offset, `expression of type '${printType(range)}' ${what}`);
        return [ERROR, ERROR];
      }
    }
  }
}
