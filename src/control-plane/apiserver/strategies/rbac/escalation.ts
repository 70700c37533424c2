// The guard on RBAC objects: a role may hold, and a binding may hand out, only what its writer holds already.
// Those with the verb `escalate` (on roles) or `bind` (on the role that is bound) may do more, and system:masters anything.

import type { ClusterRole } from '../../../../api/rbac/v1/cluster-role.ts';
import { clusterRole } from '../../../../api/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../../../api/rbac/v1/cluster-role-binding.ts';
import type { Role } from '../../../../api/rbac/v1/role.ts';
import { role } from '../../../../api/rbac/v1/role.ts';
import type { RoleBinding } from '../../../../api/rbac/v1/role-binding.ts';
import type { PolicyRule, RoleRef } from '../../../../api/rbac/v1/rules.ts';
import { semanticEqual } from '../../../../machinery/equality.ts';
import type { KubeObject } from '../../../../machinery/kind.ts';
import { forbiddenError, notFoundError } from '../../../../machinery/status-error.ts';
import type { Reservation, WriteContext } from '../../../../server/strategy.ts';
import { missingRules, printRules, quotedList } from '../../authz/rule-cover.ts';
import { rbacOver } from '../../authz/rbac-objects.ts';

const GROUP = 'rbac.authorization.k8s.io';
const SUPERUSERS = 'system:masters';
const FULL_AUTHORITY: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

const NOTHING: Reservation = { keep() {}, revert() {} };

interface Grant {
  /** The plural that is written. */
  readonly resource: string;
  readonly name: string;
  readonly rules: readonly PolicyRule[];
}

function missingFor({ user, namespace, lookups }: WriteContext, rules: readonly PolicyRule[]): PolicyRule[] {
  return missingRules([...rbacOver(lookups).rulesFor(user, namespace)], rules);
}

function refuseMore(context: WriteContext, { resource, name, rules }: Grant): void {
  const missing = missingFor(context, rules);
  if (missing.length === 0) return;
  const { user } = context;
  const why = `user ${JSON.stringify(user.name)} (groups=${quotedList(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${printRules(missing)}`;
  throw forbiddenError({ group: GROUP, resource }, name, why);
}

async function mayDo(context: WriteContext, verb: string, resource: string, name: string): Promise<boolean> {
  const { user, namespace } = context;
  const attributes = {
    user,
    verb,
    isResourceRequest: true,
    path: '',
    group: GROUP,
    version: '*',
    resource,
    subresource: '',
    namespace,
    name,
  };
  return (await context.authorizer.authorize(attributes)).allowed;
}

/** Whether a write only lets the garbage collector go on: nothing but owners and finalizers differs. */
function onlyForCollection(next: KubeObject, old: KubeObject | undefined): boolean {
  if (old === undefined) return false;
  const strip = ({ metadata, ...rest }: KubeObject): object => {
    const { ownerReferences: _owners, finalizers: _finalizers, managedFields: _managed, ...kept } = metadata;
    return { ...rest, metadata: kept };
  };
  return semanticEqual(strip(next), strip(old));
}

const aggregates = (object: KubeObject | undefined): boolean =>
  ((object as ClusterRole | undefined)?.aggregationRule?.clusterRoleSelectors ?? []).length > 0;

/** `begin` of roles. */
export function guardRole(resource: 'roles' | 'clusterroles') {
  return async (next: Role | ClusterRole, old: Role | ClusterRole | undefined, context: WriteContext): Promise<Reservation> => {
    if (context.user.groups.includes(SUPERUSERS) || onlyForCollection(next, old)) return NOTHING;
    const named = context.operation === 'create' ? '' : context.name;
    if (await mayDo(context, 'escalate', resource, named)) return NOTHING;
    const name = next.metadata.name ?? '';
    refuseMore(context, { resource, name, rules: next.rules ?? [] });
    if ((aggregates(next) || aggregates(old)) && missingFor(context, FULL_AUTHORITY).length > 0) {
      throw forbiddenError({ group: GROUP, resource }, name, 'must have cluster-admin privileges to use the aggregationRule');
    }
    return NOTHING;
  };
}

function rulesOf({ kind, name }: RoleRef, { lookups, namespace }: WriteContext): readonly PolicyRule[] {
  const cluster = kind === 'ClusterRole';
  const found = cluster ? lookups.cached(clusterRole, '', name) : lookups.cached(role, namespace, name);
  if (found === undefined) throw notFoundError({ group: GROUP, resource: cluster ? 'clusterroles' : 'roles' }, name);
  return found.rules ?? [];
}

/** `begin` of bindings. */
export function guardBinding(resource: 'rolebindings' | 'clusterrolebindings') {
  return async (
    next: RoleBinding | ClusterRoleBinding,
    old: RoleBinding | ClusterRoleBinding | undefined,
    context: WriteContext,
  ): Promise<Reservation> => {
    if (context.user.groups.includes(SUPERUSERS) || onlyForCollection(next, old)) return NOTHING;
    const { kind, name } = next.roleRef;
    if (await mayDo(context, 'bind', kind === 'ClusterRole' ? 'clusterroles' : 'roles', name)) return NOTHING;
    refuseMore(context, { resource, name: next.metadata.name ?? '', rules: rulesOf(next.roleRef, context) });
    return NOTHING;
  };
}
