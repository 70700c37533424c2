// The schema language: each kind is described once with these combinators, and everything else is derived from the
// description: static types, decoding, defaults, checks, OpenAPI, protobuf, patch and apply semantics.
//
// S1. A schema is plain immutable data plus pure functions; it never does I/O and never looks anything up.
// S2. The values it describes are canonical objects: JSON-shaped, fields in schema order, map keys sorted, no nulls,
//     no zeros where presence is `value`. Quantities, times and bytes are strings; an int64 is a bigint only beyond 2^53.
// S3. `Infer` gives deeply readonly types; `Draft` gives the mutable twin, for defaulting and for building objects.

import type { FieldPath } from './field-path.ts';
import type { Problem } from './problem.ts';

/**
 * When a field is written: `value`: zero means absent; `pointer`: zero is kept, absent is absent; `always`: written even when zero.
 */
export type Presence = 'value' | 'pointer' | 'always';

export type ScalarType =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'double'
  | 'bytes'
  | 'quantity'
  | 'time'
  | 'microTime'
  | 'duration'
  | 'intOrString'
  | 'rawExtension'
  | 'fieldsV1'
  | 'json';

/** What a check may know besides the values: whether this is a create or an update, and of which resource. */
export interface CheckContext {
  readonly operation: 'create' | 'update';
  /** The subresource being written, '' for the main endpoint. */
  readonly subresource: string;
  readonly namespace: string;
}

/** Finds problems in `next`; `old` is the stored value at the same place, if any (ratcheting). */
export type Check<T> = (next: T, old: T | undefined, at: FieldPath, context: CheckContext) => readonly Problem[];

export interface ScalarNode<T = unknown> {
  readonly type: ScalarType;
  readonly '~type'?: T;
}

export interface ListNode<T = unknown> {
  readonly type: 'list';
  readonly element: Field<unknown, Presence>;
  readonly '~type'?: T;
}

export interface MapNode<T = unknown> {
  readonly type: 'map';
  readonly value: Field<unknown, Presence>;
  readonly '~type'?: T;
}

/** A struct is named as OpenAPI names it (`io.k8s.api.core.v1.PodSpec`). */
export interface StructNode<T = unknown> {
  readonly type: 'struct';
  readonly name: string;
  readonly fields: Fields;
  readonly options: StructOptions<T>;
  readonly '~type'?: T;
}

/** Refers to a struct that is defined later or contains itself. */
export interface LazyNode<T = unknown> {
  readonly type: 'lazy';
  readonly resolve: () => StructNode<T>;
  readonly '~type'?: T;
}

export type SchemaNode<T = unknown> = ScalarNode<T> | ListNode<T> | MapNode<T> | StructNode<T> | LazyNode<T>;

export interface StructOptions<T> {
  /** Applied defaults that are not published; runs before the fields' own (parent before children). */
  defaults?(self: Draft<T>): void;
  check?(next: T, old: T | undefined, at: FieldPath, context: CheckContext): readonly Problem[];
  /** At most one of these fields may be set (published as a union; the check belongs to `check`). */
  readonly union?: readonly string[];
  /** `atomic`: apply and merge replace the struct whole. */
  readonly structType?: 'atomic' | 'granular';
}

export interface FieldOptions<T, P extends Presence> {
  readonly presence?: P;
  /** Protobuf field number; fields without one exist only in JSON. */
  readonly pb?: number;
  /** Published in OpenAPI and applied. */
  readonly default?: T;
  /** Applied to this field's value where it is present or always written; not published. */
  defaults?(self: Draft<T>): void;
  check?(next: T, old: T | undefined, at: FieldPath, context: CheckContext): readonly Problem[];
  /** `published`: listed as required in OpenAPI; `checked`: zero or absent is a problem; `true`: both. */
  readonly required?: boolean | 'published' | 'checked';
  readonly immutable?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Published, and checked unless `enumChecked` is false (some enums are checked by hand with another text). */
  readonly enum?: readonly string[];
  readonly enumChecked?: boolean;
  /** Published only. */
  readonly format?: string;
  /** A feature gate: while it is off, the field is dropped on write unless the old object used it. */
  readonly gate?: string;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  /** Strategic merge: lists of structs merge by this key. */
  readonly mergeKey?: string;
  /** Strategic merge directives. */
  readonly patchStrategy?: readonly ('merge' | 'replace' | 'retainKeys')[];
  readonly mapType?: 'atomic' | 'granular';
}

/** A struct's member, a list's element or a map's value: a node and how it is used there. */
export interface Field<T, P extends Presence = Presence> extends Omit<FieldOptions<T, P>, 'presence'> {
  readonly node: SchemaNode<T>;
  readonly presence: P;
  /** Flat in JSON, nested in protobuf. */
  readonly inline?: boolean;
  readonly '~type'?: T;
}

/** A struct whose fields appear among its parent's in JSON. */
export interface InlineField<T> extends Field<T, 'always'> {
  readonly inline: true;
}

export type Fields = Readonly<Record<string, Field<unknown, Presence>>>;

// --- static types ---------------------------------------------------------------------------------------------------

type Carried<F> = F extends { readonly '~type'?: infer T } ? Exclude<T, undefined> : never;
type Flatten<T> = T extends object ? { readonly [K in keyof T]: T[K] } : T;
type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;

