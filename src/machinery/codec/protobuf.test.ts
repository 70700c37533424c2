import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  boolean,
  bytes,
  double,
  duration,
  field,
  inline,
  int32,
  int64,
  intOrString,
  json,
  list,
  map,
  microTime,
  quantity,
  string,
  struct,
  time,
} from '../schema.ts';
import { ProtobufError } from './protobuf-error.ts';
import { microTextOfSeconds, secondsOfText, textOfSeconds } from './protobuf-time.ts';
import { decodeProtobuf, encodeProtobuf } from './protobuf.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const inner = struct('io.example.v1.Inner', { name: string({ presence: 'always', pb: 1 }) });
const scalars = struct('io.example.v1.Scalars', {
  s: string({ pb: 1 }),
  i: int32({ pb: 2 }),
  b: boolean({ pb: 3 }),
  p: int64({ presence: 'pointer', pb: 4 }),
  onlyJson: string(),
});

test('scalars that are no pointers are written even when zero, pointers only where set', () => {
  assert.equal(hex(encodeProtobuf(scalars, {})), '0a0010001800');
  assert.equal(
    hex(encodeProtobuf(scalars, { s: 'é', i: -1, b: true, p: 0, onlyJson: 'x' })),
    '0a02c3a9' + '10ffffffffffffffffff01' + '1801' + '2000',
  );
  assert.deepEqual(decodeProtobuf(scalars, encodeProtobuf(scalars, { i: -1, p: 0 })), { i: -1, p: 0 });
});

test('fields ascend by number, whatever their order in JSON, and come back in the order of JSON', () => {
  const both = struct('io.example.v1.Both', { second: string({ pb: 2 }), first: string({ pb: 1 }) });
  const encoded = encodeProtobuf(both, { second: 'b', first: 'a' });
  assert.equal(hex(encoded), '0a01611201' + '62');
  assert.equal(JSON.stringify(decodeProtobuf(both, encoded)), '{"second":"b","first":"a"}');
});

test('embedded structs are messages of their own', () => {
  const outer = struct('io.example.v1.Outer', { inner: inline(inner, { pb: 1 }), extra: field(inner, { presence: 'pointer', pb: 2 }) });
  assert.equal(hex(encodeProtobuf(outer, { name: 'x' })), '0a030a0178');
  assert.deepEqual(decodeProtobuf(outer, encodeProtobuf(outer, { name: 'x', extra: { name: 'y' } })), { name: 'x', extra: { name: 'y' } });
  assert.deepEqual(decodeProtobuf(outer, new Uint8Array()), { name: '' });
});

test('maps are entries sorted by key, and lists in maps are messages', () => {
  const maps = struct('io.example.v1.Maps', { plain: map(string(), { pb: 1 }), lists: map(list(string()), { pb: 2 }) });
  assert.equal(
    hex(encodeProtobuf(maps, { plain: { b: '2', a: '1' }, lists: { k: ['x'] } })),
    '0a060a016112' + '0131' + '0a060a016212' + '0132' + '12080a016b12030a0178',
  );
  assert.deepEqual(decodeProtobuf(maps, encodeProtobuf(maps, { lists: { k: ['x', 'y'], empty: [] } })), {
    lists: { empty: [], k: ['x', 'y'] },
  });
  const hostile = decodeProtobuf(maps, encodeProtobuf(maps, { plain: JSON.parse('{"__proto__":"p"}') }));
  assert.equal(JSON.stringify(hostile), '{"plain":{"__proto__":"p"}}');
});

test('every special scalar comes back', () => {
  const special = struct('io.example.v1.Special', {
    q: quantity({ presence: 'pointer', pb: 1 }),
    t: time({ presence: 'always', pb: 2 }),
    m: microTime({ presence: 'pointer', pb: 3 }),
    port: intOrString({ presence: 'pointer', pb: 4 }),
    data: bytes({ pb: 5 }),
    any: json({ presence: 'pointer', pb: 6 }),
    d: double({ pb: 7 }),
    wide: int64({ pb: 8 }),
    wait: duration({ presence: 'pointer', pb: 9 }),
    numbers: list(int32(), { pb: 10 }),
  });
  const value = {
    q: '100m',
    t: '2026-02-28T12:34:56Z',
    m: '1969-12-31T23:59:59.123456Z',
    port: '25%',
    data: '/wA=',
    any: { a: [1, null] },
    d: -1.5,
    wide: -(2n ** 63n),
    wait: '1m30s',
    numbers: [0, -1, 300],
  };
  assert.deepEqual(decodeProtobuf(special, encodeProtobuf(special, value)), value);
  assert.deepEqual(decodeProtobuf(special, encodeProtobuf(special, { t: '2026-02-28T12:34:56Z', port: 0 })), {
    t: '2026-02-28T12:34:56Z',
    port: 0,
  });
  assert.deepEqual(decodeProtobuf(special, new Uint8Array([0x52, 0x02, 0x01, 0x02])), { numbers: [1, 2] }, 'packed lists are read too');
});

test('long and non-ASCII text survives the growing buffer', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 200 }), { maxLength: 60 }), (texts) => {
      const node = struct('io.example.v1.Texts', { texts: list(string(), { presence: 'always', pb: 1 }) });
      assert.deepEqual(decodeProtobuf(node, encodeProtobuf(node, { texts })), { texts: texts.map((each) => each.toWellFormed()) });
    }),
  );
});

test('times are exact over the whole calendar', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      const seconds = Math.floor(date.getTime() / 1000);
      const text = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
      assert.equal(textOfSeconds(seconds), text);
      assert.deepEqual(secondsOfText(text), { seconds, nanos: 0 });
      assert.deepEqual(secondsOfText(microTextOfSeconds(seconds, 123_456_000)), { seconds, nanos: 123_456_000 });
    }),
  );
});

test('cut messages and wrong wire types are refused', () => {
  assert.throws(() => decodeProtobuf(scalars, new Uint8Array([0x0a, 0x05, 0x61])), ProtobufError);
  assert.throws(() => decodeProtobuf(scalars, new Uint8Array([0x0b])), ProtobufError);
  assert.deepEqual(decodeProtobuf(scalars, new Uint8Array([0x7a, 0x01, 0x00, 0x10, 0x07])), { i: 7 });
});
