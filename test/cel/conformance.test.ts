// The language's own conformance cases (data of cel-spec), run against the standard environment and the extensions.
// What is left out is named with its reason: nearly all of it is protobuf messages, which Kubernetes has none of.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equalValues } from '../../src/machinery/cel/compare.ts';
import { extendEnvironment } from '../../src/machinery/cel/environment.ts';
import type { Environment } from '../../src/machinery/cel/environment.ts';
import { encoders } from '../../src/machinery/cel/library/encoders.ts';
import { standardEnvironment } from '../../src/machinery/cel/library/kubernetes.ts';
import { reverse, strings } from '../../src/machinery/cel/library/strings.ts';
import { compile } from '../../src/machinery/cel/program.ts';
import * as types from '../../src/machinery/cel/type.ts';
import type { CelType } from '../../src/machinery/cel/type.ts';
import { CelError, ListValue, LiteralMap, TypeValue, Uint } from '../../src/machinery/cel/value.ts';
import type { Value } from '../../src/machinery/cel/value.ts';
import { readRepositoryFile } from '../rig/source-tree.ts';

interface Case {
  readonly suite: string;
  readonly name: string;
  readonly expr: string;
  readonly value?: Encoded;
  readonly typeEnv?: readonly { readonly name: string; readonly ident?: { readonly type: EncodedType }; readonly function?: unknown }[];
  readonly bindings?: Readonly<Record<string, { readonly value: Encoded }>>;
  readonly disableCheck?: boolean;
  readonly checkOnly?: boolean;
  readonly container?: string;
  readonly evalError?: unknown;
  readonly typedResult?: { readonly result?: Encoded; readonly deducedType: EncodedType };
}

type Encoded = Readonly<Record<string, unknown>>;
type EncodedType = Readonly<Record<string, unknown>>;

/** A case that cannot be expressed without protobuf. */
class Unsupported extends Error {}

const SPECIAL: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, '-Infinity': -Infinity };
const KINDS: readonly string[] = [
  'null',
  'bool',
  'int',
  'uint',
  'double',
  'string',
  'bytes',
  'list',
  'map',
  'type',
  'timestamp',
  'duration',
];

function typeNamed(name: string): CelType {
  const short = name
    .replace('google.protobuf.Timestamp', 'timestamp')
    .replace('google.protobuf.Duration', 'duration')
    .replace('null_type', 'null');
  if (!KINDS.includes(short)) throw new Unsupported(`type ${name}`);
  return { kind: short as CelType['kind'], name, parameters: [] };
}

function decode(encoded: Encoded): Value {
  const [kind, raw] = Object.entries(encoded)[0] ?? ['nullValue', null];
  switch (kind) {
    case 'nullValue':
      return null;
    case 'boolValue':
      return raw as boolean;
    case 'int64Value':
      return BigInt(raw as string);
    case 'uint64Value':
      return new Uint(BigInt(raw as string));
    case 'doubleValue':
      return typeof raw === 'string' ? (SPECIAL[raw] ?? Number(raw)) : (raw as number);
    case 'stringValue':
      return raw as string;
    case 'bytesValue':
      return new Uint8Array(Buffer.from(raw as string, 'base64'));
    case 'typeValue':
      return new TypeValue(typeNamed(raw as string));
    case 'listValue':
      return new ListValue(((raw as { values?: Encoded[] }).values ?? []).map(decode));
    case 'mapValue': {
      const map = new LiteralMap();
      for (const { key, value } of (raw as { entries?: { key: Encoded; value: Encoded }[] }).entries ?? [])
        map.insert(decode(key), decode(value));
      return map;
    }
    default:
      throw new Unsupported(kind);
  }
}

const PRIMITIVES: Readonly<Record<string, CelType>> = {
  INT64: types.INT,
  UINT64: types.UINT,
  BOOL: types.BOOL,
  STRING: types.STRING,
  BYTES: types.BYTES,
  DOUBLE: types.DOUBLE,
};

function decodeType(encoded: EncodedType): CelType {
  const [kind, raw] = Object.entries(encoded)[0] ?? ['dyn', {}];
  if (kind === 'primitive') return PRIMITIVES[raw as string] ?? types.DYN;
  if (kind === 'dyn') return types.DYN;
  if (kind === 'null') return types.NULL;
  if (kind === 'listType') return types.listOf(decodeType((raw as { elemType?: EncodedType }).elemType ?? {}));
  if (kind === 'mapType') {
    const { keyType = {}, valueType = {} } = raw as { keyType?: EncodedType; valueType?: EncodedType };
    return types.mapOf(decodeType(keyType), decodeType(valueType));
  }
  if (kind === 'wellKnown' && raw === 'TIMESTAMP') return types.TIMESTAMP;
  if (kind === 'wellKnown' && raw === 'DURATION') return types.DURATION;
  if (kind === 'type') return types.typeOfType(decodeType(raw as EncodedType));
  if (kind === 'abstractType') {
    const { name, parameterTypes = [] } = raw as { name: string; parameterTypes?: EncodedType[] };
    return types.opaqueOf(name, ...parameterTypes.map(decodeType));
  }
  throw new Unsupported(kind);
}

