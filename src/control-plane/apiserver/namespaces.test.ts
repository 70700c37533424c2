// A Namespace stays, terminating, until its own finalizers are taken away.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namespace } from '../../api/core/v1/namespace.ts';
import { configMap } from '../../api/core/v1/config-map.ts';
import { event } from '../../api/core/v1/event.ts';
import { event as groupEvent } from '../../api/events/v1/event.ts';
import { openTestServer } from './api-server-fixture.ts';

test('a deleted Namespace terminates, refuses new objects, and is gone when it is finalized', async (t) => {
  const server = await openTestServer();
  t.after(() => server.close());
  const { client, signal } = server;
  const created = await client.create(namespace, { metadata: { generateName: 'n-' } }, { signal });
  const { name = '' } = created.metadata;
  assert.deepEqual(
    [created.spec.finalizers, created.status.phase, created.metadata.labels],
    [['kubernetes'], 'Active', { 'kubernetes.io/metadata.name': name }],
  );
  await client.delete(namespace, { name }, { signal });
  const going = await client.get(namespace, { name }, { signal });
  assert.equal(going.status.phase, 'Terminating');
  assert.notEqual(going.metadata.deletionTimestamp, undefined);
  await assert.rejects(client.create(configMap, { metadata: { name: 'c', namespace: name } }, { signal }), { code: 403 });
  await client.update(namespace, { ...going, spec: {} }, { signal, subresource: 'finalize' });
  assert.equal(await client.find(namespace, { name }, { signal }), undefined);
});

test('an Event is one object in both of its groups', async (t) => {
  const server = await openTestServer();
  t.after(() => server.close());
  await server.bootstrap();
  const { client, signal } = server;
  const key = { name: 'e', namespace: 'default' };
  await client.create(
    event,
    {
      metadata: key,
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
      reason: 'Started',
      message: 'it runs',
      type: 'Normal',
      count: 2,
      source: { component: 'kubelet' },
    },
    { signal },
  );
  const seen = await client.get(groupEvent, key, { signal });
  assert.deepEqual(
    [seen.note, seen.regarding?.name, seen.deprecatedCount, seen.deprecatedSource?.component],
    ['it runs', 'web', 2, 'kubelet'],
  );
});
