import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { VirtualClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { seededRandom } from '../../base/random.ts';
import { event } from '../../api/core/v1/event.ts';
import { namespace } from '../../api/core/v1/namespace.ts';
import { node } from '../../api/core/v1/node.ts';
import { pod } from '../../api/core/v1/pod.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { podCondition } from '../../api/core/v1/pod-conditions.ts';
import { serviceAccount } from '../../api/core/v1/service-account.ts';
import type { Client } from '../../client/client.ts';
import { openTestServer } from '../apiserver/api-server-fixture.ts';
import { Rejections, runScheduler } from './index.ts';
import { sampleNode, samplePod } from './samples.ts';
import type { NodeSample, PodSample } from './samples.ts';

interface Scene {
  readonly client: Client;
  readonly clock: VirtualClock;
  readonly signal: AbortSignal;
  readonly rejections: Rejections;
  addNode(name: string, sample?: NodeSample): Promise<void>;
  addPod(name: string, sample?: PodSample): Promise<void>;
  pod(name: string): Promise<Pod>;
  /** Lets everything that is under way end. */
  settle(): Promise<void>;
  nodeOf(name: string): Promise<string>;
  events(podName: string): Promise<string[]>;
}

async function openScene(t: TestContext): Promise<Scene> {
  const clock = new VirtualClock();
  const server = await openTestServer({ clock });
  const { client, signal } = server;
  const rejections = new Rejections();
  const scheduler = runScheduler({ client, clock, random: seededRandom(3), logger: silentLogger, rejections }, signal);
  t.after(async () => {
    await server.close();
    await scheduler;
  });
  await client.create(namespace, { metadata: { name: 'default' } }, { signal });
  await client.create(serviceAccount, { metadata: { name: 'default', namespace: 'default' } }, { signal });
  const podOf = (name: string): Promise<Pod> => client.get(pod, { namespace: 'default', name }, { signal });
  return {
    client,
    clock,
    signal,
    rejections,
    async addNode(name, sample) {
      const { metadata, spec, status } = sampleNode(name, sample);
      const created = await client.create(node, { metadata: { name, labels: metadata.labels }, spec, status }, { signal });
      // A new Node is tainted until somebody finds it ready.
      await client.update(node, { ...created, spec }, { signal });
    },
    async addPod(name, sample) {
      const { metadata, spec } = samplePod(name, sample);
      const { labels, ownerReferences } = metadata;
      await client.create(pod, { metadata: { name, namespace: 'default', labels, ownerReferences }, spec }, { signal });
    },
    pod: podOf,
    settle: () => clock.settle(),
    nodeOf: async (name) => (await podOf(name)).spec.nodeName ?? '',
    async events(name) {
      const { items } = await client.list(event, { namespace: 'default', signal });
      return items
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ type = '', reason = '', message = '' }) => `${type} ${reason} ${message}`);
    },
  };
}

test('a Pod gets the only Node, and the event says so', async (t) => {
  const scene = await openScene(t);
  await scene.addNode('one');
  await scene.addPod('web');
  await scene.settle();
  assert.equal(await scene.nodeOf('web'), 'one');
  assert.equal(podCondition(await scene.pod('web'), 'PodScheduled')?.status, 'True');
  assert.deepEqual(await scene.events('web'), ['Normal Scheduled Successfully assigned default/web to one']);
});

test('replicas of one controller are spread over all Nodes', async (t) => {
  const scene = await openScene(t);
  for (const name of ['one', 'two', 'three']) await scene.addNode(name);
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs-1', controller: true }];
  for (let index = 0; index < 9; index++) await scene.addPod(`web-${index}`, { metadata: { ownerReferences } });
  await scene.settle();
  const counts = new Map<string, number>();
  for (let index = 0; index < 9; index++) {
    const name = await scene.nodeOf(`web-${index}`);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  assert.deepEqual(Object.fromEntries(counts), { one: 3, two: 3, three: 3 });
});

test('a Pod that fits nowhere says why, Node by Node, and is scheduled once a Node comes that fits', async (t) => {
  const scene = await openScene(t);
  await scene.addNode('small');
  await scene.addNode('tainted', { spec: { taints: [{ key: 'only', value: 'batch', effect: 'NoSchedule' }] } });
  await scene.addPod('large', { requests: { cpu: '8' } });
  await scene.settle();
  const message =
    '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.';
  const condition = podCondition(await scene.pod('large'), 'PodScheduled');
  assert.deepEqual([condition?.status, condition?.reason, condition?.message], ['False', 'Unschedulable', message]);
  assert.deepEqual(await scene.events('large'), [`Warning FailedScheduling ${message}`]);
  const explanation = scene.rejections.explain('default/large');
  assert.equal(explanation?.message, message);
  assert.deepEqual(
    explanation?.nodes
      .map(({ node: name, plugin, reasons }) => [name, plugin, ...reasons])
      .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    [
      ['small', 'NodeResourcesFit', 'Insufficient cpu'],
      ['tainted', 'TaintToleration', 'node(s) had untolerated taint(s)'],
    ],
  );
  await scene.addNode('big', { allocatable: { cpu: '16' } });
  await scene.settle();
  assert.equal(await scene.nodeOf('large'), 'big');
  assert.equal(scene.rejections.explain('default/large'), undefined);
});

test('without any Node a Pod waits, and says so', async (t) => {
  const scene = await openScene(t);
  await scene.addPod('web');
  await scene.settle();
  assert.deepEqual(await scene.events('web'), ['Warning FailedScheduling no nodes available to schedule pods']);
  await scene.addNode('one');
  await scene.settle();
  assert.equal(await scene.nodeOf('web'), 'one');
});

test('a Pod waits while its only Node is tainted or cordoned, and follows when it is freed', async (t) => {
  const scene = await openScene(t);
  await scene.addNode('one', { spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] } });
  await scene.addPod('web');
  await scene.settle();
  assert.match((await scene.events('web'))[0] ?? '', /1 node\(s\) were unschedulable/);
  const cordoned = await scene.client.get(node, { name: 'one' }, { signal: scene.signal });
  const uncordoned = await scene.client.update(
    node,
    { ...cordoned, spec: { ...cordoned.spec, unschedulable: undefined } },
    { signal: scene.signal },
  );
  await scene.settle();
  assert.match((await scene.events('web'))[1] ?? '', /1 node\(s\) had untolerated taint\(s\)/);
  await scene.client.update(node, { ...uncordoned, spec: { ...uncordoned.spec, taints: undefined } }, { signal: scene.signal });
  await scene.settle();
  assert.equal(await scene.nodeOf('web'), 'one');
});

