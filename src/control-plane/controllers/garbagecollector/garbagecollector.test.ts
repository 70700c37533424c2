import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMap } from '../../../api/core/v1/config-map.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { node } from '../../../api/core/v1/node.ts';
import { keyOf } from '../../../client/client.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { openControllersFixture } from '../controllers-fixture.ts';
import type { ControllersFixture } from '../controllers-fixture.ts';
import { garbageCollector } from './index.ts';

const managed = [{ ...garbageCollector, serviceAccount: '', eventSource: '' }];

const reference = ({ apiVersion, kind, metadata }: KubeObject, blockOwnerDeletion = true) => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid,
  blockOwnerDeletion,
});

const make = (fixture: ControllersFixture, name: string, owners: readonly KubeObject[] = [], blocks = true): Promise<KubeObject> =>
  fixture.client.create(
    configMap,
    { metadata: { name, namespace: 'default', ownerReferences: owners.map((owner) => reference(owner, blocks)) } },
    { signal: fixture.signal },
  );

const names = async (fixture: ControllersFixture): Promise<string[]> =>
  (await fixture.list(configMap)).map(({ metadata }) => metadata.name ?? '').sort();

const open = async (t: { after(done: () => Promise<void>): void }): Promise<ControllersFixture> => {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  return fixture;
};

test('background: dependents go after their owner, and theirs after them', async (t) => {
  const fixture = await open(t);
  const owner = await make(fixture, 'owner');
  const child = await make(fixture, 'child', [owner]);
  await make(fixture, 'grandchild', [child]);
  await make(fixture, 'stranger');
  await fixture.clock.settle();
  await fixture.client.delete(configMap, keyOf(owner), { signal: fixture.signal, propagationPolicy: 'Background' });
  await fixture.until(async () => (await names(fixture)).join() === 'stranger');
});

test('foreground: the owner stays until what blocks it is gone', async (t) => {
  const fixture = await open(t);
  const { client, signal } = fixture;
  const owner = await make(fixture, 'owner');
  const child = await client.create(
    configMap,
    { metadata: { name: 'child', namespace: 'default', ownerReferences: [reference(owner)], finalizers: ['example.com/hold'] } },
    { signal },
  );
  await fixture.clock.settle();
  await client.delete(configMap, keyOf(owner), { signal, propagationPolicy: 'Foreground' });
  await fixture.until(async () => (await fixture.get(configMap, 'child'))?.metadata.deletionTimestamp !== undefined);
  assert.deepEqual((await fixture.get(configMap, 'owner'))?.metadata.finalizers, ['foregroundDeletion']);
  await client.patch(configMap, keyOf(child), { metadata: { finalizers: [] } }, { type: 'merge', signal });
  await fixture.until(async () => (await names(fixture)).length === 0);
});

test('orphan: dependents lose the reference and stay', async (t) => {
  const fixture = await open(t);
  const owner = await make(fixture, 'owner');
  await make(fixture, 'child', [owner]);
  await fixture.clock.settle();
  await fixture.client.delete(configMap, keyOf(owner), { signal: fixture.signal, propagationPolicy: 'Orphan' });
  await fixture.until(async () => (await names(fixture)).join() === 'child');
  assert.equal((await fixture.get(configMap, 'child'))?.metadata.ownerReferences, undefined);
});

test('what has another owner left only loses the reference', async (t) => {
  const fixture = await open(t);
  const [gone, stays] = [await make(fixture, 'gone'), await make(fixture, 'stays')];
  await make(fixture, 'child', [gone, stays]);
  await fixture.clock.settle();
  await fixture.client.delete(configMap, keyOf(gone), { signal: fixture.signal, propagationPolicy: 'Foreground' });
  await fixture.until(async () => (await names(fixture)).join() === 'child,stays');
  assert.deepEqual(
    (await fixture.get(configMap, 'child'))?.metadata.ownerReferences?.map(({ name }) => name),
    ['stays'],
  );
});

test('an owner that never was is found out', async (t) => {
  const fixture = await open(t);
  const ghost: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'ghost', uid: '11111111-1111-4111-8111-111111111111' },
  };
  await make(fixture, 'child', [ghost]);
  const machine = await fixture.client.create(node, { metadata: { name: 'machine' } }, { signal: fixture.signal });
  await make(fixture, 'of-a-node', [machine]);
  await fixture.until(async () => (await names(fixture)).join() === 'of-a-node');
});

test('a circle does not block deletion in the foreground', async (t) => {
  const fixture = await open(t);
  const { client, signal } = fixture;
  const make = (name: string): Promise<Pod> =>
    client.create(pod, { metadata: { name, namespace: 'default' }, spec: { containers: [{ name: 'a', image: 'a' }] } }, { signal });
  const [one, two, three] = [await make('one'), await make('two'), await make('three')];
  const own = (child: Pod, owner: Pod): Promise<Pod> =>
    client.patch(
      pod,
      keyOf(child),
      { metadata: { ownerReferences: [{ ...reference(owner), controller: true }] } },
      { type: 'merge', signal },
    );
  await own(one, three);
  await own(two, one);
  await own(three, two);
  await fixture.clock.settle();
  await client.delete(pod, keyOf(one), { signal, propagationPolicy: 'Foreground' });
  await fixture.until(async () => (await fixture.list(pod)).length === 0);
  assert.deepEqual(fixture.failures, []);
});
