// LocalSubjectAccessReview: asks what a user may do in one namespace.

import { defineKind } from '../../../machinery/kind.ts';
import { subjectAccessReviewStatus } from './attributes.ts';
import { subjectAccessReviewSpec } from './subject-access-review.ts';
import { field } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const localSubjectAccessReview = defineKind({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  scope: 'Namespaced',
  name: 'io.k8s.api.authorization.v1.LocalSubjectAccessReview',
  fields: {
    spec: field(subjectAccessReviewSpec, { presence: 'always', pb: 2, required: 'published' }),
    status: field(subjectAccessReviewStatus, { presence: 'always', pb: 3 }),
  },
});
export interface LocalSubjectAccessReview extends Infer<typeof localSubjectAccessReview> {}
