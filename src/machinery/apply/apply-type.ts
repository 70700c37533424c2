// What apply needs to know of a schema: which values are owned whole, which member by member, and what identifies list items.

import { getOwn, isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { resolveStruct } from '../schema.ts';
import type { Field, Fields, ListNode, SchemaNode } from '../schema.ts';
import { keyElement, valueElement } from './path-element.ts';
import type { PathElement } from './path-element.ts';

export interface LeafType {
  readonly kind: 'leaf';
}

/** A struct or map whose members are owned one by one. */
export interface MapType {
  readonly kind: 'map';
  /** The declared fields of a struct; a map has none. */
  readonly fields: Fields | undefined;
  memberType(name: string): ApplyType;
}

/** A list whose items are told apart by keys, or by their values where there are no keys. */
export interface ListType {
  readonly kind: 'list';
  readonly keys: readonly string[];
  readonly element: ApplyType;
  /** What a key counts as where an item leaves it out. */
  keyDefault(key: string): unknown;
}

/** Known by its value only. */
export interface DeducedType {
  readonly kind: 'deduced';
}

export type ApplyType = LeafType | MapType | ListType | DeducedType;
export type ResolvedType = LeafType | MapType | ListType;

const LEAF: LeafType = { kind: 'leaf' };
export const DEDUCED: DeducedType = { kind: 'deduced' };
const OPEN_MAP: MapType = { kind: 'map', fields: undefined, memberType: () => DEDUCED };

/** Without a schema, objects are owned member by member, lists whole. */
export const resolveType = (type: ApplyType, value: unknown): ResolvedType =>
  type.kind !== 'deduced' ? type : isJsonObject(value) ? OPEN_MAP : LEAF;

type Usage = Pick<Field<unknown>, 'listType' | 'listMapKeys' | 'mapType'>;

const known = new WeakMap<object, ApplyType>();

/** The type of a field's values. */
export function fieldApplyType(field: Field<unknown>): ApplyType {
  let type = known.get(field);
  if (type === undefined) {
    type = nodeApplyType(field.node, field);
    known.set(field, type);
  }
  return type;
}

/** The type of a node's values, as `usage` uses it. */
export function nodeApplyType(node: SchemaNode, usage: Usage = {}): ApplyType {
  switch (node.type) {
    case 'struct':
    case 'lazy':
      return structType(node, usage);
    case 'map':
      return usage.mapType === 'atomic' ? LEAF : { kind: 'map', fields: undefined, memberType: () => fieldApplyType(node.value) };
    case 'list':
      return listType(node, usage);
    case 'rawExtension':
    case 'fieldsV1':
      return OPEN_MAP;
    default:
      return LEAF;
  }
}

function structType(node: Extract<SchemaNode, { type: 'struct' | 'lazy' }>, usage: Usage): ApplyType {
  const struct = resolveStruct(node);
  if (usage.mapType === 'atomic' || struct.options.structType === 'atomic') return LEAF;
  let type = structTypes.get(struct);
  if (type === undefined) {
    const fields = flatten(struct.fields);
    type = {
      kind: 'map',
      fields,
      memberType(name) {
        const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
        return field === undefined ? DEDUCED : fieldApplyType(field);
      },
    };
    structTypes.set(struct, type);
  }
  return type;
}

const structTypes = new WeakMap<object, MapType>();

/** Embedded structs are flat in JSON. */
function flatten(fields: Fields): Fields {
  const flat: Record<string, Field<unknown>> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (field.inline === true && (field.node.type === 'struct' || field.node.type === 'lazy')) {
      Object.assign(flat, flatten(resolveStruct(field.node).fields));
    } else {
      flat[name] = field;
    }
  }
  return flat;
}

function listType(node: ListNode, usage: Usage): ApplyType {
  if (usage.listType !== 'set' && usage.listType !== 'map') return LEAF;
  const { element } = node;
  return {
    kind: 'list',
    keys: usage.listType === 'map' ? (usage.listMapKeys ?? []) : [],
    element: fieldApplyType(element),
    keyDefault(key) {
      if (element.node.type !== 'struct' && element.node.type !== 'lazy') return undefined;
      const { fields } = resolveStruct(element.node);
      return Object.hasOwn(fields, key) ? fields[key]?.default : undefined;
    },
  };
}

/** The step to a list item, or why it has none. */
export function itemElement(type: ListType, item: unknown): { readonly element: PathElement } | { readonly error: string } {
  if (type.keys.length === 0) {
    if (Array.isArray(item)) return { error: 'not supported: associative list with lists as elements' };
    if (isJsonObject(item)) return { error: "associative list without keys has an element that's a map type" };
    return item === null
      ? { error: "associative list without keys has an element that's an explicit null" }
      : { element: valueElement(item) };
  }
  if (item === null) return { error: 'associative list with keys may not have a null element' };
  if (!isJsonObject(item)) return { error: 'associative list with keys may not have non-map elements' };
  const fields: JsonObject = {};
  for (const key of type.keys.length === 1 ? type.keys : type.keys.toSorted()) {
    const value = getOwn(item, key) ?? type.keyDefault(key);
    if (value !== undefined) fields[key] = value;
  }
  if (Object.keys(fields).length > 0) return { element: keyElement(fields) };
  const keys = type.keys.map((key) => JSON.stringify(key)).join(' ');
  return {
    error: `associative list with keys has an element that omits all key fields [${keys}] (and doesn't have default values for any key fields)`,
  };
}
