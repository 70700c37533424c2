// FlowSchema: which requests share a priority level.

import { validateFlowSchema, validateTypes } from './flow-schema-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { boolean, field, int32, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const flowDistinguisherMethod = struct('io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface FlowDistinguisherMethod extends Infer<typeof flowDistinguisherMethod> {}

export const nonResourcePolicyRule = struct('io.k8s.api.flowcontrol.v1.NonResourcePolicyRule', {
  verbs: list(string(), { presence: 'always', pb: 1, required: 'published', listType: 'set' }),
  nonResourceURLs: list(string(), { presence: 'always', pb: 6, required: 'published', listType: 'set' }),
});
export interface NonResourcePolicyRule extends Infer<typeof nonResourcePolicyRule> {}

export const resourcePolicyRule = struct('io.k8s.api.flowcontrol.v1.ResourcePolicyRule', {
  verbs: list(string(), { presence: 'always', pb: 1, required: 'published', listType: 'set' }),
  apiGroups: list(string(), { presence: 'always', pb: 2, required: 'published', listType: 'set' }),
  resources: list(string(), { presence: 'always', pb: 3, required: 'published', listType: 'set' }),
  clusterScope: boolean({ pb: 4 }),
  namespaces: list(string(), { presence: 'always', pb: 5, listType: 'set' }),
});
export interface ResourcePolicyRule extends Infer<typeof resourcePolicyRule> {}

export const groupSubject = struct('io.k8s.api.flowcontrol.v1.GroupSubject', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface GroupSubject extends Infer<typeof groupSubject> {}

export const serviceAccountSubject = struct('io.k8s.api.flowcontrol.v1.ServiceAccountSubject', {
  namespace: string({ presence: 'always', pb: 1, required: 'published' }),
  name: string({ presence: 'always', pb: 2, required: 'published' }),
});
export interface ServiceAccountSubject extends Infer<typeof serviceAccountSubject> {}

export const userSubject = struct('io.k8s.api.flowcontrol.v1.UserSubject', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface UserSubject extends Infer<typeof userSubject> {}

export const subject = struct(
  'io.k8s.api.flowcontrol.v1.Subject',
  {
    kind: string({ presence: 'always', pb: 1, required: 'published' }),
    user: field(userSubject, { presence: 'pointer', pb: 2 }),
    group: field(groupSubject, { presence: 'pointer', pb: 3 }),
    serviceAccount: field(serviceAccountSubject, { presence: 'pointer', pb: 4 }),
  },
  { union: ['group', 'serviceAccount', 'user'] },
);
export interface Subject extends Infer<typeof subject> {}

export const policyRulesWithSubjects = struct('io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects', {
  subjects: list(subject, { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
  resourceRules: list(resourcePolicyRule, { pb: 2, listType: 'atomic' }),
  nonResourceRules: list(nonResourcePolicyRule, { pb: 3, listType: 'atomic' }),
});
export interface PolicyRulesWithSubjects extends Infer<typeof policyRulesWithSubjects> {}

export const priorityLevelConfigurationReference = struct('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface PriorityLevelConfigurationReference extends Infer<typeof priorityLevelConfigurationReference> {}

export const flowSchemaSpec = struct('io.k8s.api.flowcontrol.v1.FlowSchemaSpec', {
  priorityLevelConfiguration: field(priorityLevelConfigurationReference, { presence: 'always', pb: 1, required: 'published' }),
  matchingPrecedence: int32({ presence: 'always', pb: 2 }),
  distinguisherMethod: field(flowDistinguisherMethod, { presence: 'pointer', pb: 3 }),
  rules: list(policyRulesWithSubjects, { pb: 4, listType: 'atomic' }),
});
export interface FlowSchemaSpec extends Infer<typeof flowSchemaSpec> {}

export const flowSchemaCondition = struct('io.k8s.api.flowcontrol.v1.FlowSchemaCondition', {
  type: string({ pb: 1 }),
  status: string({ pb: 2 }),
  lastTransitionTime: time({ presence: 'always', pb: 3 }),
  reason: string({ pb: 4 }),
  message: string({ pb: 5 }),
});
export interface FlowSchemaCondition extends Infer<typeof flowSchemaCondition> {}

export const flowSchemaStatus = struct('io.k8s.api.flowcontrol.v1.FlowSchemaStatus', {
  conditions: list(flowSchemaCondition, { pb: 1, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
});
export interface FlowSchemaStatus extends Infer<typeof flowSchemaStatus> {}

const DEFAULT_PRECEDENCE = 1000;

export const flowSchema = defineKind({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  scope: 'Cluster',
  name: 'io.k8s.api.flowcontrol.v1.FlowSchema',
  fields: {
    spec: field(flowSchemaSpec, { presence: 'always', pb: 2 }),
    status: field(flowSchemaStatus, { presence: 'always', pb: 3 }),
  },
  defaults({ spec }) {
    spec.matchingPrecedence ||= DEFAULT_PRECEDENCE;
  },
  check: (next, _old, at, { subresource }) => [
    ...(subresource === 'status' ? [] : validateFlowSchema(next, at.child('spec'))),
    ...validateTypes(next.status.conditions ?? [], at.child('status', 'conditions')),
  ],
  columns: [
    nameColumn,
    { name: 'PriorityLevel', type: 'string', value: ({ spec }) => spec.priorityLevelConfiguration.name },
    { name: 'MatchingPrecedence', type: 'string', value: ({ spec }) => spec.matchingPrecedence },
    { name: 'DistinguisherMethod', type: 'string', value: ({ spec }) => spec.distinguisherMethod?.type ?? '<none>' },
    ageColumn,
    {
      name: 'MissingPL',
      type: 'string',
      value: ({ status }) => (status.conditions ?? []).find(({ type }) => type === 'Dangling')?.status ?? '?',
    },
  ],
});
export interface FlowSchema extends Infer<typeof flowSchema> {}
