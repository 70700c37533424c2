// What access reviews ask about, and how they answer.

import { labelSelectorRequirement } from '../../meta/v1/label-selector.ts';
import { boolean, field, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const fieldSelectorRequirement = struct('io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement', {
  key: string({ presence: 'always', pb: 1, required: 'published' }),
  operator: string({ presence: 'always', pb: 2, required: 'published' }),
  values: list(string(), { pb: 3, listType: 'atomic' }),
});
export interface FieldSelectorRequirement extends Infer<typeof fieldSelectorRequirement> {}

export const fieldSelectorAttributes = struct('io.k8s.api.authorization.v1.FieldSelectorAttributes', {
  rawSelector: string({ pb: 1 }),
  requirements: list(fieldSelectorRequirement, { pb: 2, listType: 'atomic' }),
});
export interface FieldSelectorAttributes extends Infer<typeof fieldSelectorAttributes> {}

export const labelSelectorAttributes = struct('io.k8s.api.authorization.v1.LabelSelectorAttributes', {
  rawSelector: string({ pb: 1 }),
  requirements: list(labelSelectorRequirement, { pb: 2, listType: 'atomic' }),
});
export interface LabelSelectorAttributes extends Infer<typeof labelSelectorAttributes> {}

export const resourceAttributes = struct('io.k8s.api.authorization.v1.ResourceAttributes', {
  namespace: string({ pb: 1 }),
  verb: string({ pb: 2 }),
  group: string({ pb: 3 }),
  version: string({ pb: 4 }),
  resource: string({ pb: 5 }),
  subresource: string({ pb: 6 }),
  name: string({ pb: 7 }),
  fieldSelector: field(fieldSelectorAttributes, { presence: 'pointer', pb: 8 }),
  labelSelector: field(labelSelectorAttributes, { presence: 'pointer', pb: 9 }),
});
export interface ResourceAttributes extends Infer<typeof resourceAttributes> {}

export const nonResourceAttributes = struct('io.k8s.api.authorization.v1.NonResourceAttributes', {
  path: string({ pb: 1 }),
  verb: string({ pb: 2 }),
});
export interface NonResourceAttributes extends Infer<typeof nonResourceAttributes> {}

export const subjectAccessReviewStatus = struct('io.k8s.api.authorization.v1.SubjectAccessReviewStatus', {
  allowed: boolean({ presence: 'always', pb: 1, required: 'published' }),
  denied: boolean({ pb: 4 }),
  reason: string({ pb: 2 }),
  evaluationError: string({ pb: 3 }),
});
export interface SubjectAccessReviewStatus extends Infer<typeof subjectAccessReviewStatus> {}
