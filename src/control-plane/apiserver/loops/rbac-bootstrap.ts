// Brings the roles and bindings that Kubernetes itself needs up to date; `plan` decides, this carries out.

import { clusterRole } from '../../../api/rbac/v1/cluster-role.ts';
import type { ClusterRole } from '../../../api/rbac/v1/cluster-role.ts';
import { clusterRoleBinding } from '../../../api/rbac/v1/cluster-role-binding.ts';
import type { ClusterRoleBinding } from '../../../api/rbac/v1/cluster-role-binding.ts';
import { role } from '../../../api/rbac/v1/role.ts';
import type { Role } from '../../../api/rbac/v1/role.ts';
import { roleBinding } from '../../../api/rbac/v1/role-binding.ts';
import type { RoleBinding } from '../../../api/rbac/v1/role-binding.ts';
import { must } from '../../../base/assert.ts';
import { keyOf } from '../../../client/client.ts';
import { canonicalize } from '../../../machinery/canonical.ts';
import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import bootstrap from '../bootstrap/rbac.json' with { type: 'json' };
import { ensure } from './ensure.ts';
import type { LoopContext } from './parts.ts';
import { planBinding, planRole } from './rbac-plan.ts';
import type { RbacPlan } from './rbac-plan.ts';

function wantedOf<T extends KubeObject>(kind: Kind<T>, objects: readonly object[]): T[] {
  return objects.map((object) => {
    const result = canonicalize(kind.struct, { apiVersion: kind.apiVersion, kind: kind.kind, ...object });
    return must(result.ok ? (result.object as T) : undefined, `a bootstrap ${kind.kind}`);
  });
}

async function reconcile<T extends KubeObject>(
  context: LoopContext,
  kind: Kind<T>,
  wanted: T,
  plan: (wanted: T, present: T | undefined) => RbacPlan<T>,
): Promise<void> {
  const { client, lookups, signal } = context;
  const { name = '', namespace = '' } = wanted.metadata;
  const decided = plan(wanted, lookups.cached(kind, namespace, name));
  if (decided.act === 'nothing') return;
  if (decided.act === 'update') {
    await client.update(kind, decided.next, { signal });
    return;
  }
  if (decided.act === 'recreate') await client.delete(kind as Kind, keyOf(wanted), { signal });
  const { metadata, ...rest } = wanted;
  if (decided.act === 'recreate') await client.create<KubeObject>(kind as Kind, { ...rest, metadata }, { signal });
  else await ensure<KubeObject>(context, kind as Kind, { ...rest, metadata });
}

/** Roles first: bindings to roles that do not exist allow nothing. */
export async function reconcileRbac(context: LoopContext): Promise<void> {
  const clusterRoles = wantedOf<ClusterRole>(clusterRole, bootstrap.clusterroles);
  const roles = wantedOf<Role>(role, bootstrap.roles);
  await Promise.all([
    ...clusterRoles.map((each) => reconcile(context, clusterRole as Kind<ClusterRole>, each, planRole)),
    ...roles.map((each) => reconcile(context, role as Kind<Role>, each, planRole)),
  ]);
  const clusterBindings = wantedOf<ClusterRoleBinding>(clusterRoleBinding, bootstrap.clusterrolebindings);
  const bindings = wantedOf<RoleBinding>(roleBinding, bootstrap.rolebindings);
  await Promise.all([
    ...clusterBindings.map((each) => reconcile(context, clusterRoleBinding as Kind<ClusterRoleBinding>, each, planBinding)),
    ...bindings.map((each) => reconcile(context, roleBinding as Kind<RoleBinding>, each, planBinding)),
  ]);
}
