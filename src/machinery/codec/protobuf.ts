// The protobuf codec: canonical objects to the bytes that upstream writes and back, by field numbers in the schema.
//
// P1. Bytes equal upstream's: fields ascend by number, non-pointer scalars are written even when zero, map entries are sorted by key.
// P2. Decoding builds canonical objects. Unknown fields are passed over; names of kinds and versions are not part of a message.
// P3. One straight-line function for each struct and direction, generated on first use.

import { zeroOf } from '../canonical.ts';
import { quantityOf } from '../canonical-scalars.ts';
import { parseDuration, printDuration } from '../duration.ts';
import { resolveStruct } from '../schema.ts';
import type { Draft, Field, LazyNode, ScalarType, SchemaNode, StructNode } from '../schema.ts';
import { setOwn, sortedKeys } from '../string-map.ts';
import { encodeJson, parseJson } from './json.ts';
import { ProtobufError } from './protobuf-error.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** Writes the bare message; `envelope.ts` wraps it. */
export function encodeProtobuf<T>(struct: StructNode<T>, object: T | Draft<T>): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter();
  encoderOf(struct)(object, writer);
  return writer.finish();
}

/** Reads a bare message. Throws ProtobufError when the bytes are none. */
export function decodeProtobuf<T>(struct: StructNode<T>, bytes: Uint8Array): Draft<T> {
  const reader = new ProtobufReader(bytes);
  const object = decoderOf(struct)(reader, bytes.length);
  if (reader.at !== bytes.length) throw new ProtobufError('unexpected EOF');
  return object as Draft<T>;
}

type Encoder = (object: unknown, writer: ProtobufWriter) => void;
type Decoder = (reader: ProtobufReader, end: number) => unknown;

const encoders = new WeakMap<StructNode, Encoder>();
const decoders = new WeakMap<StructNode, Decoder>();

function encoderOf(struct: StructNode): Encoder {
  let made = encoders.get(struct);
  if (made === undefined) {
    made = generateEncoder(struct);
    encoders.set(struct, made);
  }
  return made;
}

function decoderOf(struct: StructNode): Decoder {
  let made = decoders.get(struct);
  if (made === undefined) {
    made = generateDecoder(struct);
    decoders.set(struct, made);
  }
  return made;
}

/** What generated code may call. */
const runtime = { encodeJson, parseJson, printDuration, parseDuration, quantityOf, setOwn, sortedKeys, sortMap };

function sortMap(map: Record<string, unknown>): Record<string, unknown> {
  const keys = sortedKeys(map);
  const sorted: Record<string, unknown> = {};
  for (const key of keys) setOwn(sorted, key, map[key]);
  return sorted;
}

const WIRE_TYPES: Readonly<Record<ScalarType, 0 | 1 | 2>> = {
  string: 2,
  boolean: 0,
  int32: 0,
  int64: 0,
  double: 1,
  bytes: 2,
  quantity: 2,
  time: 2,
  microTime: 2,
  duration: 2,
  intOrString: 2,
  rawExtension: 2,
  fieldsV1: 2,
  json: 2,
};

const WRITES: Readonly<Record<ScalarType, (tag: number, value: string) => string>> = {
  string: (tag, value) => `writer.text(${tag}, ${value});`,
  boolean: (tag, value) => `writer.boolean(${tag}, ${value});`,
  int32: (tag, value) => `writer.integer(${tag}, ${value});`,
  int64: (tag, value) => `writer.integer(${tag}, ${value});`,
  double: (tag, value) => `writer.double(${tag}, ${value});`,
  bytes: (tag, value) => `writer.bytes(${tag}, ${value});`,
  quantity: (tag, value) => `writer.quantity(${tag}, ${value});`,
  time: (tag, value) => `writer.time(${tag}, ${value});`,
  microTime: (tag, value) => `writer.time(${tag}, ${value});`,
  duration: (tag, value) => `writer.duration(${tag}, runtime.parseDuration(${value}) ?? 0);`,
  intOrString: (tag, value) => `writer.intOrString(${tag}, ${value});`,
  rawExtension: (tag, value) => `writer.json(${tag}, ${value}, runtime.encodeJson);`,
  fieldsV1: (tag, value) => `writer.json(${tag}, ${value}, runtime.encodeJson);`,
  json: (tag, value) => `writer.json(${tag}, ${value}, runtime.encodeJson);`,
};

