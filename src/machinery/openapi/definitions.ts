// OpenAPI definitions of structs, in both dialects that clients read: version 2 (one document) and 3 (one for each group and version).
//
// O1. Definitions carry types, formats, enums, required fields and Kubernetes' extensions; only version 3 carries defaults.
// O2. Words come through a hook, so that they can be loaded lazily or left out.

import type { GroupVersionKind } from '../kind.ts';
import { resolveStruct } from '../schema.ts';
import type { Field, ScalarType, SchemaNode, StructNode } from '../schema.ts';

export type OpenApiVersion = 'v2' | 'v3';

/** A definition or a part of one, as JSON. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;

export interface DefinitionOptions {
  /** Definition name → the kinds that it is the schema of. */
  readonly kinds?: ReadonlyMap<string, readonly GroupVersionKind[]>;
  /** The description of a definition, or of one of its fields. */
  describe?(definition: string, field?: string): string | undefined;
}

/** The definitions of some structs and of all that they refer to, by name, sorted. */
export function openApiDefinitions(
  structs: readonly StructNode[],
  version: OpenApiVersion,
  options: DefinitionOptions = {},
): Readonly<Record<string, OpenApiSchema>> {
  const builder = new Builder(version, options);
  for (const struct of structs) builder.struct(struct);
  return builder.sorted();
}

/** How a reference to a definition is written. */
export function openApiReference(name: string, version: OpenApiVersion): string {
  return version === 'v2' ? `#/definitions/${name}` : `#/components/schemas/${name}`;
}

interface NamedScalar {
  readonly name: string;
  readonly v2: OpenApiSchema;
  readonly v3: OpenApiSchema;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const same = (name: string, schema: OpenApiSchema): NamedScalar => ({ name, v2: schema, v3: schema });

/** Scalars that have definitions of their own. */
const NAMED: Readonly<Partial<Record<ScalarType, NamedScalar>>> = {
  quantity: {
    name: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
    v2: { type: 'string' },
    v3: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  },
  time: same(`${META}.Time`, { type: 'string', format: 'date-time' }),
  microTime: same(`${META}.MicroTime`, { type: 'string', format: 'date-time' }),
  duration: same(`${META}.Duration`, { type: 'string' }),
  intOrString: {
    name: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    v2: { type: 'string', format: 'int-or-string' },
    v3: { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' },
  },
  rawExtension: same('io.k8s.apimachinery.pkg.runtime.RawExtension', { type: 'object' }),
  fieldsV1: same(`${META}.FieldsV1`, { type: 'object' }),
  json: same('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON', {}),
};

const PLAIN: Readonly<Partial<Record<ScalarType, OpenApiSchema>>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
};

/** What version 3 publishes as the default of a scalar that is never absent. */
const ZEROS: Readonly<Partial<Record<ScalarType, unknown>>> = { string: '', boolean: false, int32: 0, int64: 0, double: 0 };

class Builder {
  readonly #version: OpenApiVersion;
  readonly #options: DefinitionOptions;
  readonly #definitions = new Map<string, OpenApiSchema>();

  constructor(version: OpenApiVersion, options: DefinitionOptions) {
    this.#version = version;
    this.#options = options;
  }

