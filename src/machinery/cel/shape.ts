// How JSON data become values: the shape says which type a place has, and children are converted only when they are read.
//
// H1. A shape is made from a schema once; data without a schema have the shape ANY, where a whole number is an int.

import { must } from '../../base/assert.ts';
import type { SchemaNode, ScalarType, StructNode } from '../schema.ts';
import { parseDuration } from '../duration.ts';
import { escapeFieldName } from './field-name.ts';
import { parseTimestamp } from './timestamp-text.ts';
import { BOOL, BYTES, DOUBLE, DYN, INT, listOf, mapOf, STRING, structOf, TIMESTAMP } from './type.ts';
import type { CelType } from './type.ts';
import { Duration, ListValue, MapValue } from './value.ts';
import type { Value } from './value.ts';

export interface Shape {
  readonly type: CelType;
  /** Of a list's elements or a map's values. */
  readonly element?: Shape | undefined;
  /** Of an object's fields, by their names in expressions. */
  readonly fields?: () => ReadonlyMap<string, ShapeField>;
}

export interface ShapeField {
  /** The field's name in JSON. */
  readonly json: string;
  readonly shape: Shape;
}

/** Data of which nothing is known. */
export const ANY: Shape = { type: DYN };

const SCALARS: Readonly<Record<ScalarType, CelType>> = {
  string: STRING,
  boolean: BOOL,
  int32: INT,
  int64: INT,
  double: DOUBLE,
  bytes: BYTES,
  quantity: STRING,
  time: TIMESTAMP,
  microTime: TIMESTAMP,
  duration: STRING,
  intOrString: DYN,
  rawExtension: DYN,
  fieldsV1: DYN,
  json: DYN,
};

const known = new WeakMap<StructNode, Shape>();

/** The shape of what a schema describes. */
export function shapeOf(node: SchemaNode): Shape {
  switch (node.type) {
    case 'list': {
      const element = shapeOf(node.element.node);
      return { type: listOf(element.type), element };
    }
    case 'map': {
      const element = shapeOf(node.value.node);
      return { type: mapOf(STRING, element.type), element };
    }
    case 'lazy':
      return shapeOf(node.resolve());
    case 'struct':
      return structShape(node);
    default:
      return { type: SCALARS[node.type] };
  }
}

function structShape(node: StructNode): Shape {
  const shape = known.get(node);
  if (shape !== undefined) return shape;
  let fields: Map<string, ShapeField> | undefined;
  const made: Shape = { type: structOf(node.name), fields: () => (fields ??= fieldsOf(node)) };
  known.set(node, made);
  return made;
}

function fieldsOf(node: StructNode): Map<string, ShapeField> {
  const fields = new Map<string, ShapeField>();
  for (const [json, field] of Object.entries(node.fields)) {
    const shape = shapeOf(field.node);
    if (field.inline === true) for (const [name, inner] of shape.fields?.() ?? []) fields.set(name, inner);
    else fields.set(escapeFieldName(json), { json, shape });
  }
  return fields;
}

type Data = Readonly<Record<string, unknown>>;

/** A JSON object as a map, or as an object of a declared type. */
export class ObjectMap extends MapValue {
  readonly data: Data;
  readonly #shape: Shape;
  readonly #fields: ReadonlyMap<string, ShapeField> | undefined;
  #size = -1;

  constructor(data: Data, shape: Shape) {
    super();
    this.data = data;
    this.#shape = shape;
    this.#fields = shape.fields?.();
  }

  get size(): number {
    if (this.#size < 0) this.#size = Object.keys(this.data).length;
    return this.#size;
  }

  override get structName(): string | undefined {
    return this.#fields === undefined ? undefined : this.#shape.type.name;
  }

  override get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.field(key) : undefined;
  }

  /** The value under a name. */
  field(name: string): Value | undefined {
    const field = this.#fields?.get(name);
    const json = field?.json ?? name;
    if ((this.#fields !== undefined && field === undefined) || !Object.hasOwn(this.data, json)) return undefined;
    const value = this.data[json];
    return value === undefined ? undefined : toValue(value, field?.shape ?? this.#shape.element ?? ANY);
  }

  override *keys(): Generator<Value> {
    if (this.#fields === undefined) yield* Object.keys(this.data);
    else for (const [name, { json }] of this.#fields) if (Object.hasOwn(this.data, json)) yield name;
  }

  /** The names themselves, for loops that need no generator. */
  names(): readonly string[] {
    return this.#fields === undefined ? Object.keys(this.data) : ([...this.keys()] as string[]);
  }
}

/** JSON data as a value. */
export function toValue(data: unknown, shape: Shape = ANY): Value {
  switch (typeof data) {
    case 'string':
      return fromText(data, shape.type);
    case 'number':
      return shape.type.kind !== 'double' && Number.isInteger(data) ? BigInt(data) : data;
    case 'bigint':
      return shape.type.kind === 'double' ? Number(data) : data;
    case 'boolean':
      return data;
    case 'object':
      if (data === null) return null;
      if (Array.isArray(data)) {
        const element = shape.element ?? ANY;
        return ListValue.adapting(data, (item) => toValue(item, element));
      }
      return new ObjectMap(data as Data, shape);
    default:
      return null;
  }
}

function fromText(text: string, type: CelType): Value {
  switch (type.kind) {
    case 'timestamp':
      return parseTimestamp(text) ?? text;
    case 'duration': {
      const nanoseconds = parseDuration(text);
      return nanoseconds === undefined ? text : new Duration(nanoseconds);
    }
    case 'bytes':
      return Uint8Array.from(atob(text), (character) => must(character.codePointAt(0), 'a character'));
    default:
      return text;
  }
}
