// SelfSubjectRulesReview: lists what the caller may do in a namespace.

import { defineKind } from '../../../machinery/kind.ts';
import { boolean, field, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const resourceRule = struct('io.k8s.api.authorization.v1.ResourceRule', {
  verbs: list(string(), { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
  apiGroups: list(string(), { pb: 2, listType: 'atomic' }),
  resources: list(string(), { pb: 3, listType: 'atomic' }),
  resourceNames: list(string(), { pb: 4, listType: 'atomic' }),
});
export interface ResourceRule extends Infer<typeof resourceRule> {}

export const nonResourceRule = struct('io.k8s.api.authorization.v1.NonResourceRule', {
  verbs: list(string(), { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
  nonResourceURLs: list(string(), { pb: 2, listType: 'atomic' }),
});
export interface NonResourceRule extends Infer<typeof nonResourceRule> {}

export const subjectRulesReviewStatus = struct('io.k8s.api.authorization.v1.SubjectRulesReviewStatus', {
  resourceRules: list(resourceRule, { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
  nonResourceRules: list(nonResourceRule, { presence: 'always', pb: 2, required: 'published', listType: 'atomic' }),
  incomplete: boolean({ presence: 'always', pb: 3, required: 'published' }),
  evaluationError: string({ pb: 4 }),
});
export interface SubjectRulesReviewStatus extends Infer<typeof subjectRulesReviewStatus> {}

export const selfSubjectRulesReviewSpec = struct('io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec', {
  namespace: string({ pb: 1 }),
});
export interface SelfSubjectRulesReviewSpec extends Infer<typeof selfSubjectRulesReviewSpec> {}

export const selfSubjectRulesReview = defineKind({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  scope: 'Cluster',
  name: 'io.k8s.api.authorization.v1.SelfSubjectRulesReview',
  fields: {
    spec: field(selfSubjectRulesReviewSpec, { presence: 'always', pb: 2, required: 'published' }),
    status: field(subjectRulesReviewStatus, { presence: 'always', pb: 3 }),
  },
});
export interface SelfSubjectRulesReview extends Infer<typeof selfSubjectRulesReview> {}
