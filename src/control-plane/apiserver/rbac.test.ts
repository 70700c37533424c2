// Nobody hands out more than they hold, unless they may escalate or bind; gathered roles follow the roles they gather.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterRole } from '../../api/rbac/v1/cluster-role.ts';
import { clusterRoleBinding } from '../../api/rbac/v1/cluster-role-binding.ts';
import type { VirtualClock } from '../../base/clock.ts';
import type { Client } from '../../client/client.ts';
import { StatusError } from '../../machinery/status-error.ts';
import { openTestServer } from './api-server-fixture.ts';
import type { TestServer } from './api-server-fixture.ts';

const RBAC = 'rbac.authorization.k8s.io';
const roleOf = (name: string, resources: readonly string[], verbs: readonly string[], apiGroups = ['']) => ({
  metadata: { name },
  rules: [{ apiGroups, resources, verbs }],
});
const bindingOf = (name: string, role: string, user: string) => ({
  metadata: { name },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
  subjects: [{ apiGroup: RBAC, kind: 'User', name: user }],
});

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('the request was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StatusError && error.code === 403, String(error));
  return error.message;
}

/** A user who may write RBAC objects, and what `resources` say besides. */
async function writer({ client, clientOf, signal }: TestServer): Promise<Client> {
  await client.create(
    clusterRole,
    roleOf('rbac-writer', ['clusterroles', 'clusterrolebindings'], ['create', 'update', 'get', 'delete'], [RBAC]),
    { signal },
  );
  await client.create(clusterRole, roleOf('pod-reader', ['pods'], ['get', 'list']), { signal });
  for (const role of ['rbac-writer', 'pod-reader'])
    await client.create(clusterRoleBinding, bindingOf(`jane-${role}`, role, 'jane'), { signal });
  return clientOf({ name: 'jane', uid: '', groups: ['system:authenticated'], extra: {} });
}

test('a role may not hold what its writer does not', async (t) => {
  const server = await openTestServer();
  t.after(() => server.close());
  const { client, signal } = server;
  const jane = await writer(server);
  await jane.create(clusterRole, roleOf('less', ['pods'], ['get']), { signal });
  assert.equal(
    await messageOf(jane.create(clusterRole, roleOf('more', ['pods', 'secrets'], ['get', 'list', 'delete']), { signal })),
    `clusterroles.${RBAC} "more" is forbidden: user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n` +
      '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list" "delete"]}',
  );
  await client.create(clusterRole, roleOf('escalator', ['clusterroles'], ['escalate'], [RBAC]), { signal });
  await client.create(clusterRoleBinding, bindingOf('jane-escalates', 'escalator', 'jane'), { signal });
  await jane.create(clusterRole, roleOf('more', ['secrets'], ['get']), { signal });
});

test('a binding may not hand out what its writer does not hold, unless they may bind the role', async (t) => {
  const server = await openTestServer();
  t.after(() => server.close());
  const { client, signal } = server;
  const jane = await writer(server);
  await client.create(clusterRole, roleOf('secret-reader', ['secrets'], ['get']), { signal });
  await jane.create(clusterRoleBinding, bindingOf('fine', 'pod-reader', 'bob'), { signal });
  assert.match(
    await messageOf(jane.create(clusterRoleBinding, bindingOf('no', 'secret-reader', 'bob'), { signal })),
    /clusterrolebindings\.rbac\.authorization\.k8s\.io "no" is forbidden: user "jane"/,
  );
  const bind = {
    metadata: { name: 'binder' },
    rules: [{ apiGroups: [RBAC], resources: ['clusterroles'], resourceNames: ['secret-reader'], verbs: ['bind'] }],
  };
  await client.create(clusterRole, bind, { signal });
  await client.create(clusterRoleBinding, bindingOf('jane-binds', 'binder', 'jane'), { signal });
  await jane.create(clusterRoleBinding, bindingOf('no', 'secret-reader', 'bob'), { signal });
});

test('a role that gathers others gets their rules when one is added', async (t) => {
  const server = await openTestServer();
  t.after(() => server.close());
  await server.bootstrap();
  const { client, signal, core } = server;
  const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
  const rules = [{ apiGroups: ['example.org'], resources: ['widgets'], verbs: ['get'] }];
  await client.create(clusterRole, { metadata: { name: 'a-widget-viewer', labels }, rules }, { signal });
  await (core.clock as VirtualClock).advance(200);
  for (const name of ['view', 'edit', 'admin']) {
    const found = await client.get(clusterRole, { name }, { signal });
    assert.ok(
      found.rules?.some((rule) => rule.apiGroups?.includes('example.org')),
      `${name} lacks the rule`,
    );
  }
});
