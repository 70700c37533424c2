import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMap } from '../../../api/core/v1/config-map.ts';
import { namespace } from '../../../api/core/v1/namespace.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import { serviceAccount } from '../../../api/core/v1/service-account.ts';
import { keyOf } from '../../../client/client.ts';
import { allControllers } from '../all.ts';
import { openControllersFixture } from '../controllers-fixture.ts';
import { conditionsAfter, remainderOf } from './plan.ts';

const NAMES = ['namespace-controller', 'service-account-controller', 'root-ca-certificate-publisher'];
const managed = allControllers({ rootCa: 'CA' }).filter(({ name }) => NAMES.includes(name));

test('a Namespace gets its ServiceAccount and the root CA, and takes all it has with it', async (t) => {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  const { client, signal } = fixture;
  await client.create(namespace, { metadata: { name: 'team' } }, { signal });
  await fixture.until(
    async () =>
      (await fixture.get(serviceAccount, 'default', 'team')) !== undefined &&
      (await fixture.get(configMap, 'kube-root-ca.crt', 'team')) !== undefined,
  );
  assert.deepEqual((await fixture.get(configMap, 'kube-root-ca.crt', 'team'))?.data, { 'ca.crt': 'CA' });

  const held = await client.create(
    configMap,
    { metadata: { name: 'held', namespace: 'team', finalizers: ['example.com/hold'] } },
    { signal },
  );
  const running = await client.create(
    pod,
    { metadata: { name: 'running', namespace: 'team' }, spec: { containers: [{ name: 'a', image: 'a' }] } },
    { signal },
  );
  await fixture.makeReady(running);
  await client.delete(namespace, { name: 'team' }, { signal });
  await fixture.until(async () => (await fixture.get(pod, 'running', 'team'))?.metadata.deletionTimestamp !== undefined);
  assert.equal((await fixture.get(namespace, 'team', ''))?.status.phase, 'Terminating');
  assert.equal((await fixture.get(configMap, 'held', 'team'))?.metadata.deletionTimestamp, undefined, 'pods go first');

  await fixture.reap();
  await fixture.until(async () => (await fixture.get(configMap, 'held', 'team'))?.metadata.deletionTimestamp !== undefined);
  await fixture.clock.settle();
  const told = (await fixture.get(namespace, 'team', ''))?.status.conditions?.find(({ type }) => type === 'NamespaceContentRemaining');
  assert.equal(told?.message, 'Some resources are remaining: configmaps. has 1 resource instances');
  await client.patch(configMap, keyOf(held), { metadata: { finalizers: [] } }, { type: 'merge', signal });
  await fixture.until(async () => (await fixture.get(namespace, 'team', '')) === undefined);
  assert.deepEqual(fixture.failures, []);
});

test('conditions say what remains and what failed, and change only when that does', () => {
  const left = [remainderOf('configmaps.', [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { finalizers: ['a/b'] } }])];
  const first = conditionsAfter([], left, ['boom'], 0) ?? [];
  assert.deepEqual(
    first.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
    [
      'NamespaceDeletionDiscoveryFailure False ResourcesDiscovered',
      'NamespaceDeletionGroupVersionParsingFailure False ParsedGroupVersions',
      'NamespaceDeletionContentFailure True ContentDeletionFailed',
      'NamespaceContentRemaining True SomeResourcesRemain',
      'NamespaceFinalizersRemaining True SomeFinalizersRemain',
    ],
  );
  assert.equal(first[2]?.message, 'Failed to delete all resource types, 1 remaining: boom');
  assert.equal(conditionsAfter(first, left, ['boom'], 5000), undefined);
  assert.equal(conditionsAfter(first, [], [], 5000)?.[3]?.lastTransitionTime, '1970-01-01T00:00:05Z');
});
