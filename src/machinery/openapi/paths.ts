// Renders operations as OpenAPI paths in either dialect. Parameters that all operations of a path share stand at the path.

import { openApiReference } from './definitions.ts';
import type { OpenApiSchema, OpenApiVersion } from './definitions.ts';
import type { OpenApiOperation, OpenApiParameter } from './operations.ts';

/** Path → its operations by method, sorted. */
export function openApiPaths(operations: readonly OpenApiOperation[], version: OpenApiVersion): Readonly<Record<string, OpenApiSchema>> {
  const byPath = Map.groupBy(operations, ({ path }) => path);
  const sorted = [...byPath].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([path, each]) => [path, pathItem(each, version)]));
}

function pathItem(operations: readonly OpenApiOperation[], version: OpenApiVersion): OpenApiSchema {
  const shared = sharedParameters(operations);
  const keys = new Set(shared.map(keyOf));
  const item: Record<string, unknown> = {};
  for (const operation of operations) {
    const own = operation.parameters.filter((each) => !keys.has(keyOf(each)));
    item[operation.method] = version === 'v2' ? operationV2(operation, own) : operationV3(operation, own);
  }
  if (shared.length > 0) item['parameters'] = inOrder(shared).map((each) => parameter(each, version));
  return item;
}

const keyOf = (each: OpenApiParameter): string => `${each.in} ${each.name}`;

function sharedParameters([first, ...others]: readonly OpenApiOperation[]): readonly OpenApiParameter[] {
  const rest = others.map(({ parameters }) => new Set(parameters.map(keyOf)));
  return (first?.parameters ?? []).filter((each) => rest.every((keys) => keys.has(keyOf(each))));
}

function inOrder(parameters: readonly OpenApiParameter[]): readonly OpenApiParameter[] {
  return parameters.toSorted((a, b) => (`${a.name} ${a.in}` < `${b.name} ${b.in}` ? -1 : 1));
}

function parameter(each: OpenApiParameter, version: OpenApiVersion): OpenApiSchema {
  const schema = { type: each.type, uniqueItems: true };
  const place = { name: each.name, in: each.in, ...(each.in === 'path' ? { required: true } : {}) };
  return version === 'v2' ? { ...place, ...schema } : { ...place, schema };
}

function common({ id, tag, action, kind: { group, version, kind } }: OpenApiOperation): OpenApiSchema {
  return { tags: [tag], operationId: id, 'x-kubernetes-action': action, 'x-kubernetes-group-version-kind': { group, version, kind } };
}

function answer(definition: string | undefined, version: OpenApiVersion): OpenApiSchema {
  return definition === undefined ? { type: 'string' } : { $ref: openApiReference(definition, version) };
}

function operationV2(operation: OpenApiOperation, own: readonly OpenApiParameter[]): OpenApiSchema {
  const { body, responses, mediaTypes } = operation;
  const written =
    body === undefined
      ? []
      : [{ in: 'body', name: 'body', ...(body.required ? { required: true } : {}), schema: answer(body.definition, 'v2') }];
  const parameters = [...written, ...inOrder(own).map((each) => parameter(each, 'v2'))];
  const answers = Object.entries(responses).map(([code, definition]) => [
    code,
    { description: description(code), schema: answer(definition, 'v2') },
  ]);
  return {
    ...common(operation),
    schemes: ['https'],
    consumes: body?.mediaTypes ?? ['*/*'],
    produces: mediaTypes,
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: { ...Object.fromEntries(answers), '401': { description: 'Unauthorized' } },
  };
}

function operationV3(operation: OpenApiOperation, own: readonly OpenApiParameter[]): OpenApiSchema {
  const { body, responses, mediaTypes } = operation;
  const content = (types: readonly string[], definition: string | undefined): OpenApiSchema =>
    Object.fromEntries([...types].sort().map((type) => [type, { schema: answer(definition, 'v3') }]));
  const answers = Object.entries(responses).map(([code, definition]) => [
    code,
    { description: description(code), content: content(mediaTypes, definition) },
  ]);
  return {
    ...common(operation),
    ...(own.length === 0 ? {} : { parameters: inOrder(own).map((each) => parameter(each, 'v3')) }),
    ...(body === undefined
      ? {}
      : { requestBody: { content: content(body.mediaTypes ?? ['*/*'], body.definition), ...(body.required ? { required: true } : {}) } }),
    responses: { ...Object.fromEntries(answers), '401': { description: 'Unauthorized' } },
  };
}

/** Both dialects demand a description of every response. */
const DESCRIPTIONS: Readonly<Record<string, string>> = { '200': 'OK', '201': 'Created', '202': 'Accepted' };
const description = (code: string): string => DESCRIPTIONS[code] ?? code;
