// A kind: one version of one type of object, with everything that the API server, clients and printers need to know of it.
// Built-in kinds are defined in api/; kinds of CustomResourceDefinitions become the same objects at run time.

import type { FieldPath } from './field-path.ts';
import { listMeta, objectMeta } from './object-meta.ts';
import type { ListMeta, ObjectMeta } from './object-meta.ts';
import type { Problem } from './problem.ts';
import { field, list, string, struct } from './schema.ts';
import type { CheckContext, Draft, Fields, InferFields, StructNode } from './schema.ts';

/** `apiVersion` is written `group/version`, or `version` alone for the core group. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What every object of a kind has. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** A list of objects of one kind. */
export interface KubeList<T> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ListMeta;
  readonly items: readonly T[];
}

/** One cell of a printed table. */
export type Cell = string | number | boolean | null;

/** What a column may know besides the object: the time, for ages. */
export interface ColumnContext {
  readonly nowMs: number;
}

/** One column of the Table that a server prints for a kind. */
export interface Column<T> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  /** 0 is always shown, higher ones with `-o wide`. */
  readonly priority?: number;
  value(object: T, context: ColumnContext): Cell;
}

/** Reads the text of a selectable field. (Taken from a method, so that a kind of Pods is a kind of objects.) */
export type FieldReader<T> = { read(object: T): string }['read'];

/**
 * `core`: a finalizer without a domain must be one of the standard ones. `generic`: any finalizer goes. `afterwards`: as generic, and
 * the metadata of a new object is looked at only where nothing else is wrong with it.
 */
export type MetadataRules = 'core' | 'generic' | 'afterwards';

export interface KindOptions<F extends Fields, T> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
  /** OpenAPI definition name. */
  readonly name: string;
  /** Everything but apiVersion, kind and metadata, in order. */
  readonly fields: F;
  /** What metadata the kind carries: object metadata unless it is a request or a list. */
  readonly metadata?: 'object' | 'list' | 'none';
  /** Whether OpenAPI lists the metadata as required; of the built-in kinds, Events alone do. */
  readonly metadataRequired?: boolean;
  readonly columns?: readonly Column<T>[];
  /** Field-selector labels besides metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, FieldReader<T>>>;
  /** Applied defaults of this kind only (Pod but not PodTemplate); runs before those of the fields. */
  defaults?(self: Draft<T>): void;
  /** Checks of this kind only, besides those of metadata and of the fields. */
  check?(next: T, old: T | undefined, at: FieldPath, context: CheckContext): readonly Problem[];
  /** Whether the name is a legal one, with upstream's messages; a DNS subdomain unless told. `prefix`: only the start of a generated name. */
  nameProblems?(name: string, prefix: boolean): readonly string[];
  /** Which rules metadata obeys; `core` unless told. */
  readonly metadataRules?: MetadataRules;
}

/** A kind. `T` is the object type that it describes. */
export interface Kind<T extends KubeObject = KubeObject> extends GroupVersionKind {
  readonly apiVersion: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
  /** The whole object: apiVersion, kind, metadata, fields. */
  readonly struct: StructNode<T>;
  readonly columns: readonly Column<T>[] | undefined;
  readonly selectableFields: Readonly<Record<string, FieldReader<T>>>;
  defaults?(self: Draft<T>): void;
  check?(next: T, old: T | undefined, at: FieldPath, context: CheckContext): readonly Problem[];
  nameProblems?(name: string, prefix: boolean): readonly string[];
  /** Custom kinds, which are not made by `defineKind`, say nothing: theirs are generic. */
  readonly metadataRules?: MetadataRules;
  readonly '~type'?: T;
}

type ObjectOf<F> = KubeObject & InferFields<F>;

/** Describes a kind. The static type of its objects is `Infer<typeof kind>`. */
export function defineKind<const F extends Fields>(options: KindOptions<F, ObjectOf<F>>): Kind<ObjectOf<F>> {
  const {
    group,
    version,
    kind,
    plural,
    name,
    fields,
    metadata = 'object',
    shortNames = [],
    categories = [],
    selectableFields = {},
  } = options;
  const required = options.metadataRequired === true ? 'published' : false;
  const { singular = kind.toLowerCase(), columns, scope, defaults, check, nameProblems, metadataRules = 'core' } = options;
  const meta: Fields =
    metadata === 'none'
      ? {}
      : {
          metadata:
            metadata === 'object'
              ? field(objectMeta, { presence: 'always', pb: 1, required })
              : field(listMeta, { presence: 'always', pb: 1 }),
        };
  return {
    group,
    version,
    kind,
    apiVersion: printGroupVersion(group, version),
    listKind: `${kind}List`,
    plural,
    singular,
    shortNames,
    categories,
    scope,
    struct: struct<Fields>(name, { kind: string(), apiVersion: string(), ...meta, ...fields }) as StructNode<ObjectOf<F>>,
    columns,
    selectableFields,
    metadataRules,
    ...(defaults === undefined ? {} : { defaults }),
    ...(check === undefined ? {} : { check }),
    ...(nameProblems === undefined ? {} : { nameProblems }),
  };
}

/** The list kind that goes with a kind, as a struct (for OpenAPI and protobuf). */
export function listStruct<T extends KubeObject>(kind: Kind<T>): StructNode {
  return struct<Fields>(`${kind.struct.name}List`, {
    kind: string(),
    apiVersion: string(),
    metadata: field(listMeta, { presence: 'always', pb: 1 }),
    items: list(kind.struct, { presence: 'always', pb: 2, required: 'published' }),
  });
}

export const printGroupVersion = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);

/** Splits `group/version`; undefined when there is more than one slash. */
export function parseGroupVersion(apiVersion: string): { group: string; version: string } | undefined {
  const parts = apiVersion.split('/');
  if (parts.length === 1) return { group: '', version: apiVersion };
  const [group = '', version = ''] = parts;
  return parts.length === 2 ? { group, version } : undefined;
}
