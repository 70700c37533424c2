import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { BodyRoom, MAX_BODY_BYTES, readBody } from './read-body.ts';

const tooMany = { code: 429, reason: 'TooManyRequests' };

describe('the room for bodies', () => {
  it('is bounded for all together, and more tightly for those without credentials', () => {
    const room = new BodyRoom({ all: 100, anonymous: 30 });
    const [alice, nobody, nemo] = [room.lease(false), room.lease(true), room.lease(true)];
    nobody.add(20);
    assert.throws(() => nemo.add(11), tooMany);
    nemo.add(10);
    alice.add(70);
    assert.throws(() => alice.add(1), tooMany);
  });

  it('is free again when requests are over, once each', () => {
    const room = new BodyRoom({ all: 100, anonymous: 100 });
    const first = room.lease(true);
    first.add(100);
    first.release();
    first.release();
    assert.throws(() => first.add(1), tooMany, 'a request that is over takes no more');
    const second = room.lease(false);
    second.add(100);
    assert.throws(() => room.lease(false).add(1), tooMany);
  });

  it('is what bodies are read into', async () => {
    const chunk = Buffer.alloc(60);
    const room = new BodyRoom({ all: 100, anonymous: 100 });
    await assert.rejects(readBody(Readable.from([chunk, chunk]), undefined, room.lease(false)), tooMany);
    await assert.rejects(readBody(Readable.from([]), String(MAX_BODY_BYTES + 1), new BodyRoom().lease(false)), { code: 413 });
    assert.equal((await readBody(Readable.from([chunk, chunk]), undefined, new BodyRoom().lease(false))).byteLength, 120);
  });
});
