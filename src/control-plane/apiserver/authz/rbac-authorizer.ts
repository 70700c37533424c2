// The RBAC authorizer: a request is allowed when a role that is bound to its user, or to one of the user's groups, says so.
//
// B1. Bindings are indexed by subject; the index is made anew only when a role or binding has changed.

import type { ClusterRole } from '../../../api/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../../api/rbac/v1/cluster-role-binding.ts';
import type { Role } from '../../../api/rbac/v1/role.ts';
import type { RoleBinding } from '../../../api/rbac/v1/role-binding.ts';
import type { PolicyRule, Subject } from '../../../api/rbac/v1/rules.ts';
import type { AuthorizationAttributes, Authorizer, Decision } from '../../../server/authorizer.ts';
import type { User } from '../../../server/user.ts';
import { serviceAccountUsername } from '../authn/service-account-tokens.ts';
import { ruleAllows } from './rule-match.ts';

/** All roles and bindings there are. `revision` changes whenever any of them does. */
export interface RbacObjects {
  revision(): number;
  roles(): Iterable<Role>;
  clusterRoles(): Iterable<ClusterRole>;
  roleBindings(): Iterable<RoleBinding>;
  clusterRoleBindings(): Iterable<ClusterRoleBinding>;
}

/** A role as it is bound: the rules, where they hold, and how the reason of an approval names them. */
interface Grant {
  /** undefined: everywhere. */
  readonly namespace: string | undefined;
  readonly rules: readonly PolicyRule[];
  readonly reason: string;
  /** The role that is bound does not exist. */
  readonly missing: string | undefined;
}

interface GrantIndex {
  readonly revision: number;
  readonly bySubject: ReadonlyMap<string, readonly Grant[]>;
}

const userKey = (name: string): string => `user:${name}`;
const groupKey = (name: string): string => `group:${name}`;

function subjectKey(subject: Subject, bindingNamespace: string): string {
  if (subject.kind === 'User') return userKey(subject.name);
  if (subject.kind === 'Group') return groupKey(subject.name);
  return userKey(serviceAccountUsername(subject.namespace ?? bindingNamespace, subject.name));
}

function printSubject(subject: Subject, bindingNamespace: string): string {
  const { kind, name, namespace = bindingNamespace } = subject;
  return kind === 'ServiceAccount' ? `${kind} ${JSON.stringify(`${name}/${namespace}`)}` : `${kind} ${JSON.stringify(name)}`;
}

function buildIndex(objects: RbacObjects): GrantIndex {
  const clusterRoles = new Map([...objects.clusterRoles()].map((role) => [role.metadata.name ?? '', role]));
  const roles = new Map([...objects.roles()].map((role) => [`${role.metadata.namespace}/${role.metadata.name}`, role]));
  const bySubject = new Map<string, Grant[]>();
  const bind = (binding: RoleBinding | ClusterRoleBinding, namespace: string | undefined): void => {
    const { kind, name } = binding.roleRef;
    const role = kind === 'ClusterRole' ? clusterRoles.get(name) : roles.get(`${namespace}/${name}`);
    const bound =
      namespace === undefined
        ? `ClusterRoleBinding ${JSON.stringify(binding.metadata.name)}`
        : `RoleBinding ${JSON.stringify(`${binding.metadata.name}/${namespace}`)}`;
    const missing =
      role === undefined
        ? `${kind === 'ClusterRole' ? 'clusterrole' : 'role'}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`
        : undefined;
    for (const subject of binding.subjects ?? []) {
      const key = subjectKey(subject, namespace ?? '');
      const reason = `RBAC: allowed by ${bound} of ${kind} ${JSON.stringify(name)} to ${printSubject(subject, namespace ?? '')}`;
      bySubject.set(key, [...(bySubject.get(key) ?? []), { namespace, rules: role?.rules ?? [], reason, missing }]);
    }
  };
  for (const binding of objects.clusterRoleBindings()) bind(binding, undefined);
  for (const binding of objects.roleBindings()) bind(binding, binding.metadata.namespace ?? '');
  return { revision: objects.revision(), bySubject };
}

/** Decides by the roles and bindings in the cache. */
export class RbacAuthorizer implements Authorizer {
  readonly #objects: RbacObjects;
  #index: GrantIndex | undefined;

  constructor(objects: RbacObjects) {
    this.#objects = objects;
  }

  authorize(attributes: AuthorizationAttributes): Decision {
    let missing: string | undefined;
    for (const grant of this.#grantsOf(attributes.user, attributes.isResourceRequest ? attributes.namespace : '')) {
      if (grant.rules.some((rule) => ruleAllows(rule, attributes))) return { allowed: true, reason: grant.reason };
      missing ??= grant.missing;
    }
    return { allowed: false, reason: missing === undefined ? '' : `RBAC: ${missing}` };
  }

  /** Every rule that holds for a user in a namespace ('' for the cluster scope alone). */
  *rulesFor(user: User, namespace: string): Generator<PolicyRule> {
    for (const grant of this.#grantsOf(user, namespace)) yield* grant.rules;
  }

  *#grantsOf(user: User, namespace: string): Generator<Grant> {
    const revision = this.#objects.revision();
    if (this.#index?.revision !== revision) this.#index = buildIndex(this.#objects);
    const { bySubject } = this.#index;
    for (const key of [userKey(user.name), ...user.groups.map(groupKey)]) {
      for (const grant of bySubject.get(key) ?? []) if (grant.namespace === undefined || grant.namespace === namespace) yield grant;
    }
  }
}
