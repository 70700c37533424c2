import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeJson, encodeJson } from './json.ts';

const message = (text: string): string => {
  const decoded = decodeJson(text);
  assert.ok(!decoded.ok);
  return decoded.message;
};

test('JSON of any shape comes back as the platform reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      const decoded = decodeJson(new TextEncoder().encode(text));
      assert.ok(decoded.ok);
      assert.equal(encodeJson(decoded.value), JSON.stringify(JSON.parse(text)));
      assert.deepEqual(decoded.duplicates, []);
    }),
  );
});

test('of duplicate keys the last wins, and each is told by its path', () => {
  const decoded = decodeJson('{"spec":{"replicas":1,"replicas":2,"list":[{"a\\"":1,"a\\"":{}}]}, "s":"\\\\"}');
  assert.ok(decoded.ok);
  assert.deepEqual(decoded.value, { spec: { replicas: 2, list: [{ 'a"': {} }] }, s: '\\' });
  assert.deepEqual(decoded.duplicates, ['duplicate field "spec.replicas"', 'duplicate field "spec.list[0].a\\""']);
});

test('integers keep all their digits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const decoded = decodeJson(`{"n": [${value}]}`);
      const narrow = Number.isSafeInteger(Number(value)) ? Number(value) : value;
      assert.deepEqual(decoded, { ok: true, value: { n: [narrow] }, duplicates: [] });
      assert.equal(encodeJson({ n: [narrow] }), `{"n":[${value}]}`);
    }),
  );
});

test('syntax errors are worded as Go words them', () => {
  assert.equal(message('{"a":}'), "invalid character '}' looking for beginning of value");
  assert.equal(message('{a:1}'), "invalid character 'a' looking for beginning of object key string");
  assert.equal(message('[1 2]'), "invalid character '2' after array element");
  assert.equal(message('{"a":1 "b":2}'), `invalid character '"' after object key:value pair`);
  assert.equal(message('{} x'), "invalid character 'x' after top-level value");
  assert.equal(message('{"a":'), 'unexpected end of JSON input');
  assert.equal(message(''), 'unexpected end of JSON input');
});

test('nesting is limited', () => {
  assert.equal(message('['.repeat(100_000) + ']'.repeat(100_000)), 'exceeded max depth');
});

test('undefined members are left out beside bigints too', () => {
  assert.equal(encodeJson({ a: undefined, b: 2n ** 60n, c: [undefined, null] }), `{"b":${2n ** 60n},"c":[null,null]}`);
});
