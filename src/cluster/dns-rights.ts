// The rights of the cluster's DNS: it reads what names are made of, and nothing else.

import { clusterRole } from '../api/rbac/v1/cluster-role.ts';
import { clusterRoleBinding } from '../api/rbac/v1/cluster-role-binding.ts';
import type { Client } from '../client/client.ts';
import { isStatus } from '../machinery/status-error.ts';

const NAME = 'system:coredns';
const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };

const ROLE = {
  metadata: { name: NAME, labels },
  rules: [
    { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  ],
};

const BINDING = {
  metadata: { name: NAME, labels },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAME },
  subjects: [{ kind: 'ServiceAccount', name: 'coredns', namespace: 'kube-system' }],
};

async function unlessThere(create: Promise<unknown>): Promise<void> {
  try {
    await create;
  } catch (error) {
    if (!isStatus(error, 'AlreadyExists')) throw error;
  }
}

/** Makes the role and its binding, where they are missing. */
export async function grantDnsRights(client: Client, signal: AbortSignal): Promise<void> {
  await unlessThere(client.create(clusterRole, ROLE, { signal }));
  await unlessThere(client.create(clusterRoleBinding, BINDING, { signal }));
}
