// Pods through the whole server: graceful deletion, binding, eviction, status, resize, and what reaches their kubelet.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { node } from '../../api/core/v1/node.ts';
import { pod } from '../../api/core/v1/pod.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { podDisruptionBudget } from '../../api/policy/v1/pod-disruption-budget.ts';
import { serviceAccount } from '../../api/core/v1/service-account.ts';
import type { Sparse } from '../../client/sparse.ts';
import { StatusError } from '../../machinery/status-error.ts';
import { openTestServer } from './api-server-fixture.ts';
import type { TestServer } from './api-server-fixture.ts';

const KEY = { namespace: 'default', name: 'web' };

async function opened(t: TestContext, port = 1): Promise<TestServer> {
  const server = await openTestServer({ kubelets: { connect: () => ({ host: '127.0.0.1', port }) } });
  t.after(() => server.close());
  await server.bootstrap();
  const { client, signal } = server;
  await client.create(serviceAccount, { metadata: { name: 'default', namespace: 'default' } }, { signal });
  await client.create(node, { metadata: { name: 'n1' } }, { signal });
  return server;
}

const webOf = (spec: Sparse<Pod['spec']> = {}): Sparse<Pod> => ({
  metadata: { ...KEY, labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image: 'busybox' }], ...spec },
});

const bind = ({ client, signal }: TestServer, to: string): Promise<unknown> =>
  client.act(pod, KEY, 'binding', { apiVersion: 'v1', kind: 'Binding', metadata: KEY, target: { kind: 'Node', name: to } }, 'status', {
    signal,
  });

const evict = ({ client, signal }: TestServer): Promise<unknown> =>
  client.act(pod, KEY, 'eviction', { apiVersion: 'policy/v1', kind: 'Eviction', metadata: KEY }, 'status', { signal });

async function refusalOf(work: Promise<unknown>): Promise<StatusError> {
  const error = await work.then(
    () => assert.fail('the request was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StatusError, String(error));
  return error;
}

test('a Pod begins Pending with its class and generation, and goes at once while it is on no node', async (t) => {
  const server = await opened(t);
  const { client, signal } = server;
  const created = await client.create(pod, webOf(), { signal });
  assert.deepEqual([created.status.phase, created.status.qosClass, created.metadata.generation], ['Pending', 'BestEffort', 1]);
  await client.delete(pod, KEY, { signal });
  assert.equal(await client.find(pod, KEY, { signal }), undefined);
});

test('binding puts a Pod on a node once, and a bound Pod ends gracefully', async (t) => {
  const server = await opened(t);
  const { client, signal } = server;
  await client.create(pod, webOf(), { signal });
  await bind(server, 'n1');
  const bound = await client.get(pod, KEY, { signal });
  assert.deepEqual(
    [bound.spec.nodeName, bound.status.conditions?.[0]?.type, bound.status.conditions?.[0]?.status],
    ['n1', 'PodScheduled', 'True'],
  );
  const again = await refusalOf(bind(server, 'n2'));
  assert.equal(again.message, 'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "n1"');
  assert.equal(again.code, 409);
  await client.delete(pod, KEY, { signal });
  const going = await client.get(pod, KEY, { signal });
  assert.equal(going.metadata.deletionGracePeriodSeconds, 30);
  assert.equal(going.metadata.generation, 2);
  const reported = await client.updateStatus(pod, { ...going, status: { ...going.status, phase: 'Running' } }, { signal });
  assert.equal(reported.metadata.deletionTimestamp, going.metadata.deletionTimestamp);
  await client.delete(pod, KEY, { signal, gracePeriodSeconds: 0 });
  assert.equal(await client.find(pod, KEY, { signal }), undefined);
});

test('eviction asks the budget, and counts', async (t) => {
  const server = await opened(t);
  const { client, signal } = server;
  const created = await client.create(pod, webOf(), { signal });
  const budget = await client.create(
    podDisruptionBudget,
    { metadata: { name: 'b', namespace: 'default' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } } },
    { signal },
  );
  const status = { observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, disruptionsAllowed: 0 };
  const full = await client.updateStatus(podDisruptionBudget, { ...budget, status }, { signal });
  const ready = { type: 'Ready', status: 'True' } as NonNullable<Pod['status']['conditions']>[number];
  await client.updateStatus(pod, { ...created, status: { ...created.status, phase: 'Running', conditions: [ready] } }, { signal });
  const refused = await refusalOf(evict(server));
  assert.deepEqual([refused.code, refused.message], [429, "Cannot evict pod as it would violate the pod's disruption budget."]);
  assert.equal(refused.details?.causes?.[0]?.message, 'The disruption budget b needs 1 healthy pods and has 1 currently');
  await client.updateStatus(podDisruptionBudget, { ...full, status: { ...status, currentHealthy: 2, disruptionsAllowed: 1 } }, { signal });
  await evict(server);
  assert.equal(await client.find(pod, KEY, { signal }), undefined);
  const after = await client.get(podDisruptionBudget, { namespace: 'default', name: 'b' }, { signal });
  assert.equal(after.status.disruptionsAllowed, 0);
});

test('logs come from the kubelet of the node, and its refusals are the client’s', async (t) => {
  const asked: string[] = [];
  const kubelet = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.includes('previous')) {
      response.writeHead(400).end('previous terminated container "main" in pod "web" not found');
      return;
    }
    response.writeHead(200).end('one\ntwo\n');
  });
  await new Promise<void>((resolve) => kubelet.listen(0, '127.0.0.1', resolve));
  t.after(() => kubelet.closeAllConnections());
  t.after(() => kubelet.close());
  const server = await opened(t, (kubelet.address() as AddressInfo).port);
  const { client, signal } = server;
  const log = (query: string): Promise<Uint8Array> =>
    client.transport.raw({ method: 'GET', path: `/api/v1/namespaces/default/pods/web/log?${query}`, signal });
  await client.create(
    pod,
    webOf({
      containers: [
        { name: 'main', image: 'busybox' },
        { name: 'side', image: 'busybox' },
      ],
    }),
    { signal },
  );
  assert.equal((await refusalOf(log(''))).message, 'a container name must be specified for pod web, choose one of: [main side]');
  assert.equal((await refusalOf(log('container=none'))).message, 'container none is not valid for pod web');
  await bind(server, 'n1');
  assert.equal(new TextDecoder().decode(await log('container=main&tailLines=2')), 'one\ntwo\n');
  assert.equal(asked[0], '/containerLogs/default/web/main?tailLines=2&stream=All');
  const refused = await refusalOf(log('container=main&previous=true'));
  assert.deepEqual([refused.code, refused.message], [400, 'previous terminated container "main" in pod "web" not found']);
});