/** What an absent non-pointer scalar is written as; undefined: an empty message. */
const ABSENT: Readonly<Record<ScalarType, string>> = {
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

const READS: Readonly<Record<ScalarType, string>> = {
  string: 'reader.text()',
  boolean: 'reader.boolean()',
  int32: 'reader.int32()',
  int64: 'reader.int64()',
  double: 'reader.double()',
  bytes: 'reader.bytes()',
  quantity: "runtime.quantityOf(reader.wrappedText() || '0')",
  time: 'reader.time(false)',
  microTime: 'reader.time(true)',
  duration: 'runtime.printDuration(reader.wrappedInteger())',
  intOrString: 'reader.intOrString()',
  rawExtension: 'runtime.parseJson(reader.wrappedText())',
  fieldsV1: 'runtime.parseJson(reader.wrappedText())',
  json: 'runtime.parseJson(reader.wrappedText())',
};

const tagOf = (number: number, node: SchemaNode): number => number * 8 + (isScalar(node) ? WIRE_TYPES[node.type] : 2);

function isScalar(node: SchemaNode): node is Extract<SchemaNode, { type: ScalarType }> {
  return node.type !== 'struct' && node.type !== 'lazy' && node.type !== 'list' && node.type !== 'map';
}

/** What generated code refers to by index; encoders and decoders are found late, since structs may contain themselves. */
class Links {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `links[${this.values.length - 1}]`;
  }

  encoder(node: StructNode | LazyNode): string {
    let made: Encoder | undefined;
    return this.add((object: unknown, writer: ProtobufWriter) => (made ??= encoderOf(resolveStruct(node)))(object, writer));
  }

  decoder(node: StructNode | LazyNode): string {
    let made: Decoder | undefined;
    return this.add((reader: ProtobufReader, end: number) => (made ??= decoderOf(resolveStruct(node)))(reader, end));
  }
}

interface Numbered {
  readonly name: string;
  readonly field: Field<unknown>;
  readonly number: number;
}

function numberedFields(struct: StructNode): readonly Numbered[] {
  return Object.entries(struct.fields).flatMap(([name, field]) => (field.pb === undefined ? [] : [{ name, field, number: field.pb }]));
}

// --- encoding -------------------------------------------------------------------------------------------------------

function generateEncoder(struct: StructNode): Encoder {
  const links = new Links();
  const descending = numberedFields(struct).toSorted((a, b) => b.number - a.number);
  const lines = descending.map((each) => emitEncode(each, links));
  const source = `return function encode(object, writer) {\n let x, start;\n ${lines.join('\n ')}\n};`;
  return new Function('runtime', 'links', source)(runtime, links.values) as Encoder;
}

function emitEncode({ name, field, number }: Numbered, links: Links): string {
  const { node, presence } = field;
  const tag = tagOf(number, node);
  if (field.inline === true) return emitMessage(tag, 'object', links.encoder(node as StructNode));
  const key = JSON.stringify(name);
  const read = `x = object[${key}];`;
  switch (node.type) {
    case 'struct':
    case 'lazy': {
      const encoder = links.encoder(node);
      return presence === 'pointer'
        ? `${read} if (x !== undefined) { ${emitMessage(tag, 'x', encoder)} }`
        : `${read} ${emitMessage(tag, '(x === undefined ? {} : x)', encoder)}`;
    }
    case 'list':
      return `${read} if (x !== undefined) ${links.add(listEncoder(tagOf(number, node.element.node), node.element.node))}(x, writer);`;
    case 'map':
      return `${read} if (x !== undefined) ${links.add(mapEncoder(tag, node.value.node))}(x, writer);`;
    default: {
      const write = WRITES[node.type];
      if (presence === 'pointer' || node.type === 'bytes')
        return `${read} if (x !== undefined${node.type === 'bytes' ? " && x !== ''" : ''}) ${write(tag, 'x')}`;
      return `${read} ${write(tag, ABSENT[node.type] === 'undefined' ? 'x' : `x === undefined ? ${ABSENT[node.type]} : x`)}`;
    }
  }
}