type AlwaysKeys<F> = { [K in keyof F]: F[K] extends { inline: true } ? never : F[K] extends { presence: 'always' } ? K : never }[keyof F];
type MaybeKeys<F> = { [K in keyof F]: F[K] extends { inline: true } ? never : F[K] extends { presence: 'always' } ? never : K }[keyof F];
type InlineKeys<F> = { [K in keyof F]: F[K] extends { inline: true } ? K : never }[keyof F];
type Inlined<F> = [InlineKeys<F>] extends [never] ? unknown : UnionToIntersection<Carried<F[InlineKeys<F>]>>;

/** The object type that a record of fields describes. */
export type InferFields<F> = Flatten<
  { readonly [K in AlwaysKeys<F>]: Carried<F[K]> } & { readonly [K in MaybeKeys<F>]?: Carried<F[K]> | undefined } & Inlined<F>
>;

/** The type of the values that a node, field or kind describes; deeply readonly. */
export type Infer<N> = Carried<N>;

/** The mutable twin of a readonly object type. */
export type Draft<T> = T extends string | number | boolean | bigint | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? Draft<E>[]
    : T extends object
      ? { -readonly [K in keyof T]: Draft<T[K]> }
      : T;

export type Int64 = number | bigint;
export type IntOrString = number | string;
/** Any JSON value. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

// --- combinators ----------------------------------------------------------------------------------------------------

function scalar<T>(type: ScalarType) {
  const node: ScalarNode<T> = { type };
  return <const P extends Presence = 'value'>(options: FieldOptions<T, P> = {}): Field<T, P> => complete(node, options);
}

function complete<T, P extends Presence>(node: SchemaNode<T>, options: FieldOptions<T, P>): Field<T, P> {
  return { ...options, node, presence: options.presence ?? ('value' as P) };
}

export const string = scalar<string>('string');
export const boolean = scalar<boolean>('boolean');
export const int32 = scalar<number>('int32');
export const int64 = scalar<Int64>('int64');
export const double = scalar<number>('double');
/** Base64 text in JSON and in canonical objects. */
export const bytes = scalar<string>('bytes');
export const quantity = scalar<string>('quantity');
/** RFC 3339 in seconds. */
export const time = scalar<string>('time');
/** RFC 3339 in microseconds. */
export const microTime = scalar<string>('microTime');
/** Go's duration text (`1m30s`). */
export const duration = scalar<string>('duration');
export const intOrString = scalar<IntOrString>('intOrString');
/** An object of any kind, kept as it came. */
export const rawExtension = scalar<JsonObject>('rawExtension');
/** A managed-fields set; an interned string of JSON until somebody needs it. */
export const fieldsV1 = scalar<JsonObject>('fieldsV1');
/** Any JSON value. */
export const json = scalar<Json>('json');

/** A member of struct type. */
export function field<T, const P extends Presence = 'value'>(
  node: StructNode<T> | LazyNode<T>,
  options: FieldOptions<T, P> = {},
): Field<T, P> {
  return complete(node, options);
}

/** A list; its element is a field (for scalars) or a struct. */
export function list<T, const P extends Presence = 'value'>(
  element: Field<T> | StructNode<T> | LazyNode<T>,
  options: FieldOptions<readonly T[], P> = {},
): Field<readonly T[], P> {
  const node: ListNode<readonly T[]> = { type: 'list', element: asField(element) };
  return complete(node, options);
}

/** A map from strings; read it with `lookup`, never by plain indexing of untrusted keys. */
export function map<T, const P extends Presence = 'value'>(
  value: Field<T> | StructNode<T> | LazyNode<T>,
  options: FieldOptions<Readonly<Record<string, T>>, P> = {},
): Field<Readonly<Record<string, T>>, P> {
  const node: MapNode<Readonly<Record<string, T>>> = { type: 'map', value: asField(value) };
  return complete(node, options);
}

function asField<T>(value: Field<T> | StructNode<T> | LazyNode<T>): Field<unknown> {
  return 'node' in value ? value : complete<unknown, 'value'>(value, {});
}

/** A struct. `name` is its OpenAPI definition name. */
export function struct<const F extends Fields>(
  name: string,
  fields: F,
  options: StructOptions<InferFields<F>> = {},
): StructNode<InferFields<F>> & { readonly fields: F } {
  return { type: 'struct', name, fields, options };
}

/** Embeds a struct: its fields are flat in JSON and nested under `pb` in protobuf. */
export function inline<T>(node: StructNode<T>, options: { readonly pb?: number } = {}): InlineField<T> {
  return { ...options, node, presence: 'always', inline: true };
}

/** A reference to a struct that is not defined yet. */
export function lazy<T>(resolve: () => StructNode<T>): LazyNode<T> {
  return { type: 'lazy', resolve };
}

/** The struct behind a struct or lazy node. */
export function resolveStruct<T>(node: StructNode<T> | LazyNode<T>): StructNode<T> {
  return node.type === 'lazy' ? node.resolve() : node;
}

/** An own value of a map: `__proto__` and `constructor` are legal keys of a ConfigMap. */
export function lookup<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}
