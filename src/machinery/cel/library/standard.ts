// The functions and operators of the language itself.

import { calculate, negate } from '../arithmetic.ts';
import type { Operator } from '../arithmetic.ts';
import { characters } from '../call-cost.ts';
import { compareValues, equalValues } from '../compare.ts';
import { global, member } from '../environment.ts';
import type { FunctionTable, Overload } from '../environment.ts';
import { access, accessOptionally } from '../plan-access.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  optionalOf,
  parameter,
  STRING,
  TIMESTAMP,
  typeOfType,
  UINT,
} from '../type.ts';
import type { CelType } from '../type.ts';
import { CelError, LiteralMap, MapValue, NO_SUCH_OVERLOAD, TypeValue, typeOf } from '../value.ts';
import type { ListValue, Value } from '../value.ts';
import { compilePattern } from './pattern.ts';

const A = parameter('A');
const B = parameter('B');
const LIST_A = listOf(A);
const MAP_AB = mapOf(A, B);

const SUFFIXES: Readonly<Record<Operator, string>> = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'modulo' };

function arithmetic(operator: Operator, signatures: readonly (readonly [CelType, CelType, CelType])[]): readonly Overload[] {
  return signatures.map(([a, b, result]) => {
    const plain = a.kind === b.kind && a.kind === result.kind;
    const id = `${SUFFIXES[operator]}_${plain ? nameOf(a) : `${nameOf(a)}_${nameOf(b)}`}`;
    return global(id, [a, b], result, (left: Value, right: Value) => calculate(operator, left, right));
  });
}

const nameOf = (type: CelType): string => (type.kind === 'int' ? 'int64' : type.kind === 'uint' ? 'uint64' : type.kind);

const NUMBERS = [INT, UINT, DOUBLE];
const ORDERED = [BOOL, STRING, BYTES, TIMESTAMP, DURATION];

function ordering(id: string, holds: (order: number) => boolean): readonly Overload[] {
  const run = (a: Value, b: Value): Value => {
    const order = compareValues(a, b);
    return typeof order === 'number' ? holds(order) : order;
  };
  const numbers = NUMBERS.flatMap((a) => NUMBERS.map((b) => global(`${id}_${nameOf(a)}_${nameOf(b)}`, [a, b], BOOL, run)));
  return [...numbers, ...ORDERED.map((type) => global(`${id}_${nameOf(type)}`, [type, type], BOOL, run))];
}

const same = (numbers: readonly CelType[]): readonly (readonly [CelType, CelType, CelType])[] =>
  numbers.map((type) => [type, type, type] as const);

const refused = (): Value => NO_SUCH_OVERLOAD;

const sizes: readonly Overload[] = [
  [STRING, 'string', (text: string): Value => BigInt(characters(text))] as const,
  [BYTES, 'bytes', (bytes: Uint8Array): Value => BigInt(bytes.length)] as const,
  [LIST_A, 'list', (list: ListValue): Value => BigInt(list.size)] as const,
  [MAP_AB, 'map', (map: MapValue): Value => BigInt(map.size)] as const,
].flatMap(([type, name, run]) => [global(`size_${name}`, [type], INT, run), member(`${name}_size`, [type], INT, run)]);

function matches(text: string, pattern: string): Value {
  const compiled = compilePattern(pattern);
  return compiled instanceof CelError ? compiled : compiled.matcher(text).find();
}

function insert(map: Value, key: Value, value: Value): Value {
  if (!(map instanceof LiteralMap)) return NO_SUCH_OVERLOAD;
  return map.insert(key, value) ? map : new CelError(`insert failed: key ${String(key)} already exists`);
}

function insertAll(map: Value, entries: Value): Value {
  if (!(entries instanceof MapValue)) return NO_SUCH_OVERLOAD;
  for (const key of entries.keys()) {
    const result = insert(map, key, entries.get(key) ?? null);
    if (result instanceof CelError) return result;
  }
  return map;
}

