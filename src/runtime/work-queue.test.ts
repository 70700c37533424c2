import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../base/clock.ts';
import { WorkQueue } from './work-queue.ts';

test('a key waits once, and is handed out to one worker at a time', async () => {
  const queue = new WorkQueue(new VirtualClock());
  for (const key of ['a', 'b', 'a']) queue.add(key);
  assert.equal(queue.depth, 2);
  assert.deepEqual([await queue.take(), await queue.take()], ['a', 'b']);
  const next = queue.take();
  queue.add('a');
  queue.add('c');
  assert.equal(await next, 'c', 'a is still being worked on');
  queue.done('a');
  assert.equal(await queue.take(), 'a');
});

test('a delay that ends sooner replaces a later one, and not the other way round', async () => {
  const clock = new VirtualClock();
  const queue = new WorkQueue(clock);
  queue.addAfter('a', 1000);
  queue.addAfter('a', 100);
  queue.addAfter('a', 5000);
  assert.equal(clock.waiting, 1);
  await clock.advance(100);
  assert.equal(await queue.take(), 'a');
});

test('failures double the delay until they are forgotten', async () => {
  const clock = new VirtualClock();
  const queue = new WorkQueue(clock);
  const delays: number[] = [];
  for (let failure = 0; failure < 4; failure++) {
    const startMs = clock.now();
    queue.addFailed('a');
    await clock.advanceUntil(() => queue.depth === 1);
    delays.push(clock.now() - startMs);
    queue.done((await queue.take()) ?? '');
  }
  assert.deepEqual(delays, [5, 10, 20, 40]);
  assert.equal(queue.failures('a'), 4);
  queue.forget('a');
  assert.equal(queue.failures('a'), 0);
});

test('closing frees those who wait and calls off all timers', async () => {
  const clock = new VirtualClock();
  const queue = new WorkQueue(clock);
  const taken = queue.take();
  queue.addAfter('late', 1000);
  queue.close();
  assert.equal(await taken, undefined);
  assert.equal(clock.waiting, 0);
  queue.add('b');
  assert.equal(await queue.take(), undefined);
});
