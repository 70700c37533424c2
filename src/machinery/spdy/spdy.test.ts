import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, createDeflate, createInflate } from 'node:zlib';
import fc from 'fast-check';

import { SPDY_DICTIONARY } from './dictionary.ts';
import { FRAME } from './frames.ts';
import { HeaderDecoder, HeaderEncoder } from './header-block.ts';
import { Inflate, InflateError } from './inflate.ts';
import { SpdySession } from './session.ts';
import type { SpdyEvent } from './session.ts';

/** Pieces of one zlib stream, each flushed, as other implementations write it. */
async function deflated(pieces: readonly Uint8Array[], level: number): Promise<Uint8Array[]> {
  const deflate = createDeflate({ level, dictionary: SPDY_DICTIONARY });
  const out: Uint8Array[] = [];
  let current: Buffer[] = [];
  deflate.on('data', (chunk: Buffer) => current.push(chunk));
  for (const piece of pieces) {
    deflate.write(piece);
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    out.push(Buffer.concat(current));
    current = [];
  }
  deflate.destroy();
  return out;
}

test('pieces of a stream that others compressed are read, whatever they hold', async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc.string({ maxLength: 300 }).map((text) => Buffer.from(`content-type${text}`.repeat(20))),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 9 }), async (pieces, level) => {
      const inflate = new Inflate(SPDY_DICTIONARY, 1_000_000);
      const compressed = await deflated(pieces, level);
      for (const [index, bytes] of compressed.entries())
        assert.deepEqual(Buffer.from(inflate.push(bytes)), Buffer.from(pieces[index] ?? []));
    }),
    { numRuns: 60 },
  );
});

test('a window is kept over more than its size, and a piece may not grow without limit', async () => {
  const pieces = Array.from({ length: 40 }, (_, index) => Buffer.from(`${index}-`.repeat(1000)));
  const inflate = new Inflate(SPDY_DICTIONARY, 10_000);
  for (const [index, bytes] of (await deflated(pieces, 9)).entries()) assert.deepEqual(Buffer.from(inflate.push(bytes)), pieces[index]);
  const [bomb = new Uint8Array(0)] = await deflated([Buffer.alloc(100_000)], 9);
  assert.throws(() => new Inflate(SPDY_DICTIONARY, 10_000).push(bomb), InflateError);
});

test('garbage is refused, never looped over', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const inflate = new Inflate(SPDY_DICTIONARY, 10_000);
      try {
        inflate.push(Uint8Array.from([0x78, 0x01, ...bytes]));
      } catch (error) {
        assert.ok(error instanceof InflateError, String(error));
      }
    }),
  );
});

test('header blocks that we write are read by others and by us', async () => {
  const blocks: readonly Record<string, string>[] = [{ streamtype: 'error' }, { streamType: 'stdin', port: '80', text: 'é' }, {}];
  const encoder = new HeaderEncoder();
  const encoded = blocks.map((block) => encoder.encode(block));
  const decoder = new HeaderDecoder();
  assert.deepEqual(
    encoded.map((block) => ({ ...decoder.decode(block) })),
    [{ streamtype: 'error' }, { streamtype: 'stdin', port: '80', text: 'é' }, {}],
  );
  const inflate = createInflate({ dictionary: SPDY_DICTIONARY });
  const plain: Buffer[] = [];
  inflate.on('data', (chunk: Buffer) => plain.push(chunk));
  inflate.write(Buffer.concat(encoded));
  await new Promise<void>((resolve) => inflate.flush(() => resolve()));
  inflate.destroy();
  assert.equal(Buffer.concat(plain).subarray(0, 8).toString('latin1'), '\0\0\0\x01\0\0\0\x0a');
});

/** Two sessions whose output goes to each other, in pieces of the given size. */
function pair(pieceBytes = 7): { client: SpdySession; server: SpdySession; run(): { client: SpdyEvent[]; server: SpdyEvent[] } } {
  const client = new SpdySession('client');
  const server = new SpdySession('server');
  const deliver = (from: SpdySession, to: SpdySession): SpdyEvent[] => {
    const bytes = Buffer.concat(from.takeOutput());
    const events: SpdyEvent[] = [];
    for (let at = 0; at < bytes.byteLength; at += pieceBytes) events.push(...to.receive(bytes.subarray(at, at + pieceBytes)));
    return events;
  };
  return { client, server, run: () => ({ server: deliver(client, server), client: deliver(server, client) }) };
}