test('the room of a deleted Pod is given to one that waits for it', async (t) => {
  const scene = await openScene(t);
  await scene.addNode('one');
  await scene.addPod('first', { requests: { cpu: '3' } });
  await scene.settle();
  await scene.addPod('second', { requests: { cpu: '3' } });
  await scene.settle();
  assert.match((await scene.events('second'))[0] ?? '', /1 Insufficient cpu\..* 1 No preemption victims found for incoming pod\.$/);
  await scene.client.delete(pod, { namespace: 'default', name: 'first' }, { gracePeriodSeconds: 0, signal: scene.signal });
  await scene.settle();
  assert.equal(await scene.nodeOf('second'), 'one');
});

test('the room of a Pod that ended is free, although the Pod is still there', async (t) => {
  const scene = await openScene(t);
  await scene.addNode('one');
  await scene.addPod('job', {
    requests: { cpu: '3' },
    spec: { containers: [{ name: 'main', image: 'a', resources: { requests: { cpu: '3' } } }], restartPolicy: 'Never' },
  });
  await scene.settle();
  await scene.addPod('next', { requests: { cpu: '3' } });
  await scene.settle();
  assert.equal(await scene.nodeOf('next'), '');
  const job = await scene.pod('job');
  await scene.client.updateStatus(pod, { ...job, status: { ...job.status, phase: 'Succeeded' } }, { signal: scene.signal });
  await scene.settle();
  assert.equal(await scene.nodeOf('next'), 'one');
});

test('a gated Pod waits for its gates, without being tried', async (t) => {
  const scene = await openScene(t);
  await scene.addNode('one');
  await scene.addPod('web', { spec: { containers: [{ name: 'main', image: 'a' }], schedulingGates: [{ name: 'example.test/wait' }] } });
  await scene.settle();
  const gated = await scene.pod('web');
  assert.equal(podCondition(gated, 'PodScheduled')?.reason, 'SchedulingGated');
  assert.deepEqual(await scene.events('web'), []);
  await scene.client.update(pod, { ...gated, spec: { ...gated.spec, schedulingGates: undefined } }, { signal: scene.signal });
  await scene.settle();
  assert.equal(await scene.nodeOf('web'), 'one');
});

test('Pods of other schedulers are left alone', async (t) => {
  const scene = await openScene(t);
  await scene.addNode('one');
  await scene.addPod('theirs', { spec: { containers: [{ name: 'main', image: 'a' }], schedulerName: 'another' } });
  await scene.settle();
  assert.equal(await scene.nodeOf('theirs'), '');
  assert.deepEqual(await scene.events('theirs'), []);
});

test('no Node is given more than it has, however many Pods come at once', async (t) => {
  const scene = await openScene(t);
  for (const name of ['one', 'two']) await scene.addNode(name, { allocatable: { pods: '10' } });
  await Promise.all(Array.from({ length: 25 }, (_, index) => scene.addPod(`web-${index}`)));
  await scene.settle();
  const { items } = await scene.client.list(pod, { namespace: 'default', signal: scene.signal });
  const on = (name: string): number => items.filter(({ spec }) => spec.nodeName === name).length;
  assert.deepEqual([on('one'), on('two'), items.filter(({ spec }) => spec.nodeName === undefined).length], [10, 10, 5]);
  const waiting = items.find(({ spec }) => spec.nodeName === undefined);
  assert.match(
    podCondition(waiting ?? items[0] ?? samplePod('none'), 'PodScheduled')?.message ?? '',
    /^0\/2 nodes are available: 2 Too many pods\./,
  );
});
