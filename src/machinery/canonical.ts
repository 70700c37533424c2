// Canonical objects: whatever a client sends becomes the one spelling of its meaning.
//
// C1. Fields stand in schema order, map keys are sorted, nulls and the zeros of `value` fields are dropped, `always` fields are filled.
// C2. The result shares no struct, list or map with the input; JSON of unknown shape (rawExtension, fieldsV1, json) is shared.
// C3. One straight-line function is generated for each struct on first use; words for refusals are found afterwards by a slow walk,
//     so that the common path never builds a path or a message.

import { explain } from './canonical-explain.ts';
import * as scalars from './canonical-scalars.ts';
import { resolveStruct } from './schema.ts';
import type { Draft, Field, ScalarType, SchemaNode, StructNode } from './schema.ts';
import { setOwn, sortedKeys } from './string-map.ts';

export type CanonicalResult<T> =
  | {
      readonly ok: true;
      readonly object: Draft<T>;
      /** `unknown field "spec.foo"`, in the order of the input. */
      readonly unknown: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

/** Builds the canonical object that `value` means, or says in Go's words why it cannot be one. */
export function canonicalize<T>(struct: StructNode<T>, value: unknown): CanonicalResult<T> {
  const findings: Findings = { unknown: false };
  try {
    const object = canonicalizerOf(struct)(value, findings) as Draft<T>;
    return { ok: true, object, unknown: findings.unknown ? explain(struct, value).unknown : [] };
  } catch (error) {
    // A self-referential or absurdly deep value overflows the stack; it is as unfit as one of the wrong type.
    if (error instanceof RangeError) return { ok: false, message: 'exceeded max depth' };
    if (!(error instanceof scalars.Refused)) throw error;
    return { ok: false, message: explain(struct, value).message ?? error.message };
  }
}

/** A fresh object that holds the always fields of `struct` only. */
export function zeroOf<T>(struct: StructNode<T>): Draft<T> {
  return canonicalizerOf(struct)(EMPTY, { unknown: false }) as Draft<T>;
}

const EMPTY = {};

interface Findings {
  unknown: boolean;
}

type Canonicalizer = (value: unknown, findings: Findings) => unknown;

const generated = new WeakMap<StructNode, Canonicalizer>();

function canonicalizerOf(struct: StructNode): Canonicalizer {
  let made = generated.get(struct);
  if (made === undefined) {
    made = generateStruct(struct);
    generated.set(struct, made);
  }
  return made;
}

const CONVERSIONS: Readonly<Record<ScalarType, (value: unknown) => unknown>> = {
  string: scalars.stringOf,
  boolean: scalars.booleanOf,
  int32: scalars.int32Of,
  int64: scalars.int64Of,
  double: scalars.doubleOf,
  bytes: scalars.bytesOf,
  quantity: scalars.quantityOf,
  time: scalars.timeOf,
  microTime: scalars.microTimeOf,
  duration: scalars.durationOf,
  intOrString: scalars.intOrStringOf,
  rawExtension: scalars.anyOf,
  fieldsV1: scalars.anyOf,
  json: scalars.anyOf,
};

/** The source of each scalar's zero; undefined where zero has no spelling and the field is left out. */
const ZEROS: Readonly<Record<ScalarType, string>> = {
  string: "''",
  boolean: 'false',
  int32: '0',
  int64: '0',
  double: '0',
  bytes: "''",
  quantity: "'0'",
  time: 'undefined',
  microTime: 'undefined',
  duration: "'0s'",
  intOrString: '0',
  rawExtension: 'undefined',
  fieldsV1: 'undefined',
  json: 'undefined',
};

/** Scalars that Go keeps in a struct: omitempty never leaves them out. */
const NEVER_EMPTY: ReadonlySet<ScalarType> = new Set(['quantity', 'duration', 'intOrString']);

/** Collects what generated code refers to by index. */
class Links {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `links[${this.values.length - 1}]`;
  }
}

function generateStruct(struct: StructNode): Canonicalizer {
  const links = new Links();
  const lines: string[] = [];
  const names = new Set<string>();
  emitFields(struct, lines, links, names);
  const source = `
    const { structLike } = scalars;
    return function canonical(value, findings) {
      const from = structLike(value);
      const to = {};
      let seen = 0, count = 0, x;
      ${lines.join('\n      ')}
      for (const key in from) count++;
      if (count !== seen) findings.unknown = true;
      return to;
    };`;
  return new Function('scalars', 'links', 'setOwn', source)(scalars, links.values, setOwn) as Canonicalizer;
}

function emitFields(struct: StructNode, lines: string[], links: Links, names: Set<string>): void {
  for (const [name, each] of Object.entries(struct.fields)) {
    if (each.inline === true) {
      emitFields(resolveStruct(each.node as StructNode), lines, links, names);
    } else if (!names.has(name)) {
      names.add(name);
      lines.push(emitField(name, each, links));
    }
  }
}