const equality = (id: string, expected: boolean): Overload =>
  global(id, [A, A], BOOL, (a: Value, b: Value) => equalValues(a, b) === expected);

const operators: FunctionTable = {
  '_?_:_': [global('conditional', [BOOL, A, A], A, refused)],
  '_&&_': [global('logical_and', [BOOL, BOOL], BOOL, refused)],
  '_||_': [global('logical_or', [BOOL, BOOL], BOOL, refused)],
  '!_': [global('logical_not', [BOOL], BOOL, (value: boolean) => !value)],
  '@not_strictly_false': [global('not_strictly_false', [BOOL], BOOL, refused)],
  '_==_': [equality('equals', true)],
  '_!=_': [equality('not_equals', false)],
  '_<_': ordering('less', (order) => order < 0),
  '_<=_': ordering('less_equals', (order) => order <= 0),
  '_>_': ordering('greater', (order) => order > 0),
  '_>=_': ordering('greater_equals', (order) => order >= 0),
  '_+_': arithmetic('+', [
    ...same([INT, UINT, DOUBLE, STRING, BYTES, LIST_A, DURATION]),
    [DURATION, TIMESTAMP, TIMESTAMP],
    [TIMESTAMP, DURATION, TIMESTAMP],
  ]),
  '_-_': arithmetic('-', [...same([INT, UINT, DOUBLE, DURATION]), [TIMESTAMP, TIMESTAMP, DURATION], [TIMESTAMP, DURATION, TIMESTAMP]]),
  '_*_': arithmetic('*', same([INT, UINT, DOUBLE])),
  '_/_': arithmetic('/', same([INT, UINT, DOUBLE])),
  '_%_': arithmetic('%', same([INT, UINT])),
  '-_': [global('negate_int64', [INT], INT, negate), global('negate_double', [DOUBLE], DOUBLE, negate)],
  '@in': [global('in_list', [A, LIST_A], BOOL, refused), global('in_map', [A, MAP_AB], BOOL, refused)],
  '_[_]': [
    global('index_list', [LIST_A, INT], A, access),
    global('index_map', [MAP_AB, A], B, access),
    global('optional_list_index_int', [optionalOf(LIST_A), INT], optionalOf(A), access),
    global('optional_map_index_value', [optionalOf(MAP_AB), A], optionalOf(B), access),
  ],
  '_[?_]': [
    global('list_optindex_optional_int', [LIST_A, INT], optionalOf(A), accessOptionally),
    global('optional_list_optindex_optional_int', [optionalOf(LIST_A), INT], optionalOf(A), accessOptionally),
    global('map_optindex_optional_value', [MAP_AB, A], optionalOf(B), accessOptionally),
    global('optional_map_optindex_optional_value', [optionalOf(MAP_AB), A], optionalOf(B), accessOptionally),
  ],
  'cel.@mapInsert': [
    global('@mapInsert_map_map', [MAP_AB, MAP_AB], MAP_AB, insertAll),
    global('@mapInsert_map_key_value', [MAP_AB, A, B], MAP_AB, insert),
  ],
};

/** The language's own operators and functions, conversions and times aside. */
export const standardLibrary: FunctionTable = {
  ...operators,
  size: sizes,
  type: [global('type', [A], typeOfType(A), (value: Value) => new TypeValue(typeOf(value)))],
  dyn: [global('to_dyn', [A], DYN, (value: Value) => value)],
  contains: [member('contains_string', [STRING, STRING], BOOL, (text: string, part: string) => text.includes(part))],
  startsWith: [member('starts_with_string', [STRING, STRING], BOOL, (text: string, part: string) => text.startsWith(part))],
  endsWith: [member('ends_with_string', [STRING, STRING], BOOL, (text: string, part: string) => text.endsWith(part))],
  matches: [global('matches', [STRING, STRING], BOOL, matches), member('matches_string', [STRING, STRING], BOOL, matches)],
};
