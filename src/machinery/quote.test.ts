import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quote, quoteBytes } from './quote.ts';
import { compareBytes, utf8Length } from './utf8.ts';
import fc from 'fast-check';

test('text is quoted with Go’s escapes', () => {
  assert.equal(quote('plain <b> é'), '"plain <b> é"');
  assert.equal(quote('a"b\\c\n\t\u0007\u0001\u007f'), '"a\\"b\\\\c\\n\\t\\a\\x01\\x7f"');
  assert.equal(quote('\u200b\u{e0001}'), '"\\u200b\\U000e0001"');
  assert.equal(quoteBytes('é"'), '"\\xc3\\xa9\\""');
});

test('lengths and order are those of UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
      const [a, b] = [Buffer.from(left), Buffer.from(right)];
      assert.equal(utf8Length(left), a.length);
      assert.equal(Math.sign(compareBytes(left, right)), Buffer.compare(a, b));
    }),
  );
});
