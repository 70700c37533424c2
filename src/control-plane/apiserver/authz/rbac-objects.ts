// The RBAC objects as the watch caches hold them, for the authorizer and for those who ask what a user may do.

import { clusterRole } from '../../../api/rbac/v1/cluster-role.ts';
import { clusterRoleBinding } from '../../../api/rbac/v1/cluster-role-binding.ts';
import { role } from '../../../api/rbac/v1/role.ts';
import { roleBinding } from '../../../api/rbac/v1/role-binding.ts';
import type { Kind } from '../../../machinery/kind.ts';
import type { Lookups } from '../../../server/lookups.ts';
import { RbacAuthorizer } from './rbac-authorizer.ts';
import type { RbacObjects } from './rbac-authorizer.ts';

const KINDS: readonly Kind[] = [role, clusterRole, roleBinding, clusterRoleBinding] as readonly Kind[];

/** Reads through the caches; the revision is the sum of theirs, which only grow. */
export function rbacObjects(lookups: Lookups): RbacObjects {
  return {
    revision: () => KINDS.reduce((sum, kind) => sum + lookups.cacheOf(kind).lastChange, 0),
    roles: () => lookups.cachedList(role),
    clusterRoles: () => lookups.cachedList(clusterRole),
    roleBindings: () => lookups.cachedList(roleBinding),
    clusterRoleBindings: () => lookups.cachedList(clusterRoleBinding),
  };
}

const authorizers = new WeakMap<Lookups, RbacAuthorizer>();

/** The RBAC authorizer over a server's caches: one for each server. */
export function rbacOver(lookups: Lookups): RbacAuthorizer {
  const known = authorizers.get(lookups);
  if (known !== undefined) return known;
  const authorizer = new RbacAuthorizer(rbacObjects(lookups));
  authorizers.set(lookups, authorizer);
  return authorizer;
}
