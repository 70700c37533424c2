import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controllerRevision } from '../../../api/apps/v1/controller-revision.ts';
import { daemonSet } from '../../../api/apps/v1/daemon-set.ts';
import type { DaemonSet } from '../../../api/apps/v1/daemon-set.ts';
import { node } from '../../../api/core/v1/node.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import { keyOf } from '../../../client/client.ts';
import { openControllersFixture } from '../controllers-fixture.ts';
import { daemonSetController } from './index.ts';
import { targetNodeOf } from './daemon-pod.ts';

test('a DaemonSet runs one Pod on each node it is for, and rolls on one by one', async (t) => {
  const fixture = await openControllersFixture([
    { name: 'daemonset', serviceAccount: '', eventSource: '', definition: daemonSetController() },
  ]);
  t.after(() => fixture.close());
  const { client, signal } = fixture;
  for (const name of ['a', 'b', 'c']) await client.create(node, { metadata: { name } }, { signal });
  await client.create(node, { metadata: { name: 'tainted' }, spec: { taints: [{ key: 'special', effect: 'NoSchedule' }] } }, { signal });
  await client.create(
    node,
    {
      metadata: { name: 'cordoned' },
      spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
    },
    { signal },
  );
  const made = await client.create(
    daemonSet,
    {
      metadata: { name: 'agent', namespace: 'default' },
      spec: {
        selector: { matchLabels: { app: 'agent' } },
        template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'a', image: 'agent:1' }] } },
      },
    },
    { signal },
  );
  const get = async (): Promise<DaemonSet> => (await fixture.get(daemonSet, 'agent')) as DaemonSet;
  const rollUntil = (condition: () => Promise<boolean>): Promise<void> =>
    fixture.until(async () => {
      await fixture.reap();
      for (const each of await fixture.list(pod))
        if (each.spec.nodeName === undefined && each.metadata.deletionTimestamp === undefined)
          await fixture.makeReady(each, targetNodeOf(each));
      await fixture.clock.settle();
      return condition();
    });
  await rollUntil(async () => (await get()).status.numberAvailable === 4);
  const { status } = await get();
  assert.deepEqual(
    [
      status.desiredNumberScheduled,
      status.currentNumberScheduled,
      status.numberMisscheduled,
      status.updatedNumberScheduled,
      status.numberUnavailable ?? 0,
    ],
    [4, 4, 0, 4, 0],
  );
  assert.deepEqual((await fixture.list(pod)).map(({ spec }) => spec.nodeName ?? '').sort(), ['a', 'b', 'c', 'cordoned']);

  await client.patch(
    daemonSet,
    keyOf(made),
    { spec: { template: { spec: { containers: [{ name: 'a', image: 'agent:2' }] } } } },
    { type: 'strategic', signal },
  );
  await rollUntil(async () => {
    assert.ok((await fixture.list(pod)).filter(({ metadata }) => metadata.deletionTimestamp === undefined).length >= 3);
    const now = await get();
    return now.status.updatedNumberScheduled === 4 && now.status.numberAvailable === 4;
  });
  const revisions = (await fixture.list(controllerRevision)).map(({ revision }) => String(revision)).sort();
  assert.deepEqual(revisions, ['1', '2']);

  await client.delete(node, { name: 'c' }, { signal });
  await fixture.until(async () => (await get()).status.desiredNumberScheduled === 3);
  assert.deepEqual(fixture.failures, []);
});