function emitField(name: string, each: Field<unknown>, links: Links): string {
  const key = JSON.stringify(name);
  // A custom kind may call a field `constructor`: only own properties count then.
  const read = name in Object.prototype ? `(Object.hasOwn(from, ${key}) ? from[${key}] : undefined)` : `from[${key}]`;
  const write = (value: string): string => (name === '__proto__' ? `setOwn(to, ${key}, ${value})` : `to[${key}] = ${value}`);
  const { present, absent } = emitPresence(each, write, links);
  const otherwise = absent === '' ? '' : ` else { ${absent} }`;
  return `x = ${read}; if (x !== undefined) seen++; if (x != null) { ${present} }${otherwise}`;
}

/** What to do with a value `x` that is there, and what when it is not. */
function emitPresence(each: Field<unknown>, write: (value: string) => string, links: Links): { present: string; absent: string } {
  const { node, presence } = each;
  const always = presence === 'always';
  switch (node.type) {
    case 'struct':
    case 'lazy': {
      const convert = emitStructCall(node, links);
      if (presence === 'value') return { present: `x = ${convert('x')}; for (const any in x) { ${write('x')}; break; }`, absent: '' };
      return { present: write(convert('x')), absent: always ? write(convert('{}')) : '' };
    }
    case 'list': {
      const keep = presence === 'value' ? `if (x.length !== 0) ${write('x')}` : write('x');
      return { present: `x = ${links.add(listOf(node.element))}(x, findings); ${keep}`, absent: always ? write('[]') : '' };
    }
    case 'map': {
      const convert = links.add(mapOf(node.value));
      const present =
        presence === 'value'
          ? `x = ${convert}(x, findings); for (const any in x) { ${write('x')}; break; }`
          : write(`${convert}(x, findings)`);
      return { present, absent: always ? write('{}') : '' };
    }
    default: {
      const { type } = node;
      const zero = ZEROS[type];
      const fills = (always || NEVER_EMPTY.has(type)) && presence !== 'pointer' && zero !== 'undefined';
      const convert = emitScalar(type);
      const keep = presence === 'value' && !NEVER_EMPTY.has(type) && zero !== 'undefined' ? `if (x !== ${zero}) ${write('x')}` : write('x');
      const guarded = type === 'time' || type === 'microTime' ? `if (x !== undefined) ${write('x')}` : keep;
      return { present: `${convert} ${guarded}`, absent: fills ? write(zero) : '' };
    }
  }
}

/** The two commonest types are checked in place. */
function emitScalar(type: ScalarType): string {
  if (type === 'string' || type === 'boolean') return `if (typeof x !== '${type}') scalars.${type}Of(x);`;
  if (type === 'rawExtension' || type === 'fieldsV1' || type === 'json') return '';
  return `x = scalars.${type}Of(x);`;
}

function emitStructCall(node: SchemaNode, links: Links): (value: string) => string {
  const call = links.add(converterOf(node));
  return (value) => `${call}(${value}, findings)`;
}

/** A converter for any node; structs are looked up late, since they may contain themselves. */
function converterOf(node: SchemaNode): Canonicalizer {
  switch (node.type) {
    case 'struct':
    case 'lazy': {
      let made: Canonicalizer | undefined;
      return (value, findings) => {
        made ??= canonicalizerOf(resolveStruct(node));
        return made(value, findings);
      };
    }
    case 'list':
      return listOf(node.element);
    case 'map':
      return mapOf(node.value);
    default:
      return CONVERSIONS[node.type];
  }
}

/** The zero of an element that came as null. */
function elementZero(node: SchemaNode): (findings: Findings) => unknown {
  if (node.type === 'struct' || node.type === 'lazy') {
    const convert = converterOf(node);
    return (findings) => convert(EMPTY, findings);
  }
  if (node.type === 'list') return () => [];
  if (node.type === 'map') return () => ({});
  const zeros: Readonly<Record<string, unknown>> = { "''": '', false: false, '0': 0, "'0'": '0', "'0s'": '0s' };
  const zero = zeros[ZEROS[node.type]] ?? null;
  return () => zero;
}

function listOf(element: Field<unknown>): Canonicalizer {
  const convert = converterOf(element.node);
  const zero = elementZero(element.node);
  return (value, findings) => {
    const from = scalars.listLike(value);
    const to: unknown[] = [];
    for (const each of from) to.push(each === null || each === undefined ? zero(findings) : convert(each, findings));
    return to;
  };
}

function mapOf(element: Field<unknown>): Canonicalizer {
  const convert = converterOf(element.node);
  const zero = elementZero(element.node);
  return (value, findings) => {
    const from = scalars.structLike(value);
    const to: Record<string, unknown> = {};
    for (const key of sortedKeys(from)) {
      const each = from[key];
      if (each !== undefined) setOwn(to, key, each === null ? zero(findings) : convert(each, findings));
    }
    return to;
  };
}