test('streams are opened, answered, half-closed and over', () => {
  const { client, server, run } = pair();
  const error = client.open({ streamtype: 'error' }, true);
  const stdin = client.open({ streamtype: 'stdin' });
  assert.deepEqual([error, stdin], [1, 3]);
  const opened = run().server;
  assert.deepEqual(
    opened.map((event) => (event.type === 'stream' ? [event.streamId, event.headers['streamtype'], event.fin] : event)),
    [
      [1, 'error', true],
      [3, 'stdin', false],
    ],
  );
  server.reply(1);
  server.reply(3);
  assert.deepEqual(
    run().client.map(({ type }) => type),
    ['reply', 'reply'],
  );
  client.send(3, Buffer.from('hello'));
  client.send(3, new Uint8Array(0), true);
  server.send(3, Buffer.from('back'), true);
  server.send(1, Buffer.from('{}'), true);
  const { server: there, client: here } = run();
  const text = (events: SpdyEvent[]): unknown[] =>
    events.map((event) => event.type === 'data' && [event.streamId, Buffer.from(event.bytes).toString(), event.fin]);
  assert.deepEqual(text(there), [
    [3, 'hello', false],
    [3, '', true],
  ]);
  assert.deepEqual(text(here), [
    [3, 'back', true],
    [1, '{}', true],
  ]);
  assert.equal(client.openStreams + server.openStreams, 0);
});

test('resets end a stream, pings are answered, and what is for no stream is dropped', () => {
  const { client, server, run } = pair(1000);
  const id = client.open({});
  run();
  server.reset(id);
  server.send(id, Buffer.from('late'));
  client.ping(5);
  assert.deepEqual(run().client, [{ type: 'reset', streamId: id, status: 5 }]);
  assert.equal(client.takeOutput().length, 0);
  client.send(id, Buffer.from('late'));
  client.goAway();
  assert.deepEqual(run().server, [{ type: 'goaway' }]);
});

test('any bytes through streams arrive as they were sent, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 10 }), fc.integer({ min: 1, max: 50 }), (chunks, pieceBytes) => {
      const { client, run } = pair(pieceBytes);
      const id = client.open({ a: 'b' });
      for (const chunk of chunks) client.send(id, chunk);
      client.send(id, new Uint8Array(0), true);
      const got = run().server.flatMap((event) => (event.type === 'data' ? [event.bytes] : []));
      assert.deepEqual(Buffer.concat(got), Buffer.concat(chunks));
    }),
  );
});

test('a frame of another version ends the connection', () => {
  const session = new SpdySession('server');
  assert.throws(() => session.receive(Uint8Array.from([0x80, 0x02, 0, FRAME.ping, 0, 0, 0, 4, 0, 0, 0, 1])), /version 2/);
});

test('what a Go client sent to exec is understood, piece by piece', () => {
  const recorded = Buffer.from(
    '80030001000000290000000100000000000078f9e3c6a7c26260606004a7b392a2d4c45c6851c29a0a0a6800000000ffff800300010000001700000003000000000000' +
      'c22e555c92929907000000ffff800300010000001900000005000000000000c22ac5565c92925f5a02000000ffff800300010000001500000007000000000000' +
      'c229975a5404000000ffff800300010000001800000009000000000000c22e57945a9c59950a000000ffff00000003000000036c730a0000000301000000' +
      '80030006000000040000000180030003000000080000000900000005',
    'hex',
  );
  for (const pieceBytes of [1, 10, recorded.byteLength]) {
    const session = new SpdySession('server');
    const story: string[] = [];
    for (let at = 0; at < recorded.byteLength; at += pieceBytes) {
      for (const event of session.receive(recorded.subarray(at, at + pieceBytes))) {
        if (event.type === 'stream') story.push(`stream ${event.streamId} ${event.headers['streamtype']}`);
        else if (event.type === 'data')
          story.push(`data ${event.streamId} ${JSON.stringify(Buffer.from(event.bytes).toString())}${event.fin ? ' fin' : ''}`);
        else if (event.type === 'reset') story.push(`reset ${event.streamId} ${event.status}`);
      }
    }
    assert.deepEqual(story, [
      'stream 1 error',
      'stream 3 stdin',
      'stream 5 stdout',
      'stream 7 stderr',
      'stream 9 resize',
      'data 3 "ls\\n"',
      'data 3 "" fin',
      'reset 9 5',
    ]);
    // The ping is answered as it came.
    assert.equal(Buffer.concat(session.takeOutput()).toString('hex'), '800300060000000400000001');
  }
});
