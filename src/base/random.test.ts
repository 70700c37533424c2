import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Backoff } from './backoff.ts';
import { Queue } from './queue.ts';
import { secureRandom, seededRandom } from './random.ts';

describe('random', () => {
  test('one seed gives one sequence', () => {
    const [a, b, c] = [seededRandom(7), seededRandom(7), seededRandom(8)];
    assert.equal(a.uuid(), b.uuid());
    assert.equal(a.suffix(5), b.suffix(5));
    assert.notEqual(a.uuid(), c.uuid());
  });

  test('UUIDs are of version 4, suffixes of the alphabet of generated names, fractions below one', () => {
    for (const random of [secureRandom, seededRandom(1)]) {
      assert.match(random.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.match(random.suffix(50), /^[bcdfghjklmnpqrstvwxz2456789]{50}$/);
      for (let draw = 0; draw < 100; draw++) assert.ok(random.fraction() < 1);
    }
  });
});

describe('backoff', () => {
  test('doubles up to its maximum and starts again after a reset', () => {
    const backoff = new Backoff({ initialMs: 10, maxMs: 50 }, seededRandom(1));
    assert.deepEqual([backoff.next(), backoff.next(), backoff.next(), backoff.next(), backoff.next()], [10, 20, 40, 50, 50]);
    backoff.reset();
    assert.equal(backoff.next(), 10);
  });
});

describe('queue', () => {
  test('gives values in order of arrival, however many', () => {
    const queue = new Queue<number>();
    for (let value = 0; value < 5_000; value++) queue.push(value);
    for (let value = 0; value < 5_000; value++) assert.equal(queue.shift(), value);
    assert.equal(queue.shift(), undefined);
    assert.equal(queue.size, 0);
  });
});
