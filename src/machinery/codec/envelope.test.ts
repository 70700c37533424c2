import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeWatchEvent, encodeList, encodeWatchEvent, frame, FrameReader, isEnvelope, openEnvelope, sealEnvelope } from './envelope.ts';
import { ProtobufError } from './protobuf-error.ts';

const raw = new Uint8Array([0x0a, 0x00]);

test('an envelope opens to what was sealed', () => {
  const sealed = sealEnvelope({ apiVersion: 'apps/v1', kind: 'Deployment', raw });
  assert.ok(isEnvelope(sealed));
  assert.equal(
    Buffer.from(sealed).toString('hex'),
    '6b387300' + '0a15' + '0a07617070732f7631' + '120a4465706c6f796d656e74' + '12020a00' + '1a00' + '2200',
  );
  assert.deepEqual(openEnvelope(sealed), { apiVersion: 'apps/v1', kind: 'Deployment', raw, contentEncoding: '', contentType: '' });
});

test('bytes that are no envelope open to nothing', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => openEnvelope(bytes) === undefined));
  assert.equal(openEnvelope(new Uint8Array([0x6b, 0x38, 0x73, 0x00, 0x0a, 0x7f])), undefined);
});

test('a list holds its items as they are', () => {
  const list = openEnvelope(
    encodeList({ apiVersion: 'v1', kind: 'PodList' }, { resourceVersion: '7' }, [raw, new Uint8Array([0x12, 0x00])]),
  );
  assert.equal(Buffer.from(list?.raw ?? []).toString('hex'), '0a07' + '0a00' + '120137' + '1a00' + '12020a00' + '12021200');
});

test('a watch event comes back whole', () => {
  assert.deepEqual(decodeWatchEvent(encodeWatchEvent('ADDED', raw)), { type: 'ADDED', object: raw });
});

test('frames survive any cutting of the stream', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 }), fc.integer({ min: 1, max: 9 }), (messages, step) => {
      const stream = Buffer.concat(messages.map((each) => frame(each)));
      const reader = new FrameReader();
      const read: Uint8Array[] = [];
      for (let at = 0; at < stream.length; at += step) read.push(...reader.push(new Uint8Array(stream.subarray(at, at + step))));
      assert.deepEqual(
        read.map((each) => [...each]),
        messages.map((each) => [...each]),
      );
    }),
  );
  assert.throws(() => new FrameReader().push(new Uint8Array([0xff, 0xff, 0xff, 0xff])), ProtobufError);
});
