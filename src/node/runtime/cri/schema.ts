// The small language in which CRI's messages are written down as data, and the codec that reads and writes them by it.
//
// S1. A decoded message is complete: scalars, lists and maps are always present, absent messages are undefined.
// S2. Zero values are not written, as proto3 has it.
// S3. Unknown fields are skipped; an unknown enum value is an error, for no default would be honest.

import { WireReader, WireType, WireWriter } from './wire.ts';

interface Codec {
  readonly wireType: number;
  isZero(value: unknown): boolean;
  write(writer: WireWriter, value: unknown): void;
  read(reader: WireReader): unknown;
}

/** One field: its number, how it repeats, its codec. `Out` and `In` exist for the types only. */
export interface Field<Out, In> {
  readonly number: number;
  readonly repeats: 'one' | 'many' | 'map';
  readonly codec: Codec;
  readonly zero: () => unknown;
  readonly types?: { readonly out: Out; readonly in: In };
}

export type Fields = Readonly<Record<string, Field<unknown, unknown>>>;

/** What decoding gives. */
export type Output<M> = M extends Message<infer F> ? { [K in keyof F]: F[K] extends Field<infer Out, unknown> ? Out : never } : never;

/** What encoding takes. */
export type Input<M> =
  M extends Message<infer F> ? { readonly [K in keyof F]?: F[K] extends Field<unknown, infer In> ? In | undefined : never } : never;

/** A message type: its name and its fields. */
export interface Message<F extends Fields> {
  readonly name: string;
  readonly fields: F;
}

/** Declares a message. */
export function message<const F extends Fields>(name: string, fields: F): Message<F> {
  return { name, fields };
}

/** An enum whose values are numbered from 0 in the order given. */
export interface Enumeration<Name extends string> {
  readonly name: string;
  readonly values: readonly Name[];
}

/** Declares an enum. */
export function enumeration<const Name extends string>(name: string, values: readonly Name[]): Enumeration<Name> {
  return { name, values };
}

const isFalsy = (value: unknown): boolean => !value;

function wrong(value: unknown, wanted: string): never {
  throw new TypeError(`${String(value)} is not ${wanted}`);
}

const asInteger = (value: unknown): number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value)) ? value : wrong(value, 'an integer');

const signed = (value: number | bigint): number | bigint => (typeof value === 'bigint' ? BigInt.asIntN(64, value) : value);

function varintCodec(read: (value: number | bigint) => unknown): Codec {
  return {
    wireType: WireType.varint,
    isZero: isFalsy,
    write: (writer, value) => writer.int(asInteger(value)),
    read: (reader) => read(reader.varint()),
  };
}

const stringCodec: Codec = {
  wireType: WireType.bytes,
  isZero: isFalsy,
  write: (writer, value) => writer.string(typeof value === 'string' ? value : wrong(value, 'a string')),
  read: (reader) => reader.string(),
};
const bytesCodec: Codec = {
  wireType: WireType.bytes,
  isZero: (value) => !(value instanceof Uint8Array) || value.length === 0,
  write: (writer, value) => writer.bytes(value instanceof Uint8Array ? value : wrong(value, 'bytes')),
  // A copy, so that a kept field does not pin the whole message.
  read: (reader) => reader.bytes().slice(),
};
const boolCodec: Codec = {
  wireType: WireType.varint,
  isZero: isFalsy,
  write: (writer) => writer.uint(1),
  read: (reader) => Number(reader.varint()) !== 0,
};
const doubleCodec: Codec = {
  wireType: WireType.fixed64,
  isZero: isFalsy,
  write: (writer, value) => writer.double(typeof value === 'number' ? value : wrong(value, 'a number')),
  read: (reader) => reader.double(),
};
const signedCodec = varintCodec((value) => Number(signed(value)));
const unsignedCodec = varintCodec(Number);
const timeCodec = varintCodec((value) => BigInt(signed(value)));

function enumCodec(values: Enumeration<string>): Codec {
  return {
    wireType: WireType.varint,
    isZero: (value) => value === undefined || value === values.values[0],
    write(writer, value) {
      const number = typeof value === 'string' ? values.values.indexOf(value) : -1;
      writer.uint(number < 0 ? wrong(value, `a ${values.name}`) : number);
    },
    read(reader) {
      const number = Number(reader.varint());
      return values.values[number] ?? wrong(number, `a ${values.name}`);
    },
  };
}

function messageCodec(type: Message<Fields>): Codec {
  return {
    wireType: WireType.bytes,
    isZero: (value) => value === undefined,
    write: (writer, value) => writer.bytes(encodeFields(type, value)),
    read: (reader) => decodeFields(type, reader.bytes()),
  };
}

const entry = message('Entry', { key: string(1), value: string(2) });
const entryCodec = messageCodec(entry);

function scalar<Out, In = Out>(codec: Codec, zero: Out): (number: number) => Field<Out, In> {
  return (number) => ({ number, repeats: 'one', codec, zero: () => zero });
}

