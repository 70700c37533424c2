import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lease } from '../../../api/coordination/v1/lease.ts';
import { node as nodeKind } from '../../../api/core/v1/node.ts';
import type { Node } from '../../../api/core/v1/node.ts';
import { namespace } from '../../../api/core/v1/namespace.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import { keyOf } from '../../../client/client.ts';
import { printMicroTime, printTime } from '../../../machinery/timestamp.ts';
import { allControllers } from '../all.ts';
import { openControllersFixture } from '../controllers-fixture.ts';
import type { ControllersFixture } from '../controllers-fixture.ts';

const NAMES = ['node-lifecycle-controller', 'taint-eviction-controller', 'pod-garbage-collector-controller', 'node-ipam-controller'];
const managed = allControllers({ rootCa: 'CA', podCidr: '10.244.0.0/16' }).filter(({ name }) => NAMES.includes(name));

async function open(t: { after(done: () => Promise<void>): void }): Promise<ControllersFixture> {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  await fixture.client.create(namespace, { metadata: { name: 'kube-node-lease' } }, { signal: fixture.signal });
  return fixture;
}

async function addNode(fixture: ControllersFixture, name: string): Promise<Node> {
  const { client, signal, clock } = fixture;
  const made = await client.create(nodeKind, { metadata: { name } }, { signal });
  const at = printTime(clock.now());
  const conditions = [
    { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'ok', lastHeartbeatTime: at, lastTransitionTime: at },
  ];
  await client.patch(nodeKind, keyOf(made), { status: { conditions } }, { type: 'merge', subresource: 'status', signal });
  await client.create(
    lease,
    { metadata: { name, namespace: 'kube-node-lease' }, spec: { renewTime: printMicroTime(clock.now()) } },
    { signal },
  );
  return made;
}

const renew = (fixture: ControllersFixture, name: string): Promise<unknown> =>
  fixture.client.patch(
    lease,
    { namespace: 'kube-node-lease', name },
    { spec: { renewTime: printMicroTime(fixture.clock.now()) } },
    { type: 'merge', signal: fixture.signal },
  );

const get = async (fixture: ControllersFixture, name: string): Promise<Node> => (await fixture.get(nodeKind, name, '')) as Node;
const taints = async (fixture: ControllersFixture, name: string): Promise<string[]> =>
  ((await get(fixture, name)).spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort();

test('a silent kubelet makes its Node unreachable, its Pods unready, and in time evicts them', async (t) => {
  const fixture = await open(t);
  const { client, signal } = fixture;
  await addNode(fixture, 'alive');
  await addNode(fixture, 'dead');
  const tolerations = [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }];
  const made = await client.create(
    pod,
    { metadata: { name: 'web', namespace: 'default' }, spec: { tolerations, containers: [{ name: 'a', image: 'a' }] } },
    { signal },
  );
  await fixture.makeReady(made, 'dead');
  const startMs = fixture.clock.now();
  const step = async (condition: () => Promise<boolean>): Promise<void> =>
    fixture.until(async () => {
      await renew(fixture, 'alive');
      await fixture.clock.settle();
      return condition();
    });
  await step(async () => (await get(fixture, 'dead')).status.conditions?.[0]?.status === 'Unknown');
  assert.ok(fixture.clock.now() - startMs >= 50_000);
  const [ready] = (await get(fixture, 'dead')).status.conditions ?? [];
  assert.deepEqual([ready?.reason, ready?.message], ['NodeStatusUnknown', 'Kubelet stopped posting node status.']);
  await step(async () => (await fixture.get(pod, 'web'))?.status.conditions?.[0]?.status === 'False');
  assert.deepEqual(await taints(fixture, 'dead'), [
    'node.kubernetes.io/unreachable:NoExecute',
    'node.kubernetes.io/unreachable:NoSchedule',
  ]);
  assert.deepEqual(await taints(fixture, 'alive'), []);
  const unreachableMs = fixture.clock.now();
  await step(async () => (await fixture.get(pod, 'web'))?.metadata.deletionTimestamp !== undefined);
  assert.ok(fixture.clock.now() - unreachableMs >= 295_000);
  assert.ok((await fixture.events()).includes('TaintManagerEviction: Marking for deletion Pod default/web'));
  assert.equal((await get(fixture, 'alive')).status.conditions?.[0]?.status, 'True');
});

test('taints follow conditions and cordons, and a ready Node loses them at once', async (t) => {
  const fixture = await open(t);
  const made = await fixture.client.create(
    nodeKind,
    {
      metadata: { name: 'new' },
      spec: {
        unschedulable: true,
        taints: [
          { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
          { key: 'mine', effect: 'NoSchedule' },
        ],
      },
    },
    { signal: fixture.signal },
  );
  await fixture.clock.settle();
  assert.deepEqual(await taints(fixture, 'new'), ['mine:NoSchedule', 'node.kubernetes.io/unschedulable:NoSchedule']);
  await fixture.client.patch(nodeKind, keyOf(made), { spec: { unschedulable: null } }, { type: 'merge', signal: fixture.signal });
  await fixture.clock.settle();
  assert.deepEqual(await taints(fixture, 'new'), ['mine:NoSchedule']);
});

test('every Node gets a range of its own', async (t) => {
  const fixture = await open(t);
  for (const name of ['a', 'b', 'c']) await addNode(fixture, name);
  await fixture.until(async () => (await fixture.list(nodeKind)).every(({ spec }) => spec.podCIDR !== undefined));
  assert.deepEqual((await fixture.list(nodeKind)).map(({ spec }) => spec.podCIDR ?? '').sort(), [
    '10.244.0.0/24',
    '10.244.1.0/24',
    '10.244.2.0/24',
  ]);
});

test('Pods of a Node that is gone are given up', async (t) => {
  const fixture = await open(t);
  const made = await fixture.client.create(
    pod,
    { metadata: { name: 'lost', namespace: 'default' }, spec: { containers: [{ name: 'a', image: 'a' }] } },
    { signal: fixture.signal },
  );
  await fixture.makeReady(made, 'nowhere');
  const startMs = fixture.clock.now();
  await fixture.until(async () => (await fixture.get(pod, 'lost')) === undefined);
  assert.ok(fixture.clock.now() - startMs >= 40_000);
});
