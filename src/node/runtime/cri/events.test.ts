// How containerd's own events become events of containers.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fromEnvelope } from './events.ts';
import { encode, message, string, uint32 } from './schema.ts';

const started = message('TaskStart', { containerId: string(1), pid: uint32(2) });
const ended = message('TaskExit', { containerId: string(1), id: string(2), pid: uint32(3), exitStatus: uint32(4) });
const created = message('ContainerCreate', { id: string(1), image: string(2) });

test("the life of a container is read off containerd's own events", () => {
  assert.deepEqual(fromEnvelope('/containers/create', encode(created, { id: 'c', image: 'i' })), { type: 'created', id: 'c' });
  assert.deepEqual(fromEnvelope('/tasks/start', encode(started, { containerId: 'c', pid: 7 })), { type: 'started', id: 'c' });
  assert.deepEqual(fromEnvelope('/tasks/exit', encode(ended, { containerId: 'c', id: 'c', pid: 7 })), { type: 'stopped', id: 'c' });
});

test('the end of a command run in a container is not the end of the container', () => {
  assert.equal(fromEnvelope('/tasks/exit', encode(ended, { containerId: 'c', id: 'exec-1', pid: 8 })), undefined);
});

test('other events say nothing about containers', () => {
  assert.equal(fromEnvelope('/images/create', encode(created, { id: 'x' })), undefined);
});
