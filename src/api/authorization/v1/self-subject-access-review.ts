// SelfSubjectAccessReview: asks what the caller may do.

import { validateQuestion, withoutMetadata } from './attributes-validation.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { nonResourceAttributes, resourceAttributes, subjectAccessReviewStatus } from './attributes.ts';
import { field, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const selfSubjectAccessReviewSpec = struct('io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec', {
  resourceAttributes: field(resourceAttributes, { presence: 'pointer', pb: 1 }),
  nonResourceAttributes: field(nonResourceAttributes, { presence: 'pointer', pb: 2 }),
});
export interface SelfSubjectAccessReviewSpec extends Infer<typeof selfSubjectAccessReviewSpec> {}

export const selfSubjectAccessReview = defineKind({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  scope: 'Cluster',
  name: 'io.k8s.api.authorization.v1.SelfSubjectAccessReview',
  fields: {
    spec: field(selfSubjectAccessReviewSpec, { presence: 'always', pb: 2, required: 'published' }),
    status: field(subjectAccessReviewStatus, { presence: 'always', pb: 3 }),
  },
  check: (review, _old, at) => [...validateQuestion(review.spec, undefined, at.child('spec')), ...withoutMetadata(review, false)],
});
export interface SelfSubjectAccessReview extends Infer<typeof selfSubjectAccessReview> {}
