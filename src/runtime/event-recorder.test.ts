import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../api/core/v1/event.ts';
import { VirtualClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { Client } from '../client/client.ts';
import type { ClientRequest } from '../client/transport.ts';
import { notFoundError } from '../machinery/status-error.ts';
import { ApiEventRecorder } from './event-recorder.ts';
import { ScriptedTransport } from './scripted-transport.ts';

const subject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '7' } };

function start(answer: (request: ClientRequest) => unknown = (request) => request.body?.object) {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(answer);
  const recorder = new ApiEventRecorder(
    { client: new Client(transport), clock, logger: silentLogger, source: { component: 'test' } },
    new AbortController().signal,
  );
  const bodies = (verb: string): Partial<Event>[] =>
    transport.requests.filter((request) => request.verb === verb).map(({ body }) => body?.object as Partial<Event>);
  return { clock, recorder, transport, created: () => bodies('create'), patched: () => bodies('patch') };
}

test('an Event says what happened to whom', async () => {
  const { recorder, created } = start();
  recorder.record(subject, 'Normal', 'Started', 'Started it');
  await recorder.end();
  const [event] = created();
  assert.deepEqual(event?.involvedObject, {
    kind: 'Pod',
    namespace: 'default',
    name: 'web',
    uid: 'u1',
    apiVersion: 'v1',
    resourceVersion: '7',
  });
  assert.deepEqual(
    [event?.reason, event?.message, event?.type, event?.count, event?.firstTimestamp],
    ['Started', 'Started it', 'Normal', 1, '2026-01-01T00:00:00Z'],
  );
  assert.match(event?.metadata?.name ?? '', /^web\.[0-9a-f]+$/);
});

test('Events of one moment have names of their own', async () => {
  const { recorder, created } = start();
  for (const message of ['a', 'b', 'c']) recorder.record(subject, 'Normal', 'Started', message);
  await recorder.end();
  assert.equal(new Set(created().map(({ metadata }) => metadata?.name)).size, 3);
});

test('the same message is counted; a forgotten Event is written anew', async () => {
  const { clock, recorder, created, patched } = start();
  for (let count = 0; count < 3; count++) recorder.record(subject, 'Warning', 'Failed', 'no');
  await clock.settle();
  assert.deepEqual([created().length, patched().map(({ count }) => count)], [1, [2, 3]]);
  const other = start((request) => {
    if (request.verb === 'patch') throw notFoundError({ group: '', resource: 'events' }, 'x');
    return request.body?.object;
  });
  other.recorder.record(subject, 'Warning', 'Failed', 'no');
  other.recorder.record(subject, 'Warning', 'Failed', 'no');
  await other.clock.settle();
  assert.equal(other.created().length, 2);
});

test('ten different messages of one reason are combined in one Event', async () => {
  const { clock, recorder, created, patched } = start();
  for (let index = 1; index <= 12; index++) recorder.record(subject, 'Warning', 'Failed', `message ${index}`);
  await clock.settle();
  assert.equal(created().length, 10);
  assert.equal(created().at(-1)?.message, '(combined from similar events): message 10');
  assert.deepEqual(
    patched().map(({ message }) => message),
    ['(combined from similar events): message 11', '(combined from similar events): message 12'],
  );
});

test('a flood about one object is held back, then let through one by one', async () => {
  const { clock, recorder, created, patched } = start();
  for (let index = 0; index < 40; index++) recorder.record(subject, 'Normal', 'Same', 'again');
  await clock.settle();
  assert.equal(created().length + patched().length, 25);
  await clock.advance(300_000);
  recorder.record(subject, 'Normal', 'Same', 'again');
  recorder.record(subject, 'Normal', 'Same', 'again');
  await clock.settle();
  assert.equal(created().length + patched().length, 26);
});

test('a server that does not answer costs a thousand Events, not all memory', async () => {
  const answers = Promise.withResolvers<void>();
  const { recorder, created } = start((request) => answers.promise.then(() => request.body?.object));
  for (let count = 0; count < 5000; count++)
    recorder.record({ ...subject, metadata: { ...subject.metadata, uid: `u${count}` } }, 'Normal', 'Started', 'Started it');
  answers.resolve();
  await recorder.end();
  assert.equal(created().length, 1000);
  recorder.record(subject, 'Normal', 'Started', 'again');
});
