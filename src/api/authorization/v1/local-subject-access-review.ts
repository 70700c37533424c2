// LocalSubjectAccessReview: asks what a user may do in one namespace.

import { invalid } from '../../../machinery/problem.ts';
import { validateQuestion, withoutMetadata } from './attributes-validation.ts';
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
  check(review, _old, at, context) {
    const { resourceAttributes: resource, nonResourceAttributes: path } = review.spec;
    const problems = [...validateQuestion(review.spec, review.spec, at.child('spec')), ...withoutMetadata(review, true)];
    const namespace = resource?.namespace ?? '';
    if (resource !== undefined && namespace !== context.namespace)
      problems.push(invalid(at.child('spec', 'resourceAttributes', 'namespace'), namespace, 'must match metadata.namespace'));
    if (path !== undefined) {
      const shown = { Path: path.path ?? '', Verb: path.verb ?? '' };
      problems.push(invalid(at.child('spec', 'nonResourceAttributes'), shown, 'disallowed on this kind of request'));
    }
    return problems;
  },
});
export interface LocalSubjectAccessReview extends Infer<typeof localSubjectAccessReview> {}