const BASE = extendEnvironment(standardEnvironment, { functions: [strings, reverse, encoders], bindings: true, mixedLiterals: true });

function environmentOf(given: Case): Environment {
  const variables: Record<string, CelType> = {};
  for (const { name, ident, function: declared } of given.typeEnv ?? []) {
    if (declared !== undefined || ident === undefined) throw new Unsupported('declared function');
    variables[name] = decodeType(ident.type);
  }
  return extendEnvironment(BASE, { variables, container: given.container ?? '' });
}

/** What is wrong with our answer, if anything. */
function differenceIn(given: Case): string | undefined {
  const environment = environmentOf(given);
  const bindings: Record<string, Value> = {};
  for (const [name, { value }] of Object.entries(given.bindings ?? {})) bindings[name] = decode(value);
  const expected = given.value ?? given.typedResult?.result;
  const wanted = expected === undefined ? undefined : decode(expected);
  const compiled = compile(environment, given.expr, { check: given.disableCheck !== true });
  if (!compiled.ok) return given.evalError === undefined ? compiled.message : undefined;
  if (given.typedResult !== undefined) {
    const deduced = types.printType(decodeType(given.typedResult.deducedType));
    if (types.printType(compiled.program.type) !== deduced) return `type ${types.printType(compiled.program.type)}, not ${deduced}`;
  }
  if (given.checkOnly === true) return undefined;
  const { value } = compiled.program.evaluate(bindings);
  if (given.evalError !== undefined) return value instanceof CelError ? undefined : 'no error';
  if (value instanceof CelError) return value.message;
  if (wanted === undefined) return value === true ? undefined : 'not true';
  if (typeof wanted === 'number' && Number.isNaN(wanted)) return Number.isNaN(value) ? undefined : 'not NaN';
  if (types.printType(typeOfKind(value)) !== types.printType(typeOfKind(wanted)) || !equalValues(value, wanted))
    return `got ${show(value)}`;
  return undefined;
}

const typeOfKind = (value: Value): CelType => ({
  kind: 'opaque',
  name: value === null ? 'null' : typeof value === 'object' ? value.constructor.name.replace(/^(?:Adapted|Object)/, '') : typeof value,
  parameters: [],
});

const show = (value: Value): string =>
  value instanceof ListValue ? `[${[...value].map(show).join(', ')}]` : value instanceof Uint ? `${value.value}u` : String(value);

// Messages, enums and extensions of protobuf do not exist in Kubernetes' environment; neither do the math and block extensions.
const LEFT_OUT: Readonly<Record<string, string>> = {
  block_ext: 'cel.block is made by optimisers, not written',
  enums: 'protobuf enums',
  math_ext: 'the math extension is not in Kubernetes',
  proto2: 'protobuf messages',
  proto2_ext: 'protobuf extensions',
  proto3: 'protobuf messages',
  wrappers: 'protobuf wrapper messages',
};

// Cases that Kubernetes' settings, or upstream's own checker, answer otherwise.
const ANSWERED_OTHERWISE: Readonly<Record<string, string>> = {
  map_null_entry_no_such_key: 'optional selection from something without fields is none: errors on such tests are an option that is off',
  map_present_key_invalid_field: 'the same',
  null_assignable_to_abstract_parameter_candidate: 'the checker joins an optional and null to null',
};

const usesProtobuf = ({ expr, container = '' }: Case): boolean =>
  /TestAllTypes|NestedMessage|GlobalEnum|google\.protobuf\.|cel\.expr\.|proto\d|optional_proto|Value\{/.test(expr) ||
  /TestAllTypes\{/.test(container);

test('the conformance cases of the language pass', () => {
  const cases = JSON.parse(readRepositoryFile('test/vectors/cel/conformance.json')) as Case[];
  const wrong: string[] = [];
  let run = 0;
  for (const given of cases) {
    const suite = given.suite.split('/')[0] ?? '';
    if ((LEFT_OUT[suite] ?? '') !== '' || usesProtobuf(given) || Object.hasOwn(ANSWERED_OTHERWISE, given.name)) continue;
    try {
      const difference = differenceIn(given);
      run += 1;
      if (difference !== undefined) wrong.push(`${given.suite} ${given.name}: ${given.expr}: ${difference}`);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(run > 1000, `${run} cases ran`);
});
