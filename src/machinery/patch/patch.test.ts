import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch, createMergePatch, equalJson } from './merge-patch.ts';

const patched = (document: unknown, ...patch: unknown[]): unknown => {
  const outcome = applyJsonPatch(document, patch);
  return outcome.ok ? outcome.value : outcome.error;
};

test('operations of JSON Patch work on members and items', () => {
  assert.deepEqual(patched({ a: 1 }, { op: 'add', path: '/b', value: [1] }, { op: 'add', path: '/b/-', value: 2 }), { a: 1, b: [1, 2] });
  assert.deepEqual(patched({ a: [1, 2, 3] }, { op: 'remove', path: '/a/01' }), { a: [1, 3] });
  assert.deepEqual(patched({ a: [1, 2, 3] }, { op: 'replace', path: '/a/-1', value: 9 }), { a: [1, 2, 9] });
  assert.deepEqual(patched({ 'a/b': 1, '~': 2 }, { op: 'move', from: '/a~1b', path: '/~0' }), { '~': 1 });
  assert.deepEqual(patched({ a: { b: 1 } }, { op: 'copy', from: '/a', path: '/c' }, { op: 'replace', path: '/c/b', value: 2 }), {
    a: { b: 1 },
    c: { b: 2 },
  });
  assert.deepEqual(patched({ a: 1 }, { op: 'add', path: '/a', value: null }), { a: null });
  assert.deepEqual(patched({}, { op: 'test', path: '/a', value: null }), {});
  assert.deepEqual(patched({ a: 1 }, { op: 'replace', path: '', value: { b: 2 } }), { b: 2 });
});

test('operations that do not fit are refused with the reason', () => {
  assert.equal(
    patched({}, { op: 'remove', path: '/a' }),
    "error in remove for path: '/a': Unable to remove nonexistent key: a: missing value",
  );
  assert.equal(
    patched({}, { op: 'add', path: '/a/b', value: 1 }),
    'add operation does not apply: doc is missing path: "/a/b": missing value',
  );
  assert.equal(
    patched({ a: [] }, { op: 'add', path: '/a/1', value: 1 }),
    "error in add for path: '/a/1': Unable to access invalid index: 1: invalid index referenced",
  );
  assert.equal(
    patched({ a: [1] }, { op: 'replace', path: '/a/x', value: 1 }),
    'replace operation does not apply: doc is missing key: /a/x: missing value',
  );
  assert.equal(patched({ a: 1 }, { op: 'test', path: '/a', value: 2 }), 'testing value /a failed: test failed');
  assert.equal(patched({}, { op: 'frob', path: '/a' }), 'Unexpected kind: frob');
  assert.deepEqual(applyJsonPatch({}, {}), { ok: false, error: 'json: cannot unmarshal object into Go value of type jsonpatch.Patch' });
});

test('copies are limited', () => {
  const copies = Array.from({ length: 60 }, (_, index) => ({
    op: 'copy',
    from: index === 0 ? '/a' : `/a${index - 1}`,
    path: `/a${index}`,
  }));
  const outcome = applyJsonPatch({ a: 'x'.repeat(100_000) }, copies);
  assert.deepEqual(outcome, {
    ok: false,
    error: 'Unable to complete the copy, the accumulated size increase of copy is 3200064, exceeding the limit 3145728',
  });
});

test('a key named __proto__ is a key', () => {
  const patch: unknown = JSON.parse('[{"op":"add","path":"/__proto__","value":{"evil":true}}]');
  const outcome = applyJsonPatch({ a: 1 }, patch);
  assert(outcome.ok);
  assert.equal(JSON.stringify(outcome.value), '{"a":1,"__proto__":{"evil":true}}');
  const merged = applyMergePatch({ a: 1 }, JSON.parse('{"__proto__":{"evil":true}}'));
  assert(merged.ok);
  assert.equal(JSON.stringify(merged.value), '{"a":1,"__proto__":{"evil":true}}');
});

const scalar = fc.oneof(fc.integer(), fc.string({ maxLength: 3 }), fc.boolean());
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('tree')),
  ),
}));
const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), tree);
const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(Object.freeze(value))) frozen(inner);
  return value;
};

test('patches never change their inputs', () => {
  const pointer = fc
    .array(fc.constantFrom('a', 'b', '0', '1', '-', '-1'), { minLength: 1, maxLength: 3 })
    .map((parts) => `/${parts.join('/')}`);
  const operation = fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    path: pointer,
    from: pointer,
    value: tree,
  });
  fc.assert(
    fc.property(object, fc.array(operation, { maxLength: 4 }), (document, patch) => {
      const outcome = applyJsonPatch(frozen(document), frozen(patch));
      assert.equal(typeof outcome.ok, 'boolean');
    }),
  );
});

test('a merge patch made of two documents turns one into the other', () => {
  fc.assert(
    fc.property(object, object, (original, modified) => {
      const patch = createMergePatch(frozen(original), frozen(modified));
      assert(patch.ok);
      const merged = applyMergePatch(original, patch.value);
      assert(merged.ok);
      assert(equalJson(merged.value, modified));
    }),
  );
});

test('merge patches delete by null, and drop nulls where nothing was', () => {
  const merged = (document: unknown, patch: unknown): unknown => {
    const outcome = applyMergePatch(document, patch);
    return outcome.ok ? outcome.value : outcome.error;
  };
  assert.deepEqual(merged({ a: { b: 1, c: 2 } }, { a: { b: null, d: { e: null } } }), { a: { c: 2, d: {} } });
  assert.deepEqual(merged({ a: {} }, { a: [{ b: null }] }), { a: [{ b: null }] });
  assert.deepEqual(merged({}, { a: [{ b: null }, null] }), { a: [{}, null] });
  assert.equal(merged({}, null), 'Invalid JSON Patch');
  assert.equal(merged({}, 5), 'Invalid JSON Patch');
});

test('merge patches are created from the differences only', () => {
  assert.deepEqual(createMergePatch({ a: 1, b: { c: 1, d: 2 }, e: [1] }, { a: 1, b: { c: 2 }, e: [1, 2] }), {
    ok: true,
    value: { b: { c: 2, d: null }, e: [1, 2] },
  });
  assert.deepEqual(createMergePatch([], {}), { ok: false, error: 'Mismatched JSON Documents' });
});