const emitMessage = (tag: number, value: string, encoder: string): string =>
  `start = writer.size; { const from = start; ${encoder}(${value}, writer); writer.close(${tag}, from); }`;

/** Writes one element under `tag`. */
function elementEncoder(tag: number, node: SchemaNode): (value: unknown, writer: ProtobufWriter) => void {
  if (isScalar(node)) {
    return new Function('runtime', `return function scalar(x, writer) { ${WRITES[node.type](tag, 'x')} };`)(runtime) as (
      value: unknown,
      writer: ProtobufWriter,
    ) => void;
  }
  // A list within a list or map is a message whose first field repeats.
  const encode: Encoder =
    node.type === 'list'
      ? listEncoder(tagOf(1, node.element.node), node.element.node)
      : node.type === 'map'
        ? mapEncoder(0x0a, node.value.node)
        : lateEncoder(node);
  return (value, writer) => {
    const start = writer.size;
    encode(value, writer);
    writer.close(tag, start);
  };
}

function lateEncoder(node: StructNode | LazyNode): Encoder {
  let made: Encoder | undefined;
  return (object, writer) => (made ??= encoderOf(resolveStruct(node)))(object, writer);
}

function listEncoder(tag: number, node: SchemaNode): Encoder {
  const encode = elementEncoder(tag, node);
  return (list, writer) => {
    const elements = list as readonly unknown[];
    for (let index = elements.length - 1; index >= 0; index--) encode(elements[index], writer);
  };
}

function mapEncoder(tag: number, node: SchemaNode): Encoder {
  const encode = elementEncoder(tagOf(2, node), node);
  return (map, writer) => {
    const entries = map as Readonly<Record<string, unknown>>;
    const keys = sortedKeys(entries);
    for (let index = keys.length - 1; index >= 0; index--) {
      const key = keys[index] ?? '';
      const start = writer.size;
      encode(entries[key], writer);
      writer.text(0x0a, key);
      writer.close(tag, start);
    }
  };
}

// --- decoding -------------------------------------------------------------------------------------------------------

function generateDecoder(struct: StructNode): Decoder {
  const links = new Links();
  const numbered = numberedFields(struct);
  const locals = numbered.map((_each, index) => `f${index}`);
  const cases = numbered.map((each, index) => emitCases(each, `f${index}`, links));
  const assembly = numbered.map((each, index) => emitAssembly(each, `f${index}`, links));
  const source = `return function decode(reader, end) {
    let ${['tag', ...locals].join(', ')};
    while (reader.at < end) {
      switch (tag = reader.varint()) {
        ${cases.join('\n')}
        default: reader.skip(tag);
      }
    }
    const object = {};
    ${assembly.join('\n')}
    return object;
  };`;
  return new Function('runtime', 'links', source)(runtime, links.values) as Decoder;
}

function emitCases({ field, number }: Numbered, local: string, links: Links): string {
  const { node } = field;
  const tag = tagOf(number, node);
  switch (node.type) {
    case 'struct':
    case 'lazy':
      return `case ${tag}: ${local} = reader.message(${links.decoder(node)}); break;`;
    case 'list': {
      const element = node.element.node;
      const read = emitElementRead(element, links);
      const single = `case ${tagOf(number, element)}: (${local} ??= []).push(${read}); break;`;
      if (!isScalar(element) || WIRE_TYPES[element.type] === 2) return single;
      return `${single} case ${tag}: { ${local} ??= []; const stop = reader.open(); while (reader.at < stop) ${local}.push(${read}); break; }`;
    }
    case 'map':
      return `case ${tag}: ${local} ??= {}; reader.message(${links.add(mapEntryDecoder(node.value.node))}(${local})); break;`;
    default:
      return `case ${tag}: ${local} = ${READS[node.type]}; break;`;
  }
}

