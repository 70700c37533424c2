// SubjectAccessReview: asks what a user may do.

import { validateQuestion, withoutMetadata } from './attributes-validation.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { nonResourceAttributes, resourceAttributes, subjectAccessReviewStatus } from './attributes.ts';
import { field, list, map, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const subjectAccessReviewSpec = struct('io.k8s.api.authorization.v1.SubjectAccessReviewSpec', {
  resourceAttributes: field(resourceAttributes, { presence: 'pointer', pb: 1 }),
  nonResourceAttributes: field(nonResourceAttributes, { presence: 'pointer', pb: 2 }),
  user: string({ pb: 3 }),
  groups: list(string(), { pb: 4, listType: 'atomic' }),
  extra: map(list(string()), { pb: 5 }),
  uid: string({ pb: 6 }),
});
export interface SubjectAccessReviewSpec extends Infer<typeof subjectAccessReviewSpec> {}

export const subjectAccessReview = defineKind({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  scope: 'Cluster',
  name: 'io.k8s.api.authorization.v1.SubjectAccessReview',
  fields: {
    spec: field(subjectAccessReviewSpec, { presence: 'always', pb: 2, required: 'published' }),
    status: field(subjectAccessReviewStatus, { presence: 'always', pb: 3 }),
  },
  check: (review, _old, at) => [...validateQuestion(review.spec, review.spec, at.child('spec')), ...withoutMetadata(review, false)],
});
export interface SubjectAccessReview extends Infer<typeof subjectAccessReview> {}