export function string(number: number): Field<string, string> {
  return { number, repeats: 'one', codec: stringCodec, zero: () => '' };
}
export function strings(number: number): Field<readonly string[], readonly string[]> {
  return { number, repeats: 'many', codec: stringCodec, zero: () => [] };
}
export const bytes = scalar<Uint8Array>(bytesCodec, new Uint8Array());
export const bool = scalar<boolean>(boolCodec, false);
export const double = scalar<number>(doubleCodec, 0);
export const int32 = scalar<number>(signedCodec, 0);
export const uint32 = scalar<number>(unsignedCodec, 0);
/** Read as the nearest number: limits and counters, where 2^53 is enough. */
export const int64 = scalar<number, number | bigint>(signedCodec, 0);
export const uint64 = scalar<number, number | bigint>(unsignedCodec, 0);
/** Nanoseconds since the epoch, kept exact. */
export const time = scalar<bigint, number | bigint>(timeCodec, 0n);

export function int32s(number: number): Field<readonly number[], readonly number[]> {
  return { number, repeats: 'many', codec: signedCodec, zero: () => [] };
}
export function int64s(number: number): Field<readonly number[], readonly (number | bigint)[]> {
  return { number, repeats: 'many', codec: signedCodec, zero: () => [] };
}
export function stringMap(number: number): Field<Readonly<Record<string, string>>, Readonly<Record<string, string>>> {
  return { number, repeats: 'map', codec: entryCodec, zero: () => ({}) };
}
export function oneOf<const Name extends string>(values: Enumeration<Name>, number: number): Field<Name, Name> {
  return { number, repeats: 'one', codec: enumCodec(values), zero: () => values.values[0] };
}
export function one<F extends Fields>(type: Message<F>, number: number): Field<Output<Message<F>> | undefined, Input<Message<F>>> {
  return { number, repeats: 'one', codec: messageCodec(type), zero: () => undefined };
}
export function many<F extends Fields>(
  type: Message<F>,
  number: number,
): Field<readonly Output<Message<F>>[], readonly Input<Message<F>>[]> {
  return { number, repeats: 'many', codec: messageCodec(type), zero: () => [] };
}

/** The bytes of a message; what is missing or zero is left out. */
export function encode<F extends Fields>(type: Message<F>, value: Input<Message<F>>): Uint8Array {
  return encodeFields(type, value);
}

/** The message in the bytes; throws when they are not one. */
export function decode<F extends Fields>(type: Message<F>, bytesOfMessage: Uint8Array): Output<Message<F>> {
  return decodeFields(type, bytesOfMessage) as Output<Message<F>>;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function encodeFields(type: Message<Fields>, value: unknown): Uint8Array {
  if (!isRecord(value)) wrong(value, `a ${type.name}`);
  const writer = new WireWriter();
  for (const [key, field] of Object.entries(type.fields)) {
    const content = value[key];
    if (content === undefined || content === null) continue;
    writeField(writer, field, content);
  }
  return writer.finish();
}

function writeField(writer: WireWriter, field: Field<unknown, unknown>, content: unknown): void {
  const { codec, number } = field;
  if (field.repeats === 'one') {
    if (codec.isZero(content)) return;
    writer.tag(number, codec.wireType);
    codec.write(writer, content);
    return;
  }
  if (!isRecord(content)) wrong(content, 'a list or map');
  const items = field.repeats === 'map' ? Object.entries(content).map(([key, value]) => ({ key, value })) : Object.values(content);
  for (const item of items) {
    writer.tag(number, codec.wireType);
    codec.write(writer, item);
  }
}

function decodeFields(type: Message<Fields>, encoded: Uint8Array): Record<string, unknown> {
  const { keys, blank } = layout(type);
  const result = blank();
  const reader = new WireReader(encoded);
  while (!reader.done) {
    const tag = Number(reader.varint());
    const known = keys.get(Math.floor(tag / 8));
    if (known === undefined) reader.skip(tag % 8);
    else readField(reader, known, tag % 8, result);
  }
  return result;
}

type Known = readonly [key: string, field: Field<unknown, unknown>];

function readField(reader: WireReader, [key, field]: Known, wireType: number, result: Record<string, unknown>): void {
  const content = result[key];
  if (field.repeats === 'one') {
    result[key] = field.codec.read(reader);
  } else if (field.repeats === 'map') {
    const pair = field.codec.read(reader);
    if (isRecord(pair) && isRecord(content)) {
      // A key such as __proto__ must become an entry like any other.
      Object.defineProperty(content, String(pair['key']), { value: pair['value'], enumerable: true, writable: true, configurable: true });
    }
  } else if (Array.isArray(content)) {
    if (wireType === WireType.bytes && field.codec.wireType !== WireType.bytes) {
      const packed = new WireReader(reader.bytes());
      while (!packed.done) content.push(field.codec.read(packed));
    } else content.push(field.codec.read(reader));
  }
}

interface Layout {
  readonly keys: ReadonlyMap<number, Known>;
  readonly blank: () => Record<string, unknown>;
}

const layouts = new WeakMap<Message<Fields>, Layout>();

function layout(type: Message<Fields>): Layout {
  const made = layouts.get(type);
  if (made !== undefined) return made;
  const entries = Object.entries(type.fields);
  const fresh: Layout = {
    keys: new Map(entries.map((known) => [known[1].number, known])),
    blank: () => Object.fromEntries(entries.map(([key, field]) => [key, field.zero()])),
  };
  layouts.set(type, fresh);
  return fresh;
}
