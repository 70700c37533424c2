// ClusterRole: rights in the whole cluster, or to be granted in namespaces.

import { validateAggregation, validateRules } from './rules-validation.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { nameIsPathSegment } from '../../../machinery/names.ts';
import { aggregationRule, policyRule } from './rules.ts';
import { field, list } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const clusterRole = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  scope: 'Cluster',
  nameProblems: nameIsPathSegment,
  name: 'io.k8s.api.rbac.v1.ClusterRole',
  fields: {
    rules: list(policyRule, { presence: 'always', pb: 2, listType: 'atomic' }),
    aggregationRule: field(aggregationRule, { presence: 'pointer', pb: 3 }),
  },
  check: (next, old, at) => [
    ...validateRules(next.rules, false, at.child('rules')),
    ...validateAggregation(next.aggregationRule, old?.aggregationRule, at.child('aggregationRule')),
  ],
});
export interface ClusterRole extends Infer<typeof clusterRole> {}
