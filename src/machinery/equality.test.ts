import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deepFreeze, draftOf } from './draft.ts';
import { sameQuantity, semanticEqual } from './equality.ts';

test('order of keys, absence and empty lists do not count', () => {
  assert.ok(semanticEqual({ a: 1, b: [], c: undefined }, { a: 1n }));
  assert.ok(semanticEqual({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }));
});

test('zeros, order of items and empty structs count', () => {
  assert.ok(!semanticEqual({ a: 0 }, {}));
  assert.ok(!semanticEqual([1, 2], [2, 1]));
  assert.ok(!semanticEqual({ emptyDir: {} }, {}));
  assert.ok(!semanticEqual(JSON.parse('{"__proto__":{}}'), {}));
  assert.ok(!semanticEqual({ a: 'x' }, { a: 'y' }));
});

test('quantities are equal by value', () => {
  assert.ok(sameQuantity('1', '1000m'));
  assert.ok(!sameQuantity('1', undefined));
});

test('a draft equals its original and shares nothing with it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const frozen = deepFreeze(JSON.parse(JSON.stringify({ value })) as { value: unknown });
      const draft = draftOf(frozen);
      assert.equal(JSON.stringify(draft), JSON.stringify(frozen));
      assert.ok(semanticEqual(draft, frozen));
      draft.value = 'changed';
    }),
  );
});
