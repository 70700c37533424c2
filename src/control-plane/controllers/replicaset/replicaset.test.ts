import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replicaSet } from '../../../api/apps/v1/replica-set.ts';
import type { ReplicaSet } from '../../../api/apps/v1/replica-set.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import { keyOf } from '../../../client/client.ts';
import { openControllersFixture } from '../controllers-fixture.ts';
import type { ControllersFixture } from '../controllers-fixture.ts';
import { replicaSetController } from './index.ts';

const managed = [{ name: 'replicaset', serviceAccount: '', eventSource: '', definition: replicaSetController }];

const createFrontend = (fixture: ControllersFixture, replicas = 3): Promise<ReplicaSet> =>
  fixture.client.create(
    replicaSet,
    {
      metadata: { name: 'frontend', namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'guestbook' } },
        template: { metadata: { labels: { app: 'guestbook' } }, spec: { containers: [{ name: 'web', image: 'web' }] } },
      },
    },
    { signal: fixture.signal },
  );

const pods = async (fixture: ControllersFixture) =>
  (await fixture.list(pod)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);

test('a ReplicaSet makes its Pods, counts them and tells of it', async (t) => {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  const set = await createFrontend(fixture);
  await fixture.until(async () => (await fixture.get(replicaSet, 'frontend'))?.status.replicas === 3);
  const made = await pods(fixture);
  assert.equal(made.length, 3);
  for (const each of made) {
    assert.match(each.metadata.name ?? '', /^frontend-.{5}$/);
    assert.deepEqual(each.metadata.ownerReferences, [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'frontend', uid: set.metadata.uid, controller: true, blockOwnerDeletion: true },
    ]);
    await fixture.makeReady(each);
  }
  await fixture.until(async () => (await fixture.get(replicaSet, 'frontend'))?.status.availableReplicas === 3);
  const { status } = (await fixture.get(replicaSet, 'frontend')) as ReplicaSet;
  assert.deepEqual(
    { ...status },
    { replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 3, availableReplicas: 3, terminatingReplicas: 0, observedGeneration: 1 },
  );
  assert.deepEqual((await fixture.events()).sort(), made.map(({ metadata }) => `SuccessfulCreate: Created pod: ${metadata.name}`).sort());
});

test('a deleted Pod is replaced, a matching orphan adopted, a relabelled one released', async (t) => {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  const { client, signal } = fixture;
  const orphan = await client.create(
    pod,
    {
      metadata: { name: 'stray', namespace: 'default', labels: { app: 'guestbook' } },
      spec: { containers: [{ name: 'web', image: 'web' }] },
    },
    { signal },
  );
  const set = await createFrontend(fixture);
  await fixture.until(async () => (await fixture.get(replicaSet, 'frontend'))?.status.replicas === 3);
  const names = (await pods(fixture)).map(({ metadata }) => metadata.name);
  assert.equal(names.length, 3);
  assert.ok(names.includes('stray'));
  assert.equal((await fixture.get(pod, 'stray'))?.metadata.ownerReferences?.[0]?.uid, set.metadata.uid);

  await client.patch(pod, keyOf(orphan), { metadata: { labels: { app: 'other' } } }, { type: 'merge', signal });
  await fixture.until(async () => (await pods(fixture)).length === 4);
  assert.equal((await fixture.get(pod, 'stray'))?.metadata.ownerReferences, undefined);

  const [victim] = (await pods(fixture)).filter(({ metadata }) => metadata.name !== 'stray');
  if (victim !== undefined) await client.delete(pod, keyOf(victim), { signal });
  await fixture.until(async () => (await pods(fixture)).length === 4);
  assert.equal(await fixture.get(pod, victim?.metadata.name ?? ''), undefined);
});

test('too many Pods: the pending ones go before the ready ones', async (t) => {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  const { client, signal } = fixture;
  const set = await createFrontend(fixture);
  await fixture.until(async () => (await pods(fixture)).length === 3);
  const [ready] = await pods(fixture);
  assert.ok(ready !== undefined);
  await fixture.makeReady(ready);
  await client.patch(replicaSet, keyOf(set), { spec: { replicas: 1 } }, { type: 'merge', signal });
  await fixture.until(async () => (await pods(fixture)).length === 1);
  assert.equal((await pods(fixture))[0]?.metadata.name, ready.metadata.name);
});

test('availability waits for minReadySeconds', async (t) => {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  const set = await createFrontend(fixture, 1);
  await fixture.client.patch(replicaSet, keyOf(set), { spec: { minReadySeconds: 10 } }, { type: 'merge', signal: fixture.signal });
  await fixture.until(async () => (await pods(fixture)).length === 1);
  const [only] = await pods(fixture);
  assert.ok(only !== undefined);
  await fixture.makeReady(only);
  const readyAtMs = fixture.clock.now();
  await fixture.until(async () => (await fixture.get(replicaSet, 'frontend'))?.status.readyReplicas === 1);
  assert.equal((await fixture.get(replicaSet, 'frontend'))?.status.availableReplicas, undefined);
  await fixture.until(async () => (await fixture.get(replicaSet, 'frontend'))?.status.availableReplicas === 1);
  assert.ok(fixture.clock.now() - readyAtMs >= 10_000);
});
