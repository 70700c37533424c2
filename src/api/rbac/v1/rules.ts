// Rules, subjects and role references: what RBAC kinds are made of.

import { labelSelector } from '../../meta/v1/label-selector.ts';
import { list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const policyRule = struct('io.k8s.api.rbac.v1.PolicyRule', {
  verbs: list(string(), { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
  apiGroups: list(string(), { pb: 2, listType: 'atomic' }),
  resources: list(string(), { pb: 3, listType: 'atomic' }),
  resourceNames: list(string(), { pb: 4, listType: 'atomic' }),
  nonResourceURLs: list(string(), { pb: 5, listType: 'atomic' }),
});
export interface PolicyRule extends Infer<typeof policyRule> {}

export const subject = struct(
  'io.k8s.api.rbac.v1.Subject',
  {
    kind: string({ presence: 'always', pb: 1, required: 'published' }),
    apiGroup: string({ pb: 2 }),
    name: string({ presence: 'always', pb: 3, required: 'published' }),
    namespace: string({ pb: 4 }),
  },
  {
    structType: 'atomic',
    defaults(self) {
      if (self.kind === 'User' || self.kind === 'Group') self.apiGroup ??= 'rbac.authorization.k8s.io';
    },
  },
);
export interface Subject extends Infer<typeof subject> {}

export const roleRef = struct(
  'io.k8s.api.rbac.v1.RoleRef',
  {
    apiGroup: string({ presence: 'always', pb: 1 }),
    kind: string({ presence: 'always', pb: 2, required: 'published' }),
    name: string({ presence: 'always', pb: 3, required: 'published' }),
  },
  { structType: 'atomic' },
);
export interface RoleRef extends Infer<typeof roleRef> {}

export const aggregationRule = struct('io.k8s.api.rbac.v1.AggregationRule', {
  clusterRoleSelectors: list(labelSelector, { pb: 1, listType: 'atomic' }),
});
export interface AggregationRule extends Infer<typeof aggregationRule> {}
