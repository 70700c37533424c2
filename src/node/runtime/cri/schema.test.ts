// The protobuf codec: round trips of random messages, exact bytes, and what it does with strange input.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { createContainerRequest } from './messages/container.ts';
import { podSandboxStatus, runPodSandboxRequest } from './messages/sandbox.ts';
import {
  bool,
  bytes,
  decode,
  double,
  encode,
  enumeration,
  int32,
  int64,
  int64s,
  many,
  message,
  one,
  oneOf,
  string,
  stringMap,
  strings,
  time,
  uint64,
} from './schema.ts';

const colour = enumeration('Colour', ['RED', 'GREEN', 'BLUE']);
const leaf = message('Leaf', { name: string(1), size: int64(2) });
const everything = message('Everything', {
  text: string(1),
  flag: bool(2),
  small: int32(3),
  wide: int64(4),
  unsigned: uint64(5),
  at: time(6),
  raw: bytes(7),
  ratio: double(8),
  colour: oneOf(colour, 9),
  words: strings(10),
  numbers: int64s(11),
  labels: stringMap(12),
  leaf: one(leaf, 13),
  leaves: many(leaf, 200),
});

const leaves = fc.record({ name: fc.string({ unit: 'binary' }), size: fc.maxSafeInteger() }, { noNullPrototype: true });
const values = fc.record(
  {
    text: fc.string({ unit: 'binary' }),
    flag: fc.boolean(),
    small: fc.integer(),
    wide: fc.maxSafeInteger(),
    unsigned: fc.maxSafeNat(),
    at: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    raw: fc.uint8Array(),
    ratio: fc.double({ noNaN: true }).map((value) => value + 0),
    colour: fc.constantFrom(...colour.values),
    words: fc.array(fc.string()),
    numbers: fc.array(fc.maxSafeInteger()),
    labels: fc.dictionary(fc.string(), fc.string()),
    leaf: fc.option(leaves, { nil: undefined }),
    leaves: fc.array(leaves),
  },
  { noNullPrototype: true },
);

test('what is encoded decodes to the same message', () => {
  fc.assert(
    fc.property(values, (value) => {
      const { labels, ...rest } = decode(everything, encode(everything, value));
      const { labels: given, ...expected } = value;
      assert.deepEqual(rest, expected);
      assert.deepEqual(Object.entries(labels), Object.entries(given));
    }),
  );
});

test('a decoded message is complete: zeros, empty lists and maps stand where nothing was sent', () => {
  const status = decode(podSandboxStatus, new Uint8Array());
  assert.equal(status.state, 'SANDBOX_READY');
  assert.equal(status.createdAt, 0n);
  assert.deepEqual(status.labels, {});
  assert.equal(status.metadata, undefined);
});

test('the bytes are those that protobuf prescribes', () => {
  const encoded = encode(runPodSandboxRequest, {
    config: { metadata: { name: 'a', attempt: 300 }, labels: { k: 'v' } },
    runtimeHandler: 'h',
  });
  assert.equal(Buffer.from(encoded).toString('hex'), '0a10' + '0a06' + '0a0161' + '20ac02' + '3206' + '0a016b' + '120176' + '120168');
  assert.equal(Buffer.from(encode(leaf, { size: -1 })).toString('hex'), '10ffffffffffffffffff01');
});

test('repeated numbers are read packed and unpacked', () => {
  const packed = Uint8Array.from([0x5a, 0x03, 0x01, 0x02, 0x03]);
  const unpacked = Uint8Array.from([0x58, 0x01, 0x58, 0x02, 0x58, 0x03]);
  assert.deepEqual(decode(everything, packed).numbers, [1, 2, 3]);
  assert.deepEqual(decode(everything, unpacked).numbers, [1, 2, 3]);
});

test('fields that are not known are skipped, whatever their wire type', () => {
  const wider = message('Wider', { name: string(1), extra: stringMap(50), more: double(51), yet: int64(52) });
  const encoded = encode(wider, { name: 'n', extra: { a: 'b' }, more: 1.5, yet: 7 });
  assert.deepEqual(decode(leaf, encoded), { name: 'n', size: 0 });
});

test('a map may hold any key', () => {
  const encoded = encode(everything, { labels: JSON.parse('{"__proto__":"x","constructor":"y"}') });
  const { labels } = decode(everything, encoded);
  assert.deepEqual(Object.entries(labels), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});

test('bytes that end in the middle of a field are refused', () => {
  const encoded = encode(createContainerRequest, { podSandboxId: 'abc', config: { args: ['x'] } });
  for (let length = 1; length < encoded.length; length++) {
    const cut = encoded.subarray(0, length);
    try {
      decode(createContainerRequest, cut);
    } catch (error) {
      assert.match(String(error), /ends in the middle/);
    }
  }
  assert.throws(() => decode(leaf, Uint8Array.from([0x0a, 0x05, 0x61])), /ends in the middle/);
});

test('an enum value that is not known is an error', () => {
  assert.throws(() => decode(everything, Uint8Array.from([0x48, 0x09])), /9 is not a Colour/);
});
