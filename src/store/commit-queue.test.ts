import assert from 'node:assert/strict';
import { it } from 'node:test';

import { CommitQueue } from './commit-queue.ts';
import { History } from './history.ts';
import type { CommitRequest } from './store.ts';

function request(key: string, expected: number | 'absent'): CommitRequest {
  return { key, value: new Uint8Array(), expected };
}

it('checks a write against the newest queued one although an earlier one of its key is synced', async () => {
  const history = new History({ keepsValues: false });
  const queue = new CommitQueue(history);
  const first = queue.submit(request('a', 'absent'), 0);
  const second = queue.submit(request('a', 2), 0);
  queue.synced(
    2,
    (version) => history.apply(version),
    () => {},
  );
  assert.equal(await first, 2);
  const third = queue.submit(request('a', 3), 0);
  const conflict = queue.submit(request('a', 2), 0);
  assert.deepEqual(
    queue.take().map(({ revision }) => revision),
    [2, 3, 4],
  );
  queue.synced(
    4,
    (version) => history.apply(version),
    () => {},
  );
  assert.deepEqual(await Promise.all([second, third, conflict]), [3, 4, undefined]);
});

it('gives no answer before everything that arrived earlier is synced, nor before watchers know', async () => {
  const history = new History({ keepsValues: false });
  const queue = new CommitQueue(history);
  const order: string[] = [];
  const note = (what: string) => (): number => order.push(what);
  const answers = [
    queue.submit(request('a', 'absent'), 0).then(note('write')),
    queue.submit(request('a', 'absent'), 0).then(note('conflict')),
    queue.submit(request('b', 'absent'), 0).then(note('later write')),
  ];
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(order, []);
  queue.synced(2, (version) => history.apply(version), note('published'));
  queue.synced(3, (version) => history.apply(version), note('published'));
  await Promise.all(answers);
  assert.deepEqual(order.slice(0, 2), ['published', 'published']);
  assert.deepEqual(new Set(order.slice(2)), new Set(['write', 'conflict', 'later write']));
});

it('continues after the newest revision of history when everything queued has failed', async () => {
  const history = new History({ keepsValues: false });
  const queue = new CommitQueue(history);
  const lost = Promise.allSettled([queue.submit(request('a', 'absent'), 0), queue.submit(request('b', 'absent'), 0)]);
  queue.fail(new Error('disk full'));
  queue.restart();
  assert.deepEqual(
    (await lost).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  void queue.submit(request('a', 'absent'), 0);
  assert.deepEqual(
    queue.take().map(({ key, revision }) => [key, revision]),
    [['a', 2]],
  );
});
