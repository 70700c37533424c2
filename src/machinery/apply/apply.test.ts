import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { field, int32, list, map, string, struct } from '../schema.ts';
import { isStatus } from '../status-error.ts';
import { nodeApplyType } from './apply-type.ts';
import { applyPatch, updateManagedFields } from './field-manager.ts';
import type { ApplyPatchRequest, ApplyPatchResult } from './field-manager.ts';
import { FieldSet, FieldSetBuilder } from './field-set.ts';
import { capUpdateManagers, decodeManagedFields, encodeManagedFields } from './managed-fields.ts';
import type { ManagedFieldsEntry } from '../object-meta.ts';

const port = struct('Port', { containerPort: int32(), protocol: string({ default: 'TCP' }) });
const container = struct('Container', {
  name: string(),
  image: string(),
  args: list(string()),
  ports: list(port, { listType: 'map', listMapKeys: ['containerPort', 'protocol'] }),
});
const thing = struct('Thing', {
  apiVersion: string(),
  kind: string(),
  metadata: field(
    struct('Meta', { name: string(), uid: string(), labels: map(string()), finalizers: list(string(), { listType: 'set' }) }),
  ),
  spec: field(struct('Spec', { replicas: int32(), containers: list(container, { listType: 'map', listMapKeys: ['name'] }) })),
});
const type = nodeApplyType(thing);
const versions = { typeOf: (version: string) => (version === 'v1' ? type : undefined), convert: (object: unknown) => object };
const writer = { manager: 'm', apiVersion: 'v1', subresource: '', now: '2026-01-01T00:00:00Z', versions };

const apply = (request: Partial<ApplyPatchRequest>): ApplyPatchResult =>
  applyPatch({ ...writer, live: {}, liveEntries: undefined, config: {}, force: false, named: 'default/web; v1, Kind=Thing', ...request });

const fieldsOf = (entries: readonly ManagedFieldsEntry[] | undefined): Record<string, string> =>
  Object.fromEntries((entries ?? []).map((entry) => [`${entry.manager}:${entry.operation}`, JSON.stringify(entry.fieldsV1)]));

test('an apply owns what it says, an update what it changes', () => {
  const first = apply({ config: { metadata: { name: 'web', labels: { a: '1' } }, spec: { replicas: 1 } } });
  assert.deepEqual(first.object, { metadata: { name: 'web', labels: { a: '1' } }, spec: { replicas: 1 } });
  assert.deepEqual(fieldsOf(first.entries), { 'm:Apply': '{"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":{"f:replicas":{}}}' });

  const next = { metadata: { name: 'web', labels: { a: '1', b: '2' } }, spec: { replicas: 2 } };
  const entries = updateManagedFields({
    ...writer,
    manager: 'scaler',
    live: first.object ?? {},
    next,
    liveEntries: first.entries,
    sentEntries: undefined,
  });
  assert.deepEqual(fieldsOf(entries), {
    'm:Apply': '{"f:metadata":{"f:labels":{"f:a":{}}}}',
    'scaler:Update': '{"f:metadata":{"f:labels":{"f:b":{}}},"f:spec":{"f:replicas":{}}}',
  });
});

test('list items are owned by their keys, defaults included', () => {
  const { entries } = apply({ config: { spec: { containers: [{ name: 'c', args: ['x'], ports: [{ containerPort: 80 }] }] } } });
  assert.deepEqual(fieldsOf(entries), {
    'm:Apply':
      '{"f:spec":{"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:args":{},"f:name":{},"f:ports":{"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{}}}}}}}',
  });
});

test('changing what others own is a conflict unless forced', () => {
  const first = apply({ config: { spec: { replicas: 1 }, metadata: { labels: { a: '1' } } } });
  const request = { manager: 'other', live: first.object ?? {}, liveEntries: first.entries, config: { spec: { replicas: 2 } } };
  assert.throws(
    () => apply(request),
    (error) => isStatus(error, 'Conflict') && error.message === 'Apply failed with 1 conflict: conflict with "m": .spec.replicas',
  );
  const forced = apply({ ...request, force: true });
  assert.deepEqual(forced.object, { spec: { replicas: 2 }, metadata: { labels: { a: '1' } } });
  assert.deepEqual(fieldsOf(forced.entries), {
    'm:Apply': '{"f:metadata":{"f:labels":{"f:a":{}}}}',
    'other:Apply': '{"f:spec":{"f:replicas":{}}}',
  });
});

