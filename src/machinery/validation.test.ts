import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineKind } from './kind.ts';
import { invalid, printProblem } from './problem.ts';
import { field, int32, list, map, string, struct } from './schema.ts';
import type { CheckContext, Infer } from './schema.ts';
import { validate } from './validation.ts';

const item = struct('io.example.v1.Item', {
  name: string({ presence: 'always', required: true }),
  size: int32({ minimum: 1, maximum: 5 }),
  fixed: string({ immutable: true }),
});
const spec = struct(
  'io.example.v1.Spec',
  {
    policy: string({ enum: ['Never', 'Always'] }),
    items: list(item, { listMapKeys: ['name'] }),
    byName: map(item),
  },
  { check: (next, _old, at) => (next.policy === 'Never' ? [] : [invalid(at, next.policy ?? '', 'the struct itself')]) },
);
const example = defineKind({
  group: 'example.io',
  version: 'v1',
  kind: 'Example',
  plural: 'examples',
  scope: 'Namespaced',
  name: 'io.example.v1.Example',
  fields: { spec: field(spec, { presence: 'always' }) },
});
type Example = Infer<typeof example>;

const create: CheckContext = { operation: 'create', subresource: '', namespace: 'n' };
const object = (value: Infer<typeof spec>, metadata: Example['metadata'] = {}): Example => ({
  apiVersion: 'example.io/v1',
  kind: 'Example',
  metadata: { name: 'x', namespace: 'n', ...metadata },
  spec: value,
});
const lines = (next: Example, old?: Example): readonly string[] => validate(example, next, old, create).map(printProblem);

test('a sound object has no problems', () => {
  assert.deepEqual(lines(object({ policy: 'Never', items: [{ name: 'a', size: 5 }] })), []);
});

test('a struct’s own check comes before those of its fields, which come in order', () => {
  assert.deepEqual(lines(object({ policy: 'Maybe', items: [{ name: '', size: 9 }], byName: { k: { name: 'a', size: -1 } } })), [
    'spec: Invalid value: "Maybe": the struct itself',
    'spec.policy: Unsupported value: "Maybe": supported values: "Always", "Never"',
    'spec.items[0].name: Required value',
    'spec.items[0].size: Invalid value: 9: must be less than or equal to 5',
    'spec.byName[k].size: Invalid value: -1: must be greater than or equal to 1',
  ]);
});

test('old items are found by key wherever they stand', () => {
  const old = object(
    {
      policy: 'Never',
      items: [
        { name: 'a', fixed: '1' },
        { name: 'b', fixed: '2' },
      ],
    },
    { resourceVersion: '1' },
  );
  const next = (items: Infer<typeof spec>['items']): Example => object({ policy: 'Never', items }, { resourceVersion: '1' });
  assert.deepEqual(
    lines(
      next([
        { name: 'b', fixed: '2' },
        { name: 'c', fixed: '3' },
        { name: 'a', fixed: '1' },
      ]),
      old,
    ),
    [],
  );
  assert.deepEqual(lines(next([{ name: 'b', fixed: '1' }]), old), ['spec.items[0].fixed: Invalid value: "1": field is immutable']);
});

test('metadata is checked on create', () => {
  const sound = { policy: 'Never' };
  assert.deepEqual(lines(object(sound, { name: '', namespace: '' })), [
    'metadata.name: Required value: name or generateName is required',
    'metadata.namespace: Required value',
  ]);
  assert.deepEqual(lines(object(sound, { finalizers: ['orphan', 'foregroundDeletion'] })), [
    'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
  ]);
  assert.deepEqual(lines(object(sound, { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: '', uid: 'u' }] })), [
    'metadata.ownerReferences.name: Invalid value: "": must not be empty',
  ]);
  assert.deepEqual(lines(object(sound, { annotations: { a: 'x'.repeat(262_144) } })), [
    'metadata.annotations: Too long: may not be more than 262144 bytes',
  ]);
});

test('what identifies an object cannot change, and generations only grow', () => {
  const old = object({ policy: 'Never' }, { uid: 'u', generation: 2, resourceVersion: '1', deletionTimestamp: '2026-01-01T00:00:00Z' });
  const next = object({ policy: 'Never' }, { name: 'y', uid: 'u', generation: 1, finalizers: ['example.io/a'] });
  const changes = [
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.io/a"}',
    'metadata.resourceVersion: Invalid value: "": must be specified for an update',
    'metadata.generation: Invalid value: 1: must not be decremented',
    'metadata.name: Invalid value: "y": field is immutable',
    'metadata.deletionTimestamp: Invalid value: null: field is immutable',
  ];
  // The server looks for changes in every object, and the rules of most kinds look again.
  assert.deepEqual(lines(next, old), [...changes, ...changes]);
});
