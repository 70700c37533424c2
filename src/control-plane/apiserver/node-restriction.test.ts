// A kubelet through the whole server: what is its own it writes, what is another node's it does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { lease } from '../../api/coordination/v1/lease.ts';
import { node } from '../../api/core/v1/node.ts';
import { pod } from '../../api/core/v1/pod.ts';
import { serviceAccount } from '../../api/core/v1/service-account.ts';
import type { Client } from '../../client/client.ts';
import { StatusError } from '../../machinery/status-error.ts';
import { openTestServer } from './api-server-fixture.ts';
import type { TestServer } from './api-server-fixture.ts';

interface Scene extends TestServer {
  /** The kubelet of n1. */
  readonly kubelet: Client;
}

async function opened(t: TestContext): Promise<Scene> {
  const server = await openTestServer();
  t.after(() => server.close());
  await server.bootstrap();
  const { client, signal } = server;
  await client.create(serviceAccount, { metadata: { name: 'default', namespace: 'default' } }, { signal });
  const kubelet = server.clientOf({ name: 'system:node:n1', uid: '', groups: ['system:nodes', 'system:authenticated'], extra: {} });
  const labels = { 'kubernetes.io/hostname': 'n1', team: 'red' };
  await kubelet.create(node, { metadata: { name: 'n1', labels } }, { signal });
  await client.create(node, { metadata: { name: 'n2' } }, { signal });
  for (const name of ['n1', 'n2']) {
    const spec = { nodeName: name, containers: [{ name: 'main', image: 'busybox' }] };
    await client.create(pod, { metadata: { name: `on-${name}`, namespace: 'default' }, spec }, { signal });
  }
  return { ...server, kubelet };
}

async function refused(work: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(work, (error) => error instanceof StatusError && error.code === 403 && message.test(error.message));
}

const strategic = { type: 'strategic' } as const;

test('a kubelet writes its own node, but neither its taints nor labels that steer Pods', async (t) => {
  const { kubelet, signal } = await opened(t);
  const patch = (name: string, change: object) => kubelet.patch(node, { name }, change, { ...strategic, signal });
  await patch('n1', { metadata: { labels: { team: 'blue', 'topology.kubernetes.io/zone': 'z', 'node.kubernetes.io/size': 'l' } } });
  await kubelet.patch(node, { name: 'n1' }, { status: { phase: 'Running' } }, { ...strategic, subresource: 'status', signal });
  await refused(patch('n2', { metadata: { labels: { team: 'blue' } } }), /node "n1" is not allowed to modify node "n2"$/);
  await refused(patch('n1', { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }), /node "n1" is not allowed to modify taints$/);
  await refused(
    patch('n1', { metadata: { labels: { 'node-restriction.kubernetes.io/a': '', 'node-role.kubernetes.io/control-plane': '' } } }),
    /is not allowed to modify labels: node-restriction\.kubernetes\.io\/a, node-role\.kubernetes\.io\/control-plane$/,
  );
  await refused(kubelet.create(node, { metadata: { name: 'n3' } }, { signal }), /node "n1" is not allowed to modify node "n3"$/);
});

test('a kubelet makes no Pod that would bring it a token, and touches only Pods bound to it', async (t) => {
  const { client, kubelet, signal } = await opened(t);
  const spec = { nodeName: 'n1', containers: [{ name: 'main', image: 'busybox' }] };
  await refused(
    kubelet.create(pod, { metadata: { name: 'sneaky', namespace: 'default' }, spec }, { signal }),
    /pod does not have "kubernetes\.io\/config\.mirror" annotation, node "n1" can only create mirror pods$/,
  );
  const { uid = '' } = (await client.get(node, { name: 'n1' }, { signal })).metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'n1', uid, controller: true }];
  const annotations = { 'kubernetes.io/config.mirror': 'x' };
  const mirror = (name: string, more: object = {}) =>
    kubelet.create(pod, { metadata: { name, namespace: 'default', annotations, ownerReferences }, spec: { ...spec, ...more } }, { signal });
  await refused(mirror('secretive', { imagePullSecrets: [{ name: 's' }] }), /node "n1" can not create pods that reference secrets$/);
  await refused(mirror('elsewhere', { nodeName: 'n2' }), /node "n1" can only create pods with spec\.nodeName set to itself$/);
  await mirror('mirror');
  const key = (name: string) => ({ namespace: 'default', name });
  const status = (name: string) =>
    kubelet.patch(pod, key(name), { status: { message: 'hi' } }, { ...strategic, subresource: 'status', signal });
  await status('on-n1');
  await refused(status('on-n2'), /can only update pod status for pods with spec\.nodeName set to itself$/);
  await refused(kubelet.delete(pod, key('on-n2'), { signal }), /node "n1" can only delete pods with spec\.nodeName set to itself$/);
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: key('on-n2') };
  await refused(
    kubelet.act(pod, key('on-n2'), 'eviction', eviction, 'status', { signal }),
    /can only evict pods with spec\.nodeName set to itself$/,
  );
  await kubelet.delete(pod, key('on-n1'), { signal });
});

test("a kubelet gets tokens of its own Pods' accounts, bound to those Pods, and its own lease", async (t) => {
  const { client, kubelet, signal } = await opened(t);
  const ask = (boundObjectRef: object | undefined) =>
    kubelet.act(
      serviceAccount,
      { namespace: 'default', name: 'default' },
      'token',
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { audiences: [], ...(boundObjectRef === undefined ? {} : { boundObjectRef }) },
      },
      'status',
      { signal },
    );
  const other = await client.get(pod, { namespace: 'default', name: 'on-n2' }, { signal });
  const bound = { apiVersion: 'v1', kind: 'Pod', name: 'on-n2' };
  await refused(ask(undefined), /node requested token not bound to a pod$/);
  await refused(ask(bound), /node requested token with a pod binding without a uid$/);
  await refused(ask({ ...bound, uid: other.metadata.uid }), /node requested token bound to a pod scheduled on a different node$/);
  const leaseOf = (name: string) =>
    kubelet.create(lease, { metadata: { name, namespace: 'kube-node-lease' }, spec: { holderIdentity: 'n1' } }, { signal });
  await leaseOf('n1');
  await refused(leaseOf('n2'), /can only access node lease with the same name as the requesting node$/);
});