test('what a manager no longer applies goes, unless somebody else owns it', () => {
  const first = apply({ config: { metadata: { labels: { a: '1', b: '2' }, finalizers: ['x', 'y'] } } });
  const second = apply({
    manager: 'n',
    live: first.object ?? {},
    liveEntries: first.entries,
    config: { metadata: { labels: { a: '1' } } },
  });
  assert.equal(second.object, undefined);
  const third = apply({ live: first.object ?? {}, liveEntries: second.entries, config: { metadata: { finalizers: ['y'] } } });
  assert.deepEqual(third.object, { metadata: { labels: { a: '1' }, finalizers: ['y'] } });
});

test('an undeclared field is refused', () => {
  assert.throws(() => apply({ config: { spec: { nope: 1 } } }), {
    message: 'failed to create typed patch object (default/web; v1, Kind=Thing): .spec.nope: field not declared in schema',
  });
});

test('objects from before the first apply have an owner of their own', () => {
  const live = { metadata: { uid: 'u', labels: { a: '1' } } };
  const { entries } = apply({ live, config: { metadata: { labels: { b: '2' } } } });
  assert.deepEqual(fieldsOf(entries), {
    'm:Apply': '{"f:metadata":{"f:labels":{"f:b":{}}}}',
    'before-first-apply:Update': '{"f:metadata":{"f:labels":{".":{},"f:a":{}}}}',
  });
  assert.equal(updateManagedFields({ ...writer, live, next: live, liveEntries: undefined, sentEntries: undefined }), undefined);
});

test('the oldest updates are joined once there are more than ten', () => {
  const entries: ManagedFieldsEntry[] = Array.from({ length: 12 }, (_, index) => ({
    manager: `m${index}`,
    operation: 'Update',
    apiVersion: 'v1',
    time: `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`,
    fieldsType: 'FieldsV1',
    fieldsV1: { [`f:f${index}`]: {} },
  }));
  const managed = decodeManagedFields(entries);
  assert(managed.ok);
  const capped = encodeManagedFields(capUpdateManagers(managed.value)) ?? [];
  assert.equal(capped.length, 10);
  assert.deepEqual(capped[0], {
    manager: 'ancient-changes',
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-01-01T00:00:02Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:f0': {}, 'f:f1': {}, 'f:f2': {} },
  });
});

const element = fc.oneof(
  fc.constantFrom('a', 'b', 'é').map((name) => `f:${name}`),
  fc.constantFrom('k:{"name":"x"}', 'k:{"name":"y"}', 'v:"x"', 'v:1', 'i:0'),
);
const fieldSet = fc.array(fc.array(element, { minLength: 1, maxLength: 3 }), { maxLength: 8 }).map((paths) => {
  const builder = new FieldSetBuilder();
  for (const path of paths) builder.insert(path);
  return builder.build();
});

test('sets of fields obey the algebra of sets', () => {
  fc.assert(
    fc.property(fieldSet, fieldSet, (a, b) => {
      const paths = (set: FieldSet): string[] => [...set.paths()].map((path) => path.join('/')).sort();
      const [inA, inB] = [new Set(paths(a)), new Set(paths(b))];
      assert.deepEqual(paths(a.union(b)), [...inA.union(inB)].sort());
      assert.deepEqual(paths(a.intersection(b)), [...inA.intersection(inB)].sort());
      assert.deepEqual(paths(a.difference(b)), [...inA.difference(inB)].sort());
      assert(a.recursiveDifference(b).difference(a.difference(b)).isEmpty);
      assert(a.union(b).equals(b.union(a)));
    }),
  );
});

test('a set survives its text', () => {
  fc.assert(
    fc.property(fieldSet, (set) => {
      const text = JSON.stringify(set.toFieldsV1());
      const again = FieldSet.fromFieldsV1(JSON.parse(text));
      assert(again.equals(set));
      assert.equal(JSON.stringify(again.toFieldsV1()), text);
    }),
  );
});
