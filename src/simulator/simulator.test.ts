import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { VirtualClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { seededRandom } from '../base/random.ts';
import { lease } from '../api/coordination/v1/lease.ts';
import { replicaSet } from '../api/apps/v1/replica-set.ts';
import { namespace } from '../api/core/v1/namespace.ts';
import { node } from '../api/core/v1/node.ts';
import { pod } from '../api/core/v1/pod.ts';
import type { Pod } from '../api/core/v1/pod.ts';
import { isPodReady } from '../api/core/v1/pod-conditions.ts';
import { serviceAccount } from '../api/core/v1/service-account.ts';
import type { Client } from '../client/client.ts';
import type { Sparse } from '../client/sparse.ts';
import { openTestServer } from '../control-plane/apiserver/api-server-fixture.ts';
import { replicaSetController } from '../control-plane/controllers/replicaset/index.ts';
import { runScheduler } from '../control-plane/scheduler/index.ts';
import { runController } from '../runtime/controller.ts';
import { ApiEventRecorder } from '../runtime/event-recorder.ts';
import { Informers } from '../runtime/informers.ts';
import { EXIT_CODE_ANNOTATION, Faults, RUN_FOR_ANNOTATION, runSimulator } from './index.ts';
import type { SimulatorOptions } from './index.ts';

interface Scene {
  readonly client: Client;
  readonly clock: VirtualClock;
  readonly signal: AbortSignal;
  readonly faults: Faults;
  addPod(name: string, fields?: { annotations?: Record<string, string>; spec?: Sparse<Pod['spec']> }): Promise<void>;
  pod(name: string): Promise<Pod>;
  pods(): Promise<readonly Pod[]>;
}

async function openScene(t: TestContext, options: Partial<SimulatorOptions> = {}): Promise<Scene> {
  const clock = new VirtualClock();
  const server = await openTestServer({ clock });
  const { client, signal } = server;
  const faults = new Faults();
  const parts = { client, clock, random: seededRandom(5), logger: silentLogger };
  for (const name of ['default', 'kube-node-lease']) await client.create(namespace, { metadata: { name } }, { signal });
  await client.create(serviceAccount, { metadata: { name: 'default', namespace: 'default' } }, { signal });
  const informers = new Informers(parts, signal);
  const events = new ApiEventRecorder({ ...parts, source: { component: 'test' } }, signal);
  const running = [
    runSimulator({ ...parts, nodes: 2, liftsTaint: true, faults, ...options }, signal),
    runScheduler(parts, signal),
    runController(replicaSetController, { ...parts, informers, events }, signal),
  ];
  t.after(async () => {
    await server.close();
    await Promise.all([...running, informers.end(), events.end()]);
  });
  await clock.settle();
  return {
    client,
    clock,
    signal,
    faults,
    async addPod(name, { annotations = {}, spec = {} } = {}) {
      await client.create(
        pod,
        { metadata: { name, namespace: 'default', annotations }, spec: { containers: [{ name: 'main', image: 'a' }], ...spec } },
        { signal },
      );
      await clock.settle();
    },
    pod: (name) => client.get(pod, { namespace: 'default', name }, { signal }),
    pods: async () => (await client.list(pod, { namespace: 'default', signal })).items,
  };
}

test('simulated Nodes are ready and renew their leases', async (t) => {
  const { client, clock, signal } = await openScene(t);
  const { items } = await client.list(node, { signal });
  assert.deepEqual(
    items.map(({ metadata, status }) => [metadata.name, status.conditions?.find(({ type }) => type === 'Ready')?.status]),
    [
      ['node-1', 'True'],
      ['node-2', 'True'],
    ],
  );
  const renewed = async (): Promise<string> =>
    (await client.get(lease, { namespace: 'kube-node-lease', name: 'node-1' }, { signal })).spec.renewTime ?? '';
  const before = await renewed();
  await clock.advance(20_000);
  assert.ok((await renewed()) > before);
});

test("a ReplicaSet's Pods run, spread over the Nodes, each with an address of its own; a deleted one is replaced", async (t) => {
  const { client, clock, signal, pods } = await openScene(t, { podDelayMs: 500 });
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'a' }] } };
  await client.create(
    replicaSet,
    { metadata: { name: 'web', namespace: 'default' }, spec: { replicas: 4, selector: { matchLabels: labels }, template } },
    { signal },
  );
  await clock.advanceUntil(async () => (await pods()).filter(isPodReady).length === 4, 60_000);
  const running = await pods();
  assert.deepEqual(
    running.map(({ status }) => status.phase),
    ['Running', 'Running', 'Running', 'Running'],
  );
  assert.equal(new Set(running.map(({ status }) => status.podIP)).size, 4);
  assert.deepEqual(
    running.map(({ spec }) => spec.nodeName ?? '').toSorted((a, b) => (a < b ? -1 : 1)),
    ['node-1', 'node-1', 'node-2', 'node-2'],
  );
  const [gone] = running;
  await client.delete(pod, { namespace: 'default', name: gone?.metadata.name ?? '' }, { signal });
  await clock.advanceUntil(async () => (await pods()).filter(isPodReady).length === 4, 60_000);
  assert.ok((await pods()).every(({ metadata }) => metadata.uid !== gone?.metadata.uid));
});

