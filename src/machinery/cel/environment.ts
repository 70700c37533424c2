// What an expression may use: variables, functions, object types and optional pieces of syntax.
//
// N1. An environment is immutable; `extendEnvironment` makes a new one.

import type { Shape } from './shape.ts';
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, listOf, mapOf, NULL, optionalOf, STRING, TIMESTAMP, typeOfType, UINT } from './type.ts';
import type { CelType } from './type.ts';
import { typeOf, TypeValue } from './value.ts';
import { CelError, ListValue, MapValue, OpaqueValue, Optional } from './value.ts';
import type { Value } from './value.ts';

export type Run = (a: Value, b: Value, c: Value, d: Value) => Value;

/** One signature of a function. A member's first argument is its target. */
export interface Overload {
  readonly id: string;
  readonly member: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  readonly run: Run;
}

export type FunctionTable = Readonly<Record<string, readonly Overload[]>>;

export interface EnvironmentOptions {
  readonly variables?: Readonly<Record<string, CelType>>;
  readonly functions?: readonly FunctionTable[];
  /** Object types, by name; those reachable from them are found by themselves. */
  readonly shapes?: readonly Shape[];
  /** Types that may be named in an expression, besides the built-in ones. */
  readonly types?: readonly CelType[];
  /** The namespace that names are looked up in first. */
  readonly container?: string;
  /** Lists and maps may mix types; off in Kubernetes. */
  readonly mixedLiterals?: boolean;
  /** The macro `cel.bind`; off in Kubernetes. */
  readonly bindings?: boolean;
  /** Refuse durations, times and patterns that are written out and wrong; on in Kubernetes. */
  readonly validateLiterals?: boolean;
}

export interface Environment {
  readonly variables: ReadonlyMap<string, CelType>;
  readonly functions: ReadonlyMap<string, readonly Overload[]>;
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Names that denote a type. */
  readonly types: ReadonlyMap<string, TypeValue>;
  readonly container: string;
  readonly mixedLiterals: boolean;
  readonly bindings: boolean;
  readonly validateLiterals: boolean;
}

type Implementation = (...args: never[]) => Value;

/** A function called as `name(…)`. */
export const global = (id: string, args: readonly CelType[], result: CelType, run: Implementation): Overload => ({
  id,
  member: false,
  args,
  result,
  run: run as Run,
});

/** A function called as `target.name(…)`. */
export const member = (id: string, args: readonly CelType[], result: CelType, run: Implementation): Overload => ({
  ...global(id, args, result, run),
  member: true,
});

const NAMED_TYPES: readonly CelType[] = [BOOL, INT, UINT, DOUBLE, STRING, BYTES, NULL, TIMESTAMP, DURATION];

function builtInTypes(): [string, TypeValue][] {
  return [
    ...NAMED_TYPES.map((type): [string, TypeValue] => [type.name, new TypeValue(type)]),
    ['list', new TypeValue(listOf(DYN))],
    ['map', new TypeValue(mapOf(DYN, DYN))],
    ['type', new TypeValue(typeOfType())],
    ['optional_type', new TypeValue(optionalOf(DYN))],
  ];
}

const EMPTY: Environment = {
  variables: new Map(),
  functions: new Map(),
  shapes: new Map(),
  types: new Map(builtInTypes()),
  container: '',
  mixedLiterals: false,
  bindings: false,
  validateLiterals: false,
};

function collectShapes(shape: Shape, into: Map<string, Shape>): void {
  if (shape.element !== undefined) collectShapes(shape.element, into);
  if (shape.fields === undefined || into.has(shape.type.name)) return;
  into.set(shape.type.name, shape);
  for (const field of shape.fields().values()) collectShapes(field.shape, into);
}

/** The environment and more. */
export function extendEnvironment(environment: Environment, options: EnvironmentOptions): Environment {
  const functions = new Map(environment.functions);
  for (const table of options.functions ?? []) {
    for (const [name, overloads] of Object.entries(table)) functions.set(name, [...(functions.get(name) ?? []), ...overloads]);
  }
  const shapes = new Map(environment.shapes);
  for (const shape of options.shapes ?? []) collectShapes(shape, shapes);
  const types = new Map(environment.types);
  for (const type of options.types ?? []) types.set(type.name, new TypeValue(type));
  for (const shape of shapes.values()) types.set(shape.type.name, new TypeValue(shape.type));
  return {
    variables: new Map([...environment.variables, ...Object.entries(options.variables ?? {})]),
    functions,
    shapes,
    types,
    container: options.container ?? environment.container,
    mixedLiterals: options.mixedLiterals ?? environment.mixedLiterals,
    bindings: options.bindings ?? environment.bindings,
    validateLiterals: options.validateLiterals ?? environment.validateLiterals,
  };
}

/** An environment with only the built-in types. */
export const createEnvironment = (options: EnvironmentOptions): Environment => extendEnvironment(EMPTY, options);

/** The names that a name may stand for, the innermost namespace first. */
function candidateNames(container: string, name: string): readonly string[] {
  if (name.startsWith('.')) return [name.slice(1)];
  if (container === '') return [name];
  const parts = container.split('.');
  return [...parts.map((_, index) => `${parts.slice(0, parts.length - index).join('.')}.${name}`), name];
}

/** The first of the names that the table has. */
export function lookUpName<T>(
  table: ReadonlyMap<string, T>,
  container: string,
  name: string,
): { readonly name: string; readonly found: T } | undefined {
  for (const candidate of candidateNames(container, name)) {
    const found = table.get(candidate);
    if (found !== undefined) return { name: candidate, found };
  }
  return undefined;
}

/** Whether a value may be passed where the type is declared. */
export function accepts(type: CelType, value: Value): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'parameter':
      return !(value instanceof CelError);
    case 'list':
      return value instanceof ListValue;
    case 'map':
      return value instanceof MapValue;
    case 'opaque':
      return type.name === 'optional_type' ? value instanceof Optional : value instanceof OpaqueValue && value.type.name === type.name;
    case 'type':
      return value instanceof TypeValue;
    case 'struct':
      return value instanceof MapValue;
    default:
      return typeOf(value).kind === type.kind;
  }
}
