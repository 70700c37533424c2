// Values of expressions. An int is a bigint and a double a number, so that the two never mix by accident; strings, booleans and null are
// JavaScript's own; everything else is one of the classes here.
//
// V1. Values are immutable; only the fold that builds a list or map may grow it, and only while nobody else can see it.
// V2. An error is a value: it travels through calls until a logical operator or a conditional absorbs it.

import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  ERROR,
  INT,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  STRING,
  TIMESTAMP,
  typeOfType,
  UINT,
} from './type.ts';
import type { CelType } from './type.ts';

export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** A failed evaluation. */
export class CelError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Nanoseconds since 1970. */
export class Timestamp {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

export class Duration {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

export class TypeValue {
  readonly type: CelType;
  constructor(type: CelType) {
    this.type = type;
  }
}

/** A value that may be absent. */
export class Optional {
  readonly value: Value | undefined;
  constructor(value: Value | undefined) {
    this.value = value;
  }
}

/** A value of a library's own type. */
export abstract class OpaqueValue {
  abstract readonly type: CelType;
  abstract equals(other: OpaqueValue): boolean;
  /** What the cost of comparing it grows with, for values that have a size. */
  get size(): number | undefined {
    return undefined;
  }
}

/** A list; elements of foreign data are converted when they are read. */
export class ListValue {
  readonly size: number;
  readonly #items: readonly Value[];

  constructor(items: readonly Value[], size = items.length) {
    this.#items = items;
    this.size = size;
  }

  /** A list of foreign data. */
  static adapting(items: readonly unknown[], adapt: (item: unknown) => Value): ListValue {
    return new AdaptedList(items, adapt);
  }

  at(index: number): Value {
    return this.#items[index] as Value;
  }

  /** Both lists one after the other; a list that was just built is grown in place (V1). */
  concat(other: ListValue): ListValue {
    if (this.size === 0) return other;
    const items = this.appendable();
    for (let index = 0; index < other.size; index += 1) items.push(other.at(index));
    return new ListValue(items, items.length);
  }

  protected appendable(): Value[] {
    return this.#items.length === this.size && this.size > 8 ? (this.#items as Value[]) : [...this];
  }

  *[Symbol.iterator](): Generator<Value> {
    for (let index = 0; index < this.size; index += 1) yield this.at(index);
  }
}

class AdaptedList extends ListValue {
  readonly #raw: readonly unknown[];
  readonly #convert: (item: unknown) => Value;

  constructor(raw: readonly unknown[], convert: (item: unknown) => Value) {
    super([], raw.length);
    this.#raw = raw;
    this.#convert = convert;
  }

  override at(index: number): Value {
    return this.#convert(this.#raw[index]);
  }

  protected override appendable(): Value[] {
    return [...this];
  }
}

/** A map from strings, ints, uints and booleans. */
export abstract class MapValue {
  abstract readonly size: number;
  abstract get(key: Value): Value | undefined;
  abstract keys(): Iterable<Value>;
  /** The type's name where this is an object of a declared type. */
  get structName(): string | undefined {
    return undefined;
  }
}

/** What a key is filed under: equal keys of different number types are one key. */
function filed(key: Value): string | bigint | boolean | undefined {
  if (typeof key === 'string' || typeof key === 'bigint' || typeof key === 'boolean') return key;
  if (key instanceof Uint) return key.value;
  return typeof key === 'number' && Number.isInteger(key) ? BigInt(key) : undefined;
}

/** A map that an expression built. */
export class LiteralMap extends MapValue {
  readonly #entries = new Map<string | bigint | boolean, { readonly key: Value; readonly value: Value }>();

  get size(): number {
    return this.#entries.size;
  }

  override get(key: Value): Value | undefined {
    const at = filed(key);
    return at === undefined ? undefined : this.#entries.get(at)?.value;
  }

  override *keys(): Generator<Value> {
    for (const { key } of this.#entries.values()) yield key;
  }

  /** Whether the key was new; to be called only by whoever builds the map (V1). */
  insert(key: Value, value: Value): boolean {
    const at = filed(key);
    if (at === undefined || this.#entries.has(at)) return false;
    this.#entries.set(at, { key, value });
    return true;
  }
}

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint
  | Uint8Array
  | ListValue
  | MapValue
  | Timestamp
  | Duration
  | TypeValue
  | Optional
  | OpaqueValue
  | CelError;

const LIST = listOf(DYN);
const MAP = mapOf(DYN, DYN);
const TYPE = typeOfType();
const OPTIONAL = optionalOf(DYN);

/** The type of a value, as far as the value knows it. */
export function typeOf(value: Value): CelType {
  switch (typeof value) {
    case 'string':
      return STRING;
    case 'bigint':
      return INT;
    case 'number':
      return DOUBLE;
    case 'boolean':
      return BOOL;
    default:
      return value === null ? NULL : typeOfObject(value);
  }
}

function typeOfObject(value: Exclude<Value, null | boolean | bigint | number | string>): CelType {
  if (value instanceof MapValue) return value.structName === undefined ? MAP : { kind: 'struct', name: value.structName, parameters: [] };
  if (value instanceof ListValue) return LIST;
  if (value instanceof Uint) return UINT;
  if (value instanceof Timestamp) return TIMESTAMP;
  if (value instanceof Duration) return DURATION;
  if (value instanceof Uint8Array) return BYTES;
  if (value instanceof Optional) return OPTIONAL;
  if (value instanceof OpaqueValue) return value.type;
  if (value instanceof TypeValue) return TYPE;
  return ERROR;
}

export const NO_SUCH_OVERLOAD = new CelError('no such overload');
export const NONE = new Optional(undefined);
