// Definitions and paths of our kinds equal those that upstream publishes (test/vectors/facts/openapi-*.json).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deployment } from '../src/api/apps/v1/deployment.ts';
import { node } from '../src/api/core/v1/node.ts';
import { pod } from '../src/api/core/v1/pod.ts';
import { clusterRole } from '../src/api/rbac/v1/cluster-role.ts';
import { resources } from '../src/api/resources.ts';
import { listStruct } from '../src/machinery/kind.ts';
import type { GroupVersionKind, Kind } from '../src/machinery/kind.ts';
import { openApiDefinitions } from '../src/machinery/openapi/definitions.ts';
import { openApiOperations } from '../src/machinery/openapi/operations.ts';
import type { OpenApiParameter, OpenApiResource, OpenApiSubresource } from '../src/machinery/openapi/operations.ts';
import { openApiPaths } from '../src/machinery/openapi/paths.ts';

type Documents = Readonly<Record<'v2' | 'v3', Readonly<Record<string, unknown>>>>;

const facts = (name: string): Documents => JSON.parse(readFileSync(join(import.meta.dirname, 'vectors/facts', name), 'utf8')) as Documents;

/** Where the schema says less than upstream publishes. */
const GAPS = new Set(['io.k8s.api.core.v1.Event', 'io.k8s.api.core.v1.PersistentVolumeSpec']);

const kinds = resources.flatMap(({ served }) => served.map(({ kind }) => kind));

for (const version of ['v2', 'v3'] as const) {
  test(`definitions equal upstream's (${version})`, () => {
    const published = new Map<string, readonly GroupVersionKind[]>();
    for (const kind of kinds) {
      published.set(kind.struct.name, [kind]);
      published.set(`${kind.struct.name}List`, [{ group: kind.group, version: kind.version, kind: kind.listKind }]);
    }
    const ours = openApiDefinitions(
      kinds.flatMap((kind) => [kind.struct, listStruct(kind)]),
      version,
      { kinds: published },
    );
    const expected = facts('openapi-definitions.json')[version];
    let compared = 0;
    for (const [name, definition] of Object.entries(ours)) {
      if (!Object.hasOwn(expected, name) || GAPS.has(name)) continue;
      assert.deepEqual(plain(definition), expected[name], name);
      compared++;
    }
    assert.ok(compared > 200, `only ${compared} were compared`);
  });

  test(`paths equal upstream's (${version})`, () => {
    const expected = facts('openapi-paths.json')[version];
    const paths = openApiPaths(served.flatMap(openApiOperations), version);
    for (const [path, item] of Object.entries(expected)) assert.deepEqual(sorted(plain(paths[path])), sorted(item), path);
  });
}

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const ALL_METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const status: OpenApiSubresource = { name: 'status', methods: ['get', 'put', 'patch'] };
const query = (type: OpenApiParameter['type'], ...names: readonly string[]): OpenApiParameter[] =>
  names.map((name) => ({ in: 'query', name, type }));
const optionsOf = (kind: string): GroupVersionKind => ({ group: '', version: 'v1', kind });

const served: readonly OpenApiResource[] = [
  {
    kind: pod as Kind,
    verbs: VERBS,
    deleteAnswersObject: true,
    subresources: [
      status,
      {
        name: 'eviction',
        methods: ['post'],
        body: { definition: 'io.k8s.api.policy.v1.Eviction', group: 'policy', version: 'v1', kind: 'Eviction' },
      },
      {
        name: 'exec',
        methods: ['get', 'post'],
        connect: {
          options: optionsOf('PodExecOptions'),
          parameters: [...query('string', 'command', 'container'), ...query('boolean', 'stderr', 'stdin', 'stdout', 'tty')],
        },
      },
      {
        name: 'proxy',
        methods: ALL_METHODS,
        connect: { options: optionsOf('PodProxyOptions'), parameters: query('string', 'path'), withPath: true },
      },
      {
        name: 'log',
        methods: ['get'],
        text: [
          ...query('string', 'container', 'stream'),
          ...query('boolean', 'follow', 'insecureSkipTLSVerifyBackend', 'previous', 'timestamps'),
          ...query('integer', 'limitBytes', 'sinceSeconds', 'tailLines'),
        ],
      },
    ],
  },
  {
    kind: node as Kind,
    verbs: VERBS,
    subresources: [
      status,
      {
        name: 'proxy',
        methods: ALL_METHODS,
        connect: { options: optionsOf('NodeProxyOptions'), parameters: query('string', 'path'), withPath: true },
      },
    ],
  },
  {
    kind: deployment as Kind,
    verbs: VERBS,
    subresources: [
      status,
      {
        name: 'scale',
        methods: ['get', 'put', 'patch'],
        body: { definition: 'io.k8s.api.autoscaling.v1.Scale', group: 'autoscaling', version: 'v1', kind: 'Scale' },
      },
    ],
  },
  { kind: clusterRole as Kind, verbs: VERBS, subresources: [] },
];

/** As JSON, without descriptions: the facts have none. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === 'description' && typeof each === 'string' ? undefined : each)));
}

/** Lists of parameters and media types are sets. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const texts = value.map(sorted).map((each) => JSON.stringify(each));
    return texts.sort();
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
