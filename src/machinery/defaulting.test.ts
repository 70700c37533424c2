import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalize } from './canonical.ts';
import { applyDefaults, applyStructDefaults } from './defaulting.ts';
import { defineKind } from './kind.ts';
import { field, int32, lazy, list, map, string, struct } from './schema.ts';
import type { StructNode } from './schema.ts';
import { reorder } from './tidy.ts';

const port = struct('io.example.v1.Port', { protocol: string({ default: 'TCP' }), number: int32() });
const spec = struct(
  'io.example.v1.Spec',
  {
    name: string(),
    replicas: int32({ presence: 'pointer', default: 1 }),
    ports: list(port),
    named: map(port),
    optional: field(port, { presence: 'pointer' }),
    made: field(port, { presence: 'pointer', default: {} }),
  },
  { defaults: (self) => void (self.name ??= 'from the struct') },
);
const example = defineKind({
  group: 'example.io',
  version: 'v1',
  kind: 'Example',
  plural: 'examples',
  scope: 'Namespaced',
  name: 'io.example.v1.Example',
  fields: { spec: field(spec, { presence: 'always' }), other: string() },
  defaults: (self) => void (self.other ??= self.spec.name ?? 'the parent comes first'),
});

function defaulted(value: unknown): string {
  const result = canonicalize(example.struct, value);
  assert.ok(result.ok);
  applyDefaults(example, result.object);
  return JSON.stringify(result.object);
}

test('defaults are applied parent first, and the object stays in schema order', () => {
  assert.equal(
    defaulted({ spec: { ports: [{}], named: { a: { number: 1 } } } }),
    '{"metadata":{},"spec":{"name":"from the struct","replicas":1,"ports":[{"protocol":"TCP"}],"named":{"a":{"protocol":"TCP","number":1}},"made":{"protocol":"TCP"}},"other":"the parent comes first"}',
  );
});

test('what a client set stays, zeros of pointer fields too', () => {
  const text = defaulted({ spec: { name: 'mine', replicas: 0, ports: [{ protocol: 'UDP' }], optional: {} } });
  assert.match(text, /"replicas":0,"ports":\[\{"protocol":"UDP"\}\],"optional":\{"protocol":"TCP"\}/);
});

test('a struct that contains itself gets its defaults at every depth', () => {
  interface Tree {
    readonly kind?: string | undefined;
    readonly child?: Tree | undefined;
  }
  const tree: StructNode<Tree> = struct('io.example.v1.Tree', {
    kind: string({ default: 'leaf' }),
    child: field(
      lazy(() => tree),
      { presence: 'pointer' },
    ),
  });
  const draft = { child: { child: {} } };
  applyStructDefaults(tree, draft);
  reorder(tree, draft);
  assert.equal(JSON.stringify(draft), '{"kind":"leaf","child":{"kind":"leaf","child":{"kind":"leaf"}}}');
});
