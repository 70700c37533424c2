import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMap } from '../api/core/v1/config-map.ts';
import type { ConfigMap } from '../api/core/v1/config-map.ts';
import { secret } from '../api/core/v1/secret.ts';
import { VirtualClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { seededRandom } from '../base/random.ts';
import { Client } from '../client/client.ts';
import type { ClientRequest } from '../client/transport.ts';
import { after, defineController, done, owned, retry, runController } from './controller.ts';
import type { ControllerDefinition } from './controller.ts';
import { Informers } from './informers.ts';
import { ScriptedTransport } from './scripted-transport.ts';

const object = (kind: string, name: string, revision: number, more: object = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'default', uid: name, resourceVersion: String(revision), ...more },
});

async function run(
  t: { after(done: () => unknown): void },
  definition: ControllerDefinition,
  answer: (request: ClientRequest) => unknown = () => undefined,
) {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport((request) =>
    request.verb === 'list' ? { metadata: { resourceVersion: '1' }, items: [] } : answer(request),
  );
  const end = new AbortController();
  const [client, random, logger] = [new Client(transport), seededRandom(1), silentLogger];
  const informers = new Informers({ client, clock, random, logger }, end.signal);
  const running = runController(definition, { informers, client, clock, random, logger, events: { record: () => {} } }, end.signal);
  t.after(async () => {
    end.abort();
    await running;
    await informers.end();
  });
  await clock.settle();
  const watch = (plural: string) => transport.watches.find(({ request }) => request.kind.plural === plural);
  return {
    clock,
    transport,
    send: (plural: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', sent: ConfigMap) => watch(plural)?.send({ type, object: sent }),
  };
}

test('a key is held until the informers show what its reconcile wrote, also when that failed', async (t) => {
  let reconciles = 0;
  const definition = defineController<ConfigMap>({
    name: 'test',
    reconciles: configMap,
    watches: [owned(secret)],
    async reconcile(_key, { client, signal }) {
      reconciles++;
      if (reconciles > 1) return done;
      await client.create(secret, { metadata: { namespace: 'default', name: 'child' } }, { signal });
      throw new Error('after the write');
    },
  });
  const { clock, send } = await run(t, definition, () => object('Secret', 'child', 10));
  send('configmaps', 'ADDED', object('ConfigMap', 'a', 2));
  await clock.settle();
  await clock.advance(60_000);
  assert.equal(reconciles, 1, 'the Secret is not seen yet');
  send('secrets', 'ADDED', object('Secret', 'child', 10));
  await clock.settle();
  assert.equal(reconciles, 2);
});

test('owned objects wake their owner when they come, change and leave it', async (t) => {
  const keys: string[] = [];
  const definition = defineController<ConfigMap>({
    name: 'test',
    reconciles: configMap,
    watches: [owned(secret)],
    reconcile(key) {
      keys.push(key.name);
      return Promise.resolve(done);
    },
  });
  const { clock, send } = await run(t, definition);
  const owner = { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'u', controller: true }] };
  send('secrets', 'ADDED', object('Secret', 's', 2, owner));
  await clock.settle();
  send('secrets', 'MODIFIED', object('Secret', 's', 3));
  await clock.settle();
  send('secrets', 'MODIFIED', object('Secret', 's', 4));
  await clock.settle();
  assert.deepEqual(keys, ['owner', 'owner']);
});

test('retry backs off, after waits, done forgets', async (t) => {
  const timesMs: number[] = [];
  const outcomes = [retry(new Error('one')), retry(new Error('two')), after(1000), done];
  const definition = defineController<ConfigMap>({
    name: 'test',
    reconciles: configMap,
    reconcile(_key, { now }) {
      timesMs.push(now());
      return Promise.resolve(outcomes.shift() ?? done);
    },
  });
  const { clock, send } = await run(t, definition);
  send('configmaps', 'ADDED', object('ConfigMap', 'a', 2));
  await clock.advance(10_000);
  const [first = 0] = timesMs;
  assert.deepEqual(
    timesMs.map((at) => at - first),
    [0, 5, 15, 1015],
  );
});
