import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { VirtualClock } from '../base/clock.ts';
import { deployment } from '../api/apps/v1/deployment.ts';
import { configMap } from '../api/core/v1/config-map.ts';
import { pod } from '../api/core/v1/pod.ts';
import { startCluster } from './index.ts';

const { signal } = new AbortController();
const web = {
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
  },
};

describe('startCluster', () => {
  test('a Deployment runs on simulated nodes, in virtual time', async (t) => {
    const clock = new VirtualClock();
    const cluster = await startCluster({ clock, nodes: 2 });
    t.after(() => cluster.stop());
    // The default ServiceAccount is made a moment after its namespace.
    await clock.advance(2_000);
    await cluster.client.create(deployment, web, { signal });
    await clock.advanceUntil(async () => {
      const { items } = await cluster.client.list(pod, { namespace: 'default', signal });
      return items.length === 3 && items.every(({ status }) => status.phase === 'Running');
    });
    assert.equal((await cluster.client.get(deployment, { namespace: 'default', name: 'web' }, { signal })).status.updatedReplicas, 3);
  });

  test('a fork has everything and shares nothing', async (t) => {
    const cluster = await startCluster({ apiServerOnly: true });
    t.after(() => cluster.stop());
    await cluster.client.create(configMap, { metadata: { name: 'a', namespace: 'default' } }, { signal });
    const fork = await cluster.fork();
    t.after(() => fork.stop());
    await fork.client.create(configMap, { metadata: { name: 'b', namespace: 'default' } }, { signal });
    const names = async (of: typeof cluster): Promise<(string | undefined)[]> =>
      (await of.client.list(configMap, { namespace: 'default', signal })).items.map(({ metadata }) => metadata.name);
    assert.deepEqual(await names(cluster), ['a']);
    assert.deepEqual(await names(fork), ['a', 'b']);
  });

  test('users have the rights that RBAC gives them', async (t) => {
    const cluster = await startCluster({ apiServerOnly: true });
    t.after(() => cluster.stop());
    const nobody = cluster.clientFor({ name: 'jane', uid: '', groups: ['system:authenticated'], extra: {} });
    await assert.rejects(
      nobody.list(pod, { namespace: 'default', signal }),
      /pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"/,
    );
  });
});
