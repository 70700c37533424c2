// OpenAPI documents made of the registry: one of version 2 for everything, one of version 3 for each group and version.

import { deleteOptions } from '../api/meta/v1/options.ts';
import { status } from '../api/meta/v1/status.ts';
import { listStruct, printGroupVersion } from '../machinery/kind.ts';
import type { GroupVersionKind, Kind } from '../machinery/kind.ts';
import { openApiDefinitions } from '../machinery/openapi/definitions.ts';
import type { OpenApiSchema, OpenApiVersion } from '../machinery/openapi/definitions.ts';
import { openApiOperations } from '../machinery/openapi/operations.ts';
import type { OpenApiParameter, OpenApiSubresource } from '../machinery/openapi/operations.ts';
import { openApiPaths } from '../machinery/openapi/paths.ts';
import type { StructNode } from '../machinery/schema.ts';
import { verbsOf } from './registry.ts';
import type { ServedResource } from './registry.ts';
import type { Subresource } from './strategy.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const METHODS: Readonly<Record<string, string>> = { get: 'get', create: 'post', update: 'put', patch: 'patch', delete: 'delete' };
const DELETE_ANSWERS_OBJECT = new Set([
  ...[
    'persistentvolumeclaims',
    'persistentvolumes',
    'podtemplates',
    'pods',
    'resourcequotas',
    'serviceaccounts',
    'services',
    'csidrivers',
    'csinodes',
  ],
  ...[
    'storageclasses',
    'volumeattachments',
    'volumeattributesclasses',
    'deviceclasses',
    'resourceclaimtemplates',
    'resourceclaims',
    'resourceslices',
  ],
]);

function parametersOf(kind: Kind): OpenApiParameter[] {
  return Object.entries(kind.struct.fields).flatMap(([name, { node }]): OpenApiParameter[] => {
    if (name === 'kind' || name === 'apiVersion' || name === 'metadata') return [];
    const type = node.type === 'boolean' ? 'boolean' : node.type === 'int32' || node.type === 'int64' ? 'integer' : 'string';
    return [{ in: 'query', name, type }];
  });
}

function described(name: string, subresource: Subresource<never>): OpenApiSubresource {
  const methods = subresource.verbs.map((verb) => METHODS[verb] ?? verb);
  const speaks: Kind | undefined =
    subresource.kind === 'view' ? subresource.view : subresource.kind === 'action' ? subresource.responds : undefined;
  if (speaks === undefined) return name === 'log' ? { name, methods, text: [] } : { name, methods };
  const { group, version, kind } = speaks;
  if (kind.endsWith('Options'))
    return { name, methods, connect: { options: { group, version, kind }, parameters: parametersOf(speaks), withPath: name === 'proxy' } };
  return { name, methods, body: { group, version, kind, definition: speaks.struct.name } };
}

function subresourcesOf({ entry }: ServedResource): [string, Subresource<never>][] {
  return Object.entries(entry.strategy.subresources ?? {}) as [string, Subresource<never>][];
}

function structsOf(resources: readonly ServedResource[]): { structs: StructNode[]; kinds: Map<string, GroupVersionKind[]> } {
  const structs: StructNode[] = [];
  const kinds = new Map<string, GroupVersionKind[]>();
  const add = (struct: StructNode, { group, version, kind }: GroupVersionKind): void => {
    if (kinds.has(struct.name)) return;
    structs.push(struct);
    kinds.set(struct.name, [{ group, version, kind }]);
  };
  for (const served of resources) {
    const { kind, entry } = served;
    add(kind.struct, kind);
    if (verbsOf(entry).includes('list')) add(listStruct(kind), { ...kind, kind: kind.listKind });
    for (const [, subresource] of subresourcesOf(served)) {
      const speaks = subresource.kind === 'view' ? subresource.view : subresource.kind === 'action' ? subresource.responds : undefined;
      if (speaks !== undefined && !speaks.kind.endsWith('Options')) add(speaks.struct, speaks);
    }
  }
  add(status, { group: '', version: 'v1', kind: 'Status' });
  add(deleteOptions, { group: '', version: 'v1', kind: 'DeleteOptions' });
  return { structs, kinds };
}

/** Definitions that have no schema here: their shape is open. */
const OPEN_DEFINITIONS: Readonly<Record<string, OpenApiSchema>> = {
  [`${META}.Patch`]: { type: 'object' },
  [`${META}.WatchEvent`]: {
    type: 'object',
    required: ['type', 'object'],
    properties: { object: { type: 'object' }, type: { type: 'string' } },
  },
};

function parts(resources: readonly ServedResource[], version: OpenApiVersion): { paths: OpenApiSchema; definitions: OpenApiSchema } {
  const operations = resources.flatMap((served) =>
    openApiOperations({
      kind: served.kind,
      verbs: verbsOf(served.entry),
      subresources: subresourcesOf(served).map(([name, subresource]) => described(name, subresource)),
      deleteAnswersObject: DELETE_ANSWERS_OBJECT.has(served.kind.plural),
    }),
  );
  const { structs, kinds } = structsOf(resources);
  return {
    paths: openApiPaths(operations, version),
    definitions: { ...openApiDefinitions(structs, version, { kinds }), ...OPEN_DEFINITIONS },
  };
}

const INFO = { title: 'Kubernetes', version: 'v1.36.3' };

/** The document of everything served, as OpenAPI 2. */
export function openApiV2(resources: readonly ServedResource[]): object {
  const { paths, definitions } = parts(resources, 'v2');
  return {
    swagger: '2.0',
    info: INFO,
    paths,
    definitions,
    securityDefinitions: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } },
    security: [{ BearerToken: [] }],
  };
}

/** The document of one group and version, as OpenAPI 3. */
export function openApiV3(resources: readonly ServedResource[]): object {
  const { paths, definitions } = parts(resources, 'v3');
  return {
    openapi: '3.0.0',
    info: INFO,
    paths,
    components: { schemas: definitions, securitySchemes: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } } },
  };
}

/** `api/v1`, `apis/apps/v1`: how the index of version 3 names a group and version. */
export function openApiPathOf({ group, version }: GroupVersionKind): string {
  return group === '' ? `api/${version}` : `apis/${printGroupVersion(group, version)}`;
}
