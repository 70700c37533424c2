import assert from 'node:assert/strict';
import { test } from 'node:test';
import { field, int32, list, map, string, struct } from './schema.ts';
import { strategicMerge } from './strategic-merge.ts';
import { StatusError } from './status-error.ts';

const container = struct('io.example.v1.Container', {
  name: string({ presence: 'always' }),
  image: string(),
  command: list(string()),
  ports: list(struct('io.example.v1.Port', { port: int32(), name: string() }), { mergeKey: 'port', patchStrategy: ['merge'] }),
});
const strategy = struct('io.example.v1.Strategy', { type: string(), rolling: field(struct('io.example.v1.Rolling', { surge: int32() })) });
const spec = struct('io.example.v1.Spec', {
  containers: list(container, { mergeKey: 'name', patchStrategy: ['merge'] }),
  strategy: field(strategy, { patchStrategy: ['retainKeys'] }),
  finalizers: list(string(), { patchStrategy: ['merge'] }),
  labels: map(string()),
});

const merge = (original: Record<string, unknown>, patch: Record<string, unknown>): unknown => strategicMerge(spec, original, patch);
const names = (value: unknown): unknown => (value as { containers: { name: string }[] }).containers.map(({ name }) => name);

function refusal(original: Record<string, unknown>, patch: Record<string, unknown>): StatusError {
  try {
    merge(original, patch);
  } catch (error) {
    assert.ok(error instanceof StatusError);
    return error;
  }
  assert.fail('the patch was accepted');
}

const abc = { containers: [{ name: 'a', image: '1' }, { name: 'b', image: '2' }, { name: 'c' }] };

test('lists of structs merge by key, other lists are replaced', () => {
  const original = { containers: [{ name: 'a', image: '1', command: ['x', 'y'], ports: [{ port: 1, name: 'p' }] }] };
  const patch = { containers: [{ name: 'a', command: ['z'], ports: [{ port: 2 }, { port: 1, name: 'q' }] }] };
  assert.deepEqual(merge(original, patch), {
    containers: [{ name: 'a', image: '1', command: ['z'], ports: [{ port: 2 }, { port: 1, name: 'q' }] }],
  });
});

test('new items join where the patch has them', () => {
  assert.deepEqual(names(merge(abc, { containers: [{ name: 'b', image: '9' }, { name: 'z' }] })), ['a', 'b', 'z', 'c']);
});

test('$setElementOrder dictates the order, and items that it does not name keep their place', () => {
  const patch = {
    '$setElementOrder/containers': [{ name: 'c' }, { name: 'z' }, { name: 'a' }],
    containers: [{ name: 'z' }, { name: 'b', $patch: 'delete' }],
  };
  assert.deepEqual(names(merge(abc, patch)), ['c', 'z', 'a']);
  const wrong = refusal(abc, { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'z' }] });
  assert.match(wrong.message, /^The order in patch list:\n\[map\[name:z\]\]\n doesn't match \$setElementOrder list:/);
});

test('$patch deletes and replaces', () => {
  assert.deepEqual(names(merge(abc, { containers: [{ name: 'b', $patch: 'delete' }] })), ['a', 'c']);
  assert.deepEqual(names(merge(abc, { containers: [{ $patch: 'replace' }, { name: 'q' }] })), ['q']);
  assert.deepEqual(merge({ labels: { a: '1' } }, { labels: { $patch: 'replace', b: '2' } }), { labels: { b: '2' } });
  assert.deepEqual(merge({ labels: { a: '1' } }, { labels: { $patch: 'delete' } }), { labels: {} });
});

test('$retainKeys drops what it does not name', () => {
  const original = { strategy: { type: 'Rolling', rolling: { surge: 1 } } };
  assert.deepEqual(merge(original, { strategy: { $retainKeys: ['type'], type: 'Recreate' } }), { strategy: { type: 'Recreate' } });
  assert.equal(refusal(original, { strategy: { $retainKeys: ['rolling'], type: 'Recreate' } }).code, 400);
});

test('lists of scalars with the merge strategy are sets', () => {
  assert.deepEqual(merge({ finalizers: ['a', 'b'] }, { finalizers: ['c', 'a'] }), { finalizers: ['c', 'a', 'b'] });
  assert.deepEqual(merge({ finalizers: ['a', 'b'] }, { '$deleteFromPrimitiveList/finalizers': ['a'] }), { finalizers: ['b'] });
});

test('nulls delete, and vanish where there is nothing to delete', () => {
  assert.deepEqual(merge({ labels: { a: '1', b: '2' } }, { labels: { a: null }, strategy: { type: null } }), {
    labels: { b: '2' },
    strategy: {},
  });
});

test('an item without its key is refused in upstream’s words', () => {
  const { code, message } = refusal(abc, { containers: [{ image: 'x' }] });
  assert.deepEqual({ code, message }, { code: 500, message: 'map: map[image:x] does not contain declared merge key: name' });
});

test('neither input is changed', () => {
  const patch = { containers: [{ name: 'b', $patch: 'delete' }], labels: { a: null } };
  const before = JSON.stringify([abc, patch]);
  merge(abc, patch);
  assert.equal(JSON.stringify([abc, patch]), before);
});
