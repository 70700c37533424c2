// A new cluster has what upstream's new clusters have, and keeps it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterRole } from '../../api/rbac/v1/cluster-role.ts';
import { clusterRoleBinding } from '../../api/rbac/v1/cluster-role-binding.ts';
import { namespace } from '../../api/core/v1/namespace.ts';
import { endpoints } from '../../api/core/v1/endpoints.ts';
import { service } from '../../api/core/v1/service.ts';
import { apiService } from '../../api/apiregistration/v1/api-service.ts';
import { flowSchema } from '../../api/flowcontrol/v1/flow-schema.ts';
import { priorityClass } from '../../api/scheduling/v1/priority-class.ts';
import bootstrap from './bootstrap/rbac.json' with { type: 'json' };
import { openTestServer } from './api-server-fixture.ts';

test('a new cluster has its namespaces, roles, priority classes and the Service of the API server', async (t) => {
  const server = await openTestServer();
  t.after(() => server.close());
  await server.bootstrap();
  const { client, signal } = server;
  const names = (await client.list(namespace, { signal })).items.map(({ metadata }) => metadata.name);
  assert.deepEqual(names, ['default', 'kube-node-lease', 'kube-public', 'kube-system']);
  const roles = (await client.list(clusterRole, { signal })).items;
  assert.equal(roles.length, bootstrap.clusterroles.length);
  const admin = roles.find(({ metadata }) => metadata.name === 'admin');
  assert.deepEqual(admin?.rules, bootstrap.clusterroles.find(({ metadata }) => metadata.name === 'admin')?.rules);
  assert.equal(admin?.metadata.resourceVersion, (await client.get(clusterRole, { name: 'admin' }, { signal })).metadata.resourceVersion);
  assert.equal((await client.list(clusterRoleBinding, { signal })).items.length, bootstrap.clusterrolebindings.length);
  assert.equal((await client.list(priorityClass, { signal })).items.length, 2);
  assert.equal((await client.list(flowSchema, { signal })).items.length, 11);
  assert.equal((await client.list(apiService, { signal })).items.length, 21);
  const kubernetes = await client.get(service, { namespace: 'default', name: 'kubernetes' }, { signal });
  assert.equal(kubernetes.spec.clusterIP, '10.96.0.1');
  assert.deepEqual(kubernetes.spec.clusterIPs, ['10.96.0.1']);
  assert.deepEqual(kubernetes.spec.ipFamilies, ['IPv4']);
  assert.equal(kubernetes.spec.ipFamilyPolicy, 'SingleStack');
  const { subsets } = await client.get(endpoints, { namespace: 'default', name: 'kubernetes' }, { signal });
  assert.deepEqual(subsets, [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] }]);
});
