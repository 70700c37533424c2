import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineKind } from './kind.ts';
import { string } from './schema.ts';
import { tableOf } from './table.ts';

const options = {
  group: 'example.io',
  version: 'v1',
  kind: 'Example',
  plural: 'examples',
  scope: 'Cluster',
  name: 'io.example.v1.Example',
  fields: { size: string() },
} as const;
const object = {
  apiVersion: 'example.io/v1',
  kind: 'Example',
  metadata: { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z' },
  size: 'big',
};

test('a kind without columns shows names and creation times', () => {
  assert.deepEqual(tableOf(defineKind(options), [object], { nowMs: 0, resourceVersion: '7' }), {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '7' },
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 },
      { name: 'Created At', type: 'date', format: '', description: '', priority: 0 },
    ],
    rows: [
      {
        cells: ['x', '2026-01-01T00:00:00Z'],
        object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
      },
    ],
  });
});

test('columns know the time, and the client says how much of the object it wants', () => {
  const kind = defineKind({
    ...options,
    columns: [{ name: 'Size', type: 'string', priority: 1, value: (each, { nowMs }) => `${each.size} at ${nowMs}` }],
  });
  const rows = (includeObject: string): unknown => tableOf(kind, [object], { nowMs: 5, includeObject }).rows;
  assert.deepEqual(rows('Object'), [{ cells: ['big at 5'], object }]);
  assert.deepEqual(rows('None'), [{ cells: ['big at 5'], object: null }]);
});