test('a Pod that is not restarted ends after its time, well or badly', async (t) => {
  const { clock, addPod, pod: podOf } = await openScene(t);
  await addPod('good', { annotations: { [RUN_FOR_ANNOTATION]: '3000' }, spec: { restartPolicy: 'Never' } });
  await addPod('bad', { annotations: { [EXIT_CODE_ANNOTATION]: '3' }, spec: { restartPolicy: 'Never' } });
  assert.equal((await podOf('good')).status.phase, 'Running');
  await clock.advance(1_500);
  assert.equal((await podOf('bad')).status.phase, 'Failed');
  assert.equal((await podOf('bad')).status.containerStatuses?.[0]?.state.terminated?.exitCode, 3);
  assert.equal((await podOf('good')).status.phase, 'Running');
  await clock.advance(2_000);
  assert.equal((await podOf('good')).status.phase, 'Succeeded');
});

test('a crashed container is restarted and counted', async (t) => {
  const { clock, addPod, faults, pod: podOf } = await openScene(t);
  await addPod('web');
  faults.crash('default/web', 137);
  await clock.settle();
  const { status } = await podOf('web');
  const [container] = status.containerStatuses ?? [];
  assert.deepEqual(
    [status.phase, container?.restartCount, container?.ready, container?.lastState.terminated?.exitCode],
    ['Running', 1, true, 137],
  );
});

test('a silent Node renews nothing and moves no Pod until it is restored', async (t) => {
  const { client, clock, signal, addPod, faults, pod: podOf } = await openScene(t, { nodes: 1 });
  const renewed = async (): Promise<string> =>
    (await client.get(lease, { namespace: 'kube-node-lease', name: 'node-1' }, { signal })).spec.renewTime ?? '';
  faults.silence('node-1');
  const before = await renewed();
  await addPod('web');
  await clock.advance(60_000);
  assert.equal(await renewed(), before);
  assert.deepEqual([(await podOf('web')).spec.nodeName, (await podOf('web')).status.phase], ['node-1', 'Pending']);
  faults.restore('node-1');
  await clock.advance(15_000);
  assert.equal((await podOf('web')).status.phase, 'Running');
  assert.ok((await renewed()) > before);
});

test('a slow Node starts its Pods late', async (t) => {
  const { clock, addPod, faults, pod: podOf } = await openScene(t, { nodes: 1, podDelayMs: 1_000 });
  faults.slowStart('node-1', 9_000);
  await addPod('web');
  await clock.advance(9_500);
  assert.equal((await podOf('web')).status.containerStatuses?.[0]?.state.waiting?.reason, 'ContainerCreating');
  await clock.advance(1_000);
  assert.equal((await podOf('web')).status.phase, 'Running');
});

test('the same seed tells the same story', async (t) => {
  const story = async (): Promise<string> => {
    const { clock, addPod, pods } = await openScene(t, { podDelayMs: 300 });
    for (const name of ['a', 'b', 'c']) await addPod(name);
    await clock.advance(5_000);
    return JSON.stringify((await pods()).map(({ spec, status }) => [spec.nodeName, status]));
  };
  assert.equal(await story(), await story());
});
