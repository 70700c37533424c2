import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalize, zeroOf } from './canonical.ts';
import { boolean, bytes, field, inline, int32, int64, intOrString, lazy, list, map, quantity, string, struct, time } from './schema.ts';
import type { Infer, StructNode } from './schema.ts';

const inner = struct('io.example.v1.Inner', { name: string({ presence: 'always' }), ready: boolean() });
const common = struct('io.example.v1.Common', { shared: string(), count: int32({ presence: 'pointer' }) });
interface Tree {
  readonly children?: readonly Tree[] | undefined;
}
const tree: StructNode<Tree> = struct('io.example.v1.Tree', { children: list(lazy(() => tree)) });
const outer = struct('io.example.v1.Outer', {
  common: inline(common),
  text: string(),
  big: int64(),
  items: list(inner),
  always: field(inner, { presence: 'always' }),
  pointer: field(inner, { presence: 'pointer' }),
  labels: map(string()),
  limits: map(quantity()),
  when: time({ presence: 'always' }),
  port: intOrString({ presence: 'always' }),
  data: bytes(),
  list: list(string(), { presence: 'always' }),
  tree: field(tree, { presence: 'pointer' }),
});

function canonical(value: unknown): Infer<typeof outer> {
  const result = canonicalize(outer, value);
  assert.ok(result.ok, result.ok ? '' : result.message);
  assert.deepEqual(result.unknown, []);
  return result.object;
}

function refusal(value: unknown): string {
  const result = canonicalize(outer, value);
  assert.ok(!result.ok);
  return result.message;
}

const ZERO = '{"always":{"name":""},"port":0,"list":[]}';

test('an empty object is filled with its always fields and nothing else', () => {
  assert.equal(JSON.stringify(canonical({})), ZERO);
  assert.equal(JSON.stringify(zeroOf(outer)), ZERO);
  assert.notEqual(zeroOf(outer).always, zeroOf(outer).always);
});

test('zeros of value fields, nulls, empty lists and maps, and zero times are dropped', () => {
  const value = { text: '', big: 0, items: [], labels: {}, limits: null, pointer: null, when: null, data: '', list: null };
  assert.equal(JSON.stringify(canonical(value)), ZERO);
  assert.equal(JSON.stringify(canonical({ when: '0001-01-01T00:00:00Z' })), ZERO);
});

test('fields come in schema order, those of an embedded struct among its parent’s, and map keys are sorted', () => {
  const value = { list: ['b', 'a'], labels: { b: '1', a: '2' }, count: 0, text: 'x', shared: 's', pointer: {} };
  assert.equal(
    JSON.stringify(canonical(value)),
    '{"shared":"s","count":0,"text":"x","always":{"name":""},"pointer":{"name":""},"labels":{"a":"2","b":"1"},"port":0,"list":["b","a"]}',
  );
});

test('quantities, times and base64 have one spelling', () => {
  const { limits, when, data } = canonical({ limits: { cpu: '1000m', n: 5 }, when: '2026-01-01T02:00:00+02:00', data: 'YW\nF=' });
  assert.deepEqual({ limits, when, data }, { limits: { cpu: '1', n: '5' }, when: '2026-01-01T00:00:00Z', data: 'YWE=' });
});

test('an int64 is a bigint only beyond 2^53', () => {
  assert.equal(canonical({ big: 9007199254740993n }).big, 9007199254740993n);
  assert.equal(canonical({ big: 5n }).big, 5);
  assert.match(refusal({ big: 2n ** 63n }), /cannot unmarshal number 9223372036854775808 into Go struct field Outer.big of type int64/);
});

test('hostile keys of maps stay plain own properties', () => {
  const object = canonical(JSON.parse('{"labels":{"constructor":"c","__proto__":"p"}}'));
  assert.equal(JSON.stringify(object.labels), '{"__proto__":"p","constructor":"c"}');
  assert.equal(Object.getPrototypeOf(object.labels), Object.prototype);
});

test('unknown fields are told by their paths, and names are case-sensitive', () => {
  const result = canonicalize(outer, { Text: 'x', items: [{ nope: 1 }], always: { toString: 1 } });
  assert.ok(result.ok);
  assert.deepEqual(result.unknown, ['unknown field "Text"', 'unknown field "items[0].nope"', 'unknown field "always.toString"']);
});

test('refusals are worded as Go words them, the first of the input first', () => {
  assert.equal(refusal({ items: 'x' }), 'json: cannot unmarshal string into Go struct field Outer.items of type []v1.Inner');
  assert.equal(refusal({ text: 1, items: 'x' }), 'json: cannot unmarshal number into Go struct field Outer.text of type string');
  assert.equal(refusal({ always: { name: [] } }), 'json: cannot unmarshal array into Go struct field Inner.always.name of type string');
  assert.equal(refusal({ count: 1.5 }), 'json: cannot unmarshal number 1.5 into Go struct field Outer.Common.count of type int32');
  assert.equal(refusal({ labels: { a: true } }), 'json: cannot unmarshal bool into Go struct field Outer.labels of type string');
  assert.equal(refusal([]), 'json: cannot unmarshal array into Go value of type v1.Outer');
  assert.match(refusal({ text: 1, limits: { cpu: '1z' } }), /^quantities must match the regular expression/);
  assert.match(refusal({ when: 'x' }), /^parsing time "x" as "2006-01-02T15:04:05Z07:00"/);
});

test('nothing but JSON of unknown shape is shared with the input', () => {
  const input = { items: [{ name: 'a' }], labels: { a: '1' } };
  const object = canonical(input);
  assert.notEqual(object.items, input.items);
  assert.notEqual(object.items?.[0], input.items[0]);
  assert.notEqual(object.labels, input.labels);
});

test('a value nested deeper than the stack allows is refused', () => {
  let value: Record<string, unknown> = {};
  for (let depth = 0; depth < 200_000; depth++) value = { children: [value] };
  assert.equal(refusal({ tree: value }), 'exceeded max depth');
});
