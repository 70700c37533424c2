import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtobufWriter } from './protobuf-writer.ts';

test('bytes that make the buffer grow stand in the grown one', () => {
  for (const count of [4000, 4096, 5000, 8191, 8193, 100_000]) {
    const writer = new ProtobufWriter();
    for (let round = 0; round < 3; round++) writer.prepend(new Uint8Array(count).fill(round + 1));
    const written = writer.finish();
    assert.equal(written.length, 3 * count);
    for (let round = 0; round < 3; round++)
      assert.ok(
        written.subarray(round * count, (round + 1) * count).every((byte) => byte === 3 - round),
        `${count} bytes, round ${round}`,
      );
  }
});
