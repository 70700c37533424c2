import assert from 'node:assert/strict';
import { test } from 'node:test';

import { summarizePod } from './pod-columns.ts';
import type { PodObject } from './pod-object.ts';

const NOW = '2024-01-01T00:00:00Z';

function podWith(
  status: PodObject['status'],
  metadata: PodObject['metadata'] = {},
  initContainers: PodObject['spec']['initContainers'] = [],
): PodObject {
  const containers = [{ name: 'a', resources: {} }];
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, initContainers }, status };
}

const status = { name: 'a', image: '', imageID: '', ready: false, restartCount: 0, lastState: {} };

test('a Pod is called by its phase until its containers say more', () => {
  assert.equal(summarizePod(podWith({ phase: 'Pending' })).reason, 'Pending');
  const waiting = {
    ...status,
    restartCount: 4,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 1, startedAt: NOW, finishedAt: NOW } },
  };
  assert.deepEqual(summarizePod(podWith({ phase: 'Running', containerStatuses: [waiting] })), {
    ready: 0,
    total: 1,
    reason: 'CrashLoopBackOff',
    restarts: 4,
    lastRestart: NOW,
  });
});

test('an unfinished init container leads the word', () => {
  const init = { ...status, name: 'i', state: { running: { startedAt: NOW } } };
  assert.equal(
    summarizePod(podWith({ phase: 'Pending', initContainerStatuses: [init] }, {}, [{ name: 'i', resources: {} }])).reason,
    'Init:0/1',
  );
});

test('a Pod being deleted is terminating unless it has ended', () => {
  const metadata = { deletionTimestamp: NOW };
  assert.equal(summarizePod(podWith({ phase: 'Running' }, metadata)).reason, 'Terminating');
  assert.equal(summarizePod(podWith({ phase: 'Succeeded' }, metadata)).reason, 'Succeeded');
});

test('a completed container among ready ones does not end the Pod', () => {
  const done = { ...status, state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: NOW, finishedAt: NOW } } };
  const running = { ...status, name: 'b', ready: true, state: { running: { startedAt: NOW } } };
  assert.equal(summarizePod(podWith({ phase: 'Running', containerStatuses: [done, running] })).reason, 'NotReady');
});