  sorted(): Readonly<Record<string, OpenApiSchema>> {
    return Object.fromEntries([...this.#definitions].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  struct(struct: StructNode): void {
    const { name } = struct;
    if (this.#definitions.has(name)) return;
    // The place is taken first: a struct may contain itself.
    this.#definitions.set(name, {});
    const properties = new Map<string, OpenApiSchema>();
    const required: string[] = [];
    this.#members(struct, name, properties, required);
    const { structType, union } = struct.options;
    const kinds = this.#options.kinds?.get(name) ?? [];
    this.#definitions.set(name, {
      ...described(this.#options.describe?.(name)),
      type: 'object',
      ...(properties.size === 0 ? {} : { properties: Object.fromEntries([...properties].toSorted(([a], [b]) => (a < b ? -1 : 1))) }),
      ...(required.length === 0 ? {} : { required }),
      ...(kinds.length === 0
        ? {}
        : { 'x-kubernetes-group-version-kind': kinds.map(({ group, kind, version }) => ({ group, kind, version })) }),
      ...(structType === 'atomic' ? { 'x-kubernetes-map-type': 'atomic' } : {}),
      ...(union === undefined ? {} : { 'x-kubernetes-unions': [unionOf(struct, union)] }),
    });
  }

  #members(struct: StructNode, owner: string, properties: Map<string, OpenApiSchema>, required: string[]): void {
    for (const [name, each] of Object.entries(struct.fields)) {
      if (each.inline === true) {
        this.#members(resolveStruct(each.node as StructNode), owner, properties, required);
        continue;
      }
      properties.set(name, { ...described(this.#options.describe?.(owner, name)), ...this.#field(each, each.presence === 'always') });
      if (each.required === true || each.required === 'published') required.push(name);
    }
  }

  /** `kept`: never absent, so version 3 publishes its zero as the default. */
  #field(each: Field<unknown>, kept: boolean): OpenApiSchema {
    const { node } = each;
    return {
      ...this.#node(node, each.default ?? (kept ? zeroOf(node) : undefined)),
      ...(each.format === undefined ? {} : { format: each.format }),
      ...(each.enum === undefined ? {} : { enum: [...each.enum].sort() }),
      ...extensions(each),
    };
  }

  #node(node: SchemaNode, value: unknown): OpenApiSchema {
    const withDefault = this.#version === 'v3' && value !== undefined ? { default: value } : {};
    switch (node.type) {
      case 'struct':
      case 'lazy': {
        const struct = resolveStruct(node);
        this.struct(struct);
        return { ...this.#reference(struct.name), ...withDefault };
      }
      case 'list':
        return { type: 'array', items: this.#element(node.element), ...withDefault };
      case 'map':
        return { type: 'object', additionalProperties: this.#element(node.value), ...withDefault };
      default: {
        const named = NAMED[node.type];
        if (named === undefined) return { ...PLAIN[node.type], ...withDefault };
        this.#definitions.set(named.name, { ...described(this.#options.describe?.(named.name)), ...named[this.#version] });
        return { ...this.#reference(named.name), ...withDefault };
      }
    }
  }

  /** Elements that have no default are referred to plainly. */
  #element(element: Field<unknown>): OpenApiSchema {
    const schema = this.#field(element, true);
    const [reference, ...others] = (schema['allOf'] as readonly OpenApiSchema[] | undefined) ?? [];
    return reference !== undefined && others.length === 0 && Object.keys(schema).length === 1 ? reference : schema;
  }

  #reference(name: string): OpenApiSchema {
    const reference = { $ref: openApiReference(name, this.#version) };
    return this.#version === 'v2' ? reference : { allOf: [reference] };
  }
}

function zeroOf(node: SchemaNode): unknown {
  if (node.type === 'struct' || node.type === 'lazy') return {};
  return node.type === 'list' || node.type === 'map' ? undefined : ZEROS[node.type];
}

function extensions({ listType, listMapKeys, mapType, mergeKey, patchStrategy }: Field<unknown>): OpenApiSchema {
  return {
    ...(listMapKeys === undefined ? {} : { 'x-kubernetes-list-map-keys': listMapKeys }),
    ...(listType === undefined ? {} : { 'x-kubernetes-list-type': listType }),
    ...(mapType === undefined ? {} : { 'x-kubernetes-map-type': mapType }),
    ...(mergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': mergeKey }),
    ...(patchStrategy === undefined ? {} : { 'x-kubernetes-patch-strategy': patchStrategy.join(',') }),
  };
}

/** A union is told apart by its type or kind, where it has one. */
function unionOf(struct: StructNode, members: readonly string[]): OpenApiSchema {
  const discriminator = ['type', 'kind'].find((name) => Object.hasOwn(struct.fields, name));
  return {
    ...(discriminator === undefined ? {} : { discriminator }),
    'fields-to-discriminateBy': Object.fromEntries(members.map((each) => [each, capitalized(each)])),
  };
}

const described = (text: string | undefined): OpenApiSchema => (text === undefined ? {} : { description: text });
const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