function emitElementRead(node: SchemaNode, links: Links): string {
  return isScalar(node) ? READS[node.type] : `reader.message(${links.add(nestedDecoder(node))})`;
}

function nestedDecoder(node: Exclude<SchemaNode, { type: ScalarType }>): Decoder {
  if (node.type === 'list' || node.type === 'map') {
    const read = generateDecoder({ type: 'struct', name: '', fields: { items: { node, presence: 'always', pb: 1 } }, options: {} });
    return (reader, end) => (read(reader, end) as { items: unknown }).items;
  }
  let made: Decoder | undefined;
  return (reader, end) => (made ??= decoderOf(resolveStruct(node)))(reader, end);
}

/** Reads one entry into a map; a missing key or value is its zero. */
function mapEntryDecoder(node: SchemaNode): (map: Record<string, unknown>) => Decoder {
  const valueTag = tagOf(2, node);
  const { read, zero } = elementDecoder(node);
  return (map) => (reader, end) => {
    let key = '';
    let value: unknown;
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x0a) key = reader.text();
      else if (tag === valueTag) value = read(reader);
      else reader.skip(tag);
    }
    setOwn(map, key, value === undefined ? zero() : value);
  };
}

function elementDecoder(node: SchemaNode): { readonly read: (reader: ProtobufReader) => unknown; readonly zero: () => unknown } {
  if (isScalar(node)) {
    const read = new Function('runtime', `return function scalar(reader) { return ${READS[node.type]}; };`)(runtime) as (
      reader: ProtobufReader,
    ) => unknown;
    const zero: unknown = new Function(`return ${ABSENT[node.type]};`)();
    return { read, zero: () => zero };
  }
  const decode = nestedDecoder(node);
  const zero = (): unknown => (node.type === 'list' ? [] : node.type === 'map' ? {} : zeroOf(resolveStruct(node)));
  return { read: (reader) => reader.message(decode), zero };
}

function emitAssembly({ name, field }: Numbered, local: string, links: Links): string {
  const { node, presence } = field;
  if (field.inline === true) return `Object.assign(object, ${local} === undefined ? ${links.add(zeroOf)}(${links.add(node)}) : ${local});`;
  const set = (value: string): string =>
    name === '__proto__' ? `runtime.setOwn(object, '__proto__', ${value});` : `object[${JSON.stringify(name)}] = ${value};`;
  const always = presence === 'always';
  switch (node.type) {
    case 'struct':
    case 'lazy': {
      const zero = () => `${links.add(zeroOf)}(${links.add(resolveStruct(node))})`;
      return `if (${local} !== undefined) { ${set(local)} }${always ? ` else { ${set(zero())} }` : ''}`;
    }
    case 'list':
      return always ? set(`${local} ?? []`) : `if (${local} !== undefined) { ${set(local)} }`;
    case 'map':
      return `if (${local} !== undefined) { ${set(`runtime.sortMap(${local})`)} }${always ? ` else { ${set('{}')} }` : ''}`;
    default: {
      const zero = ABSENT[node.type];
      if (presence === 'pointer' || zero === 'undefined') return `if (${local} !== undefined) { ${set(local)} }`;
      if (always || node.type === 'quantity' || node.type === 'duration' || node.type === 'intOrString')
        return set(`${local} === undefined ? ${zero} : ${local}`);
      return `if (${local} !== undefined && ${local} !== ${zero}) { ${set(local)} }`;
    }
  }
}
