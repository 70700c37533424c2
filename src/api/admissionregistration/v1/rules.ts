// Which requests an admission hook or policy is asked about.

import { labelSelector } from '../../meta/v1/label-selector.ts';
import { field, inline, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const rule = struct(
  'io.k8s.api.admissionregistration.v1.Rule',
  {
    apiGroups: list(string(), { pb: 1, listType: 'atomic' }),
    apiVersions: list(string(), { pb: 2, listType: 'atomic' }),
    resources: list(string(), { pb: 3, listType: 'atomic' }),
    scope: string({ presence: 'pointer', pb: 4, enum: ['*', 'Cluster', 'Namespaced'], enumChecked: false }),
  },
  {
    defaults(self) {
      self.scope ??= '*';
    },
  },
);
export interface Rule extends Infer<typeof rule> {}

export const ruleWithOperations = struct(
  'io.k8s.api.admissionregistration.v1.RuleWithOperations',
  {
    operations: list(string({ enum: ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'], enumChecked: false }), { pb: 1, listType: 'atomic' }),
    rule: inline(rule, { pb: 2 }),
  },
  { structType: 'atomic' },
);
export interface RuleWithOperations extends Infer<typeof ruleWithOperations> {}

export const namedRuleWithOperations = struct(
  'io.k8s.api.admissionregistration.v1.NamedRuleWithOperations',
  {
    resourceNames: list(string(), { pb: 1, listType: 'atomic' }),
    ruleWithOperations: inline(ruleWithOperations, { pb: 2 }),
  },
  { structType: 'atomic' },
);
export interface NamedRuleWithOperations extends Infer<typeof namedRuleWithOperations> {}

export const matchCondition = struct('io.k8s.api.admissionregistration.v1.MatchCondition', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  expression: string({ presence: 'always', pb: 2, required: 'published' }),
});
export interface MatchCondition extends Infer<typeof matchCondition> {}

export const matchResources = struct(
  'io.k8s.api.admissionregistration.v1.MatchResources',
  {
    namespaceSelector: field(labelSelector, { presence: 'pointer', pb: 1 }),
    objectSelector: field(labelSelector, { presence: 'pointer', pb: 2 }),
    resourceRules: list(namedRuleWithOperations, { pb: 3, listType: 'atomic' }),
    excludeResourceRules: list(namedRuleWithOperations, { pb: 4, listType: 'atomic' }),
    matchPolicy: string({ presence: 'pointer', pb: 7, enum: ['Equivalent', 'Exact'], enumChecked: false }),
  },
  {
    structType: 'atomic',
    defaults(self) {
      self.matchPolicy ??= 'Equivalent';
      self.namespaceSelector ??= {};
      self.objectSelector ??= {};
    },
  },
);
export interface MatchResources extends Infer<typeof matchResources> {}

export const paramKind = struct(
  'io.k8s.api.admissionregistration.v1.ParamKind',
  {
    apiVersion: string({ pb: 1 }),
    kind: string({ pb: 2 }),
  },
  { structType: 'atomic' },
);
export interface ParamKind extends Infer<typeof paramKind> {}

export const paramRef = struct(
  'io.k8s.api.admissionregistration.v1.ParamRef',
  {
    name: string({ pb: 1 }),
    namespace: string({ pb: 2 }),
    selector: field(labelSelector, { presence: 'pointer', pb: 3 }),
    parameterNotFoundAction: string({ presence: 'pointer', pb: 4 }),
  },
  { structType: 'atomic' },
);
export interface ParamRef extends Infer<typeof paramRef> {}

export const variable = struct(
  'io.k8s.api.admissionregistration.v1.Variable',
  {
    name: string({ presence: 'always', required: 'published' }),
    expression: string({ presence: 'always', required: 'published' }),
  },
  { structType: 'atomic' },
);
export interface Variable extends Infer<typeof variable> {}
