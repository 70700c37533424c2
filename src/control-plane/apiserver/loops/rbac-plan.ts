// Decides how a bootstrap role or binding is brought up to date: what is missing is added, what was added by others stays.
//
// R1. An object with the annotation autoupdate=false is left alone.
// R2. A role of a binding cannot be changed: a binding to another role is made anew.

import type { ClusterRole } from '../../../api/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../../api/rbac/v1/cluster-role-binding.ts';
import type { Role } from '../../../api/rbac/v1/role.ts';
import type { RoleBinding } from '../../../api/rbac/v1/role-binding.ts';
import type { Subject } from '../../../api/rbac/v1/rules.ts';
import { draftOf } from '../../../machinery/draft.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { lookup } from '../../../machinery/schema.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { missingRules } from '../authz/rule-cover.ts';

const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

export type RbacPlan<T> =
  | { readonly act: 'create' }
  | { readonly act: 'nothing' }
  | { readonly act: 'update'; readonly next: T }
  | { readonly act: 'recreate' };

const isProtected = ({ metadata }: KubeObject): boolean => lookup(metadata.annotations, AUTOUPDATE) === 'false';

/** Labels and annotations that are wanted and missing; values that differ stay. */
function addMissing(draft: Draft<KubeObject>, wanted: KubeObject): boolean {
  let changed = false;
  for (const field of ['labels', 'annotations'] as const) {
    for (const [key, value] of Object.entries(wanted.metadata[field] ?? {})) {
      if (lookup(draft.metadata[field], key) !== undefined) continue;
      draft.metadata[field] = { ...draft.metadata[field], [key]: value };
      changed = true;
    }
  }
  return changed;
}

export function planRole<T extends Role | ClusterRole>(wanted: T, present: T | undefined): RbacPlan<T> {
  if (present === undefined) return { act: 'create' };
  if (isProtected(present)) return { act: 'nothing' };
  const draft = draftOf<Role | ClusterRole>(present);
  let changed = addMissing(draft as Draft<KubeObject>, wanted);
  const selectors = ('aggregationRule' in wanted ? wanted.aggregationRule?.clusterRoleSelectors : undefined) ?? [];
  if (selectors.length === 0) {
    const missing = missingRules(present.rules ?? [], wanted.rules ?? []);
    if (missing.length > 0) {
      draft.rules = [...(draft.rules ?? []), ...draftOf(missing)];
      changed = true;
    }
  } else {
    // Its rules are gathered from other roles: only what gathers them is ours.
    const gathering = draft as Draft<ClusterRole>;
    const present_ = gathering.aggregationRule?.clusterRoleSelectors ?? [];
    const missing = selectors.filter((selector) => !present_.some((other) => semanticEqual(other, selector)));
    if (missing.length > 0) {
      gathering.aggregationRule = { clusterRoleSelectors: [...present_, ...draftOf(missing)] };
      changed = true;
    }
  }
  return changed ? { act: 'update', next: draft as T } : { act: 'nothing' };
}

const sameSubject = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind && a.name === b.name && (a.namespace ?? '') === (b.namespace ?? '') && (a.apiGroup ?? '') === (b.apiGroup ?? '');

export function planBinding<T extends RoleBinding | ClusterRoleBinding>(wanted: T, present: T | undefined): RbacPlan<T> {
  if (present === undefined) return { act: 'create' };
  if (isProtected(present)) return { act: 'nothing' };
  if (!semanticEqual(present.roleRef, wanted.roleRef)) return { act: 'recreate' };
  const draft = draftOf<RoleBinding | ClusterRoleBinding>(present);
  let changed = addMissing(draft as Draft<KubeObject>, wanted);
  const missing = (wanted.subjects ?? []).filter((subject) => !(present.subjects ?? []).some((other) => sameSubject(other, subject)));
  if (missing.length > 0) {
    draft.subjects = [...(draft.subjects ?? []), ...draftOf(missing)];
    changed = true;
  }
  return changed ? { act: 'update', next: draft as T } : { act: 'nothing' };
}
