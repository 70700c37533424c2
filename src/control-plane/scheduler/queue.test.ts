import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../../base/clock.ts';
import { podInfoOf } from './pod-info.ts';
import type { PodInfo } from './pod-info.ts';
import { UsageMeter } from './pod-usage.ts';
import { SchedulingQueue } from './queue.ts';
import { samplePod } from './samples.ts';
import type { PodSample } from './samples.ts';

const meter = new UsageMeter();
const containers = [{ name: 'main', image: 'a' }];
const info = (name: string, sample?: PodSample): PodInfo => podInfoOf(samplePod(name, sample), meter);
const FIT = new Set(['NodeResourcesFit']);

const nameOf = (queue: SchedulingQueue): string | undefined => queue.take()?.pod.pod.metadata.name;

test('Pods come by priority, then in the order in which they were added', () => {
  const queue = new SchedulingQueue(new VirtualClock());
  queue.put(info('first'));
  queue.put(info('second'));
  queue.put(info('urgent', { spec: { containers, priority: 10 } }));
  assert.deepEqual([nameOf(queue), nameOf(queue), nameOf(queue), nameOf(queue)], ['urgent', 'first', 'second', undefined]);
});

test('a rejected Pod waits for an event that may help', async () => {
  const clock = new VirtualClock();
  const queue = new SchedulingQueue(clock);
  queue.put(info('web'));
  const taken = queue.take();
  assert.ok(taken);
  queue.rejected(taken.pod, FIT);
  await clock.advance(60_000);
  assert.equal(queue.take(), undefined);
  queue.retry((_pod, rejectedBy) => rejectedBy.has('TaintToleration'));
  assert.equal(queue.take(), undefined);
  queue.retry((_pod, rejectedBy) => rejectedBy.has('NodeResourcesFit'));
  assert.equal(queue.take()?.attempts, 2);
  queue.close();
});

test('a rejected Pod is tried again after five minutes in any case', async () => {
  const clock = new VirtualClock();
  const queue = new SchedulingQueue(clock);
  queue.put(info('web'));
  queue.rejected(queue.take()?.pod ?? info('none'), FIT);
  const ready = queue.whenReady();
  await clock.advance(299_000);
  assert.equal(queue.take(), undefined);
  await clock.advance(1_000);
  assert.equal(await ready, true);
  assert.equal(nameOf(queue), 'web');
  queue.close();
});

test('a Pod that backs off lets others go first, and goes at once when there are none', async () => {
  const clock = new VirtualClock();
  const queue = new SchedulingQueue(clock);
  queue.put(info('web', { spec: { containers, priority: 10 } }));
  queue.rejected(queue.take()?.pod ?? info('none'), FIT);
  queue.retry(() => true);
  queue.put(info('other'));
  assert.equal(nameOf(queue), 'other');
  assert.equal(nameOf(queue), 'web');
  queue.rejected(info('web', { spec: { containers, priority: 10 } }), FIT);
  queue.retry(() => true);
  queue.put(info('third'));
  // Its second back-off lasts two seconds; after that, priority counts again.
  await clock.advance(2_000);
  assert.equal(nameOf(queue), 'web');
  queue.close();
});

test('a broken attempt is repeated after its back-off, which doubles up to ten seconds', async () => {
  const clock = new VirtualClock();
  const queue = new SchedulingQueue(clock);
  queue.put(info('web'));
  for (const waitMs of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
    queue.failed(queue.take()?.pod ?? info('none'));
    const ready = queue.whenReady();
    await clock.advance(waitMs - 1);
    assert.equal(queue.take(), undefined);
    await clock.advance(1);
    assert.equal(await ready, true);
  }
  queue.close();
});

test('a gated Pod is not tried before its gates are gone', () => {
  const queue = new SchedulingQueue(new VirtualClock());
  queue.put(info('web', { spec: { containers, schedulingGates: [{ name: 'example.test/wait' }] } }));
  assert.equal(queue.take(), undefined);
  assert.equal(queue.counts().gated, 1);
  queue.put(info('web', { metadata: { generation: 2 }, spec: { containers } }));
  assert.equal(nameOf(queue), 'web');
});

test('a rejected Pod that asks for something else is tried again; a report of its status changes nothing', () => {
  const queue = new SchedulingQueue(new VirtualClock());
  queue.put(info('web'));
  queue.rejected(queue.take()?.pod ?? info('none'), FIT);
  queue.put(info('web'));
  assert.equal(queue.take(), undefined);
  queue.put(info('web', { metadata: { labels: { new: 'label' } } }));
  assert.equal(nameOf(queue), 'web');
  queue.close();
});

test('a Pod that was removed while it was tried does not come back', () => {
  const queue = new SchedulingQueue(new VirtualClock());
  queue.put(info('web'));
  const taken = queue.take();
  assert.ok(taken);
  queue.remove('default/web');
  queue.failed(taken.pod);
  queue.rejected(taken.pod, FIT);
  assert.deepEqual(queue.counts(), { active: 0, backoff: 0, failed: 0, unschedulable: 0, gated: 0, taken: 0 });
  queue.put(info('web', { metadata: { uid: 'another' } }));
  assert.equal(queue.take()?.attempts, 1);
});

test('who waits is told when the queue closes', async () => {
  const queue = new SchedulingQueue(new VirtualClock());
  const ready = queue.whenReady();
  queue.close();
  assert.equal(await ready, false);
  assert.equal(await queue.whenReady(), false);
});
