// Checks of what RBAC kinds are made of: rules, role references and subjects.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { checkPathSegmentName } from '../../../machinery/formats/identifier.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { invalid, notSupportedText, required } from '../../../machinery/problem.ts';
import { labelSelectorOf } from '../../../machinery/selectors/label-selector.ts';
import { hasInvalidLabelValue, validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import { complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { AggregationRule, PolicyRule, RoleRef, Subject } from './rules.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

interface BindingObject {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[] | undefined;
}

/** Checks rules; those of a namespace cannot speak of paths. */
export function* validateRules(rules: readonly PolicyRule[], namespaced: boolean, at: FieldPath): Problems {
  for (const [index, rule] of rules.entries()) yield* validateRule(rule, namespaced, at.index(index));
}

function* validateRule(rule: PolicyRule, namespaced: boolean, at: FieldPath): Problems {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if (verbs.length === 0) yield required(at.child('verbs'), 'verbs must contain at least one value');
  if (nonResourceURLs.length > 0) {
    const here = at.child('nonResourceURLs');
    if (namespaced) yield invalid(here, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs');
    if (apiGroups.length + resources.length + resourceNames.length > 0)
      yield invalid(here, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs');
    return;
  }
  if (apiGroups.length === 0) yield required(at.child('apiGroups'), 'resource rules must supply at least one api group');
  if (resources.length === 0) yield required(at.child('resources'), 'resource rules must supply at least one resource');
}

/** Checks which ClusterRoles are put together; values that were stored before they were checked may stay. */
export function* validateAggregation(next: AggregationRule | undefined, old: AggregationRule | undefined, at: FieldPath): Problems {
  if (next === undefined) return;
  const { clusterRoleSelectors: selectors = [] } = next;
  const here = at.child('clusterRoleSelectors');
  if (selectors.length === 0) yield required(here, 'at least one clusterRoleSelector required if aggregationRule is non-nil');
  const allowInvalidLabelValueInSelector = (old?.clusterRoleSelectors ?? []).some(hasInvalidLabelValue);
  for (const [index, selector] of selectors.entries()) {
    yield* validateLabelSelector(selector, here.index(index), { allowInvalidLabelValueInSelector });
    if (!labelSelectorOf(selector).ok) yield invalid(here.index(index), null, 'invalid label selector.');
  }
}

/** Checks a binding: whom it binds to which role, and that the role stays. */
export function* validateBinding(next: BindingObject, old: BindingObject | undefined, namespaced: boolean, at: FieldPath): Problems {
  const { roleRef, subjects = [] } = next;
  const here = at.child('roleRef');
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (roleRef.apiGroup !== RBAC_GROUP) yield notSupportedText(here.child('apiGroup'), roleRef.apiGroup, [RBAC_GROUP]);
  if (!kinds.includes(roleRef.kind)) yield notSupportedText(here.child('kind'), roleRef.kind, kinds);
  if (roleRef.name === '') yield required(here.child('name'));
  else yield* complaints(here.child('name'), roleRef.name, checkPathSegmentName(roleRef.name));
  for (const [index, subject] of subjects.entries()) yield* validateSubject(subject, namespaced, at.child('subjects').index(index));
  if (old === undefined || semanticEqual(old.roleRef, roleRef)) return;
  yield invalid(here, { APIGroup: roleRef.apiGroup, Kind: roleRef.kind, Name: roleRef.name }, 'cannot change roleRef');
}

function* validateSubject(subject: Subject, namespaced: boolean, at: FieldPath): Problems {
  const { kind, name, namespace = '', apiGroup = '' } = subject;
  if (name === '') yield required(at.child('name'));
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '') yield* complaints(at.child('name'), name, checkDns1123Subdomain(name));
      if (apiGroup !== '') yield notSupportedText(at.child('apiGroup'), apiGroup, ['']);
      if (!namespaced && namespace === '') yield required(at.child('namespace'));
      return;
    case 'User':
    case 'Group':
      if (apiGroup !== RBAC_GROUP) yield notSupportedText(at.child('apiGroup'), apiGroup, [RBAC_GROUP]);
      return;
    default:
      yield notSupportedText(at.child('kind'), kind, ['ServiceAccount', 'User', 'Group']);
  }
}
