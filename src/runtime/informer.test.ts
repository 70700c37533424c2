import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMap } from '../api/core/v1/config-map.ts';
import type { ConfigMap } from '../api/core/v1/config-map.ts';
import { VirtualClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { seededRandom } from '../base/random.ts';
import { Client } from '../client/client.ts';
import { expiredError, StatusError } from '../machinery/status-error.ts';
import { Informer } from './informer.ts';
import { ScriptedTransport } from './scripted-transport.ts';

const made = (name: string, revision: number, uid = name): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', uid, resourceVersion: String(revision), labels: { name } },
});

function start(t: { after(done: () => unknown): void }, lists: readonly { revision: number; items: readonly ConfigMap[] }[]) {
  const clock = new VirtualClock();
  let listed = 0;
  const transport = new ScriptedTransport(() => {
    const { revision, items } = lists[Math.min(listed++, lists.length - 1)] ?? { revision: 0, items: [] };
    return { apiVersion: 'v1', kind: 'ConfigMapList', metadata: { resourceVersion: String(revision) }, items };
  });
  const informer = new Informer(configMap, {}, { client: new Client(transport), clock, random: seededRandom(1), logger: silentLogger });
  informer.addIndex('label', ({ metadata }) => Object.values(metadata.labels ?? {}));
  const story: string[] = [];
  informer.subscribe(({ type, object, previous }) =>
    story.push(
      `${type} ${object.metadata.name}@${object.metadata.resourceVersion}${previous === undefined ? '' : ` was ${previous.metadata.resourceVersion}`}`,
    ),
  );
  const end = new AbortController();
  const ended = informer.run(end.signal).catch(() => 'ended');
  t.after(async () => {
    end.abort();
    await ended;
  });
  return { clock, transport, informer, story, signal: end.signal };
}

test('the copy is listed, then watched from the revision of the list', async (t) => {
  const { clock, transport, informer, story, signal } = start(t, [{ revision: 5, items: [made('a', 3)] }]);
  await informer.whenSynced(signal);
  await clock.settle();
  const [watch] = transport.watches;
  assert.equal(watch?.request.query?.['resourceVersion'], '5');
  let reached = false;
  const waiting = informer.waitFor(7, signal).then(() => (reached = true));
  watch?.send({ type: 'ADDED', object: made('b', 6) });
  await clock.settle();
  assert.equal(reached, false);
  watch?.send({ type: 'MODIFIED', object: made('a', 7) }, { type: 'DELETED', object: made('b', 8) });
  await waiting;
  assert.deepEqual(story, ['added a@3', 'added b@6', 'updated a@7 was 3', 'deleted b@8 was 6']);
  assert.equal(informer.revision, 8);
  assert.equal(informer.get('default/b'), undefined);
  assert.deepEqual([...informer.byIndex('label', 'a')].length, 1);
  assert.deepEqual([...informer.byIndex('label', 'b')], []);
});

test('a broken watch resumes where it was; a compacted revision is listed anew and the difference told', async (t) => {
  const { clock, transport, informer, story, signal } = start(t, [
    { revision: 5, items: [made('a', 3), made('b', 4)] },
    { revision: 20, items: [made('b', 4), made('c', 15), made('a', 18, 'another')] },
  ]);
  await informer.whenSynced(signal);
  await clock.settle();
  transport.watches[0]?.send({ type: 'BOOKMARK', object: made('', 9) });
  transport.watches[0]?.end(new Error('connection lost'));
  await clock.advanceUntil(() => transport.watches.length === 2);
  assert.equal(transport.watches[1]?.request.query?.['resourceVersion'], '9');
  transport.watches[1]?.end(expiredError('too old resource version'));
  await clock.advanceUntil(() => transport.watches.length === 3);
  assert.deepEqual(story.slice(2), ['added c@15', 'deleted a@3 was 3', 'added a@18']);
  assert.equal(transport.watches[2]?.request.query?.['resourceVersion'], '20');
});

test('a server that ends watches at once is not asked in a tight loop', async (t) => {
  const { clock, transport, informer, signal } = start(t, [{ revision: 1, items: [] }]);
  await informer.whenSynced(signal);
  await clock.settle();
  const startMs = clock.now();
  for (let count = 1; count <= 5; count++) {
    await clock.advanceUntil(() => transport.watches.length === count);
    transport.watches.at(-1)?.end();
  }
  assert.ok(clock.now() - startMs > 1000);
});

test('what a subscriber throws neither stops the informer nor the others', async (t) => {
  const { clock, transport, informer, story, signal } = start(t, [{ revision: 1, items: [] }]);
  informer.subscribe(() => {
    throw new Error('mine');
  });
  await informer.whenSynced(signal);
  await clock.settle();
  transport.watches[0]?.send({ type: 'ADDED', object: made('a', 2) });
  assert.deepEqual(story, ['added a@2']);
  assert.equal(transport.watches.length, 1);
});

test('a server whose revisions begin anew is listed, and nobody waits for what will not come', async (t) => {
  const { clock, transport, informer, story, signal } = start(t, [
    { revision: 500, items: [made('a', 400)] },
    { revision: 7, items: [made('b', 6)] },
  ]);
  await informer.whenSynced(signal);
  await clock.settle();
  const waiting = informer.waitFor(501, signal);
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  transport.watches[0]?.end(new StatusError({ code: 504, reason: 'Timeout', message: 'Timeout', details: { causes } }));
  await clock.advance(30_000);
  await waiting;
  assert.equal(informer.revision, 7);
  assert.deepEqual(story, ['added a@400', 'added b@6', 'deleted a@400 was 400']);
  assert.equal(transport.watches.at(-1)?.request.query?.['resourceVersion'], '7');
});

test('a server that does not know the revision it gave is not asked without pause', async (t) => {
  const { clock, transport, informer, signal } = start(t, [{ revision: 5, items: [] }]);
  await informer.whenSynced(signal);
  for (let second = 0; second < 20; second++) {
    await clock.settle();
    transport.watches.at(-1)?.end(expiredError('too old'));
    await clock.advance(1_000);
  }
  assert.ok(transport.requests.length < 15, String(transport.requests.length));
  assert.deepEqual(
    transport.requests.slice(0, 2).map(({ query }) => query?.['resourceVersion']),
    ['0', undefined],
  );
});
