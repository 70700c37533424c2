// SelfSubjectReview: asks who the caller is.

import { defineKind } from '../../../machinery/kind.ts';
import { userInfo } from './user-info.ts';
import { field, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const selfSubjectReviewStatus = struct('io.k8s.api.authentication.v1.SelfSubjectReviewStatus', {
  userInfo: field(userInfo, { presence: 'always', pb: 1 }),
});
export interface SelfSubjectReviewStatus extends Infer<typeof selfSubjectReviewStatus> {}

export const selfSubjectReview = defineKind({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  scope: 'Cluster',
  name: 'io.k8s.api.authentication.v1.SelfSubjectReview',
  fields: {
    status: field(selfSubjectReviewStatus, { presence: 'always', pb: 2 }),
  },
});
export interface SelfSubjectReview extends Infer<typeof selfSubjectReview> {}
