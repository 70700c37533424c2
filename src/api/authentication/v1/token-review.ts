// TokenReview: asks whose a token is.

import { defineKind } from '../../../machinery/kind.ts';
import { userInfo } from './user-info.ts';
import { boolean, field, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const tokenReviewSpec = struct('io.k8s.api.authentication.v1.TokenReviewSpec', {
  token: string({ pb: 1, required: 'published' }),
  audiences: list(string(), { pb: 2, listType: 'atomic' }),
});
export interface TokenReviewSpec extends Infer<typeof tokenReviewSpec> {}

export const tokenReviewStatus = struct('io.k8s.api.authentication.v1.TokenReviewStatus', {
  authenticated: boolean({ pb: 1 }),
  user: field(userInfo, { presence: 'always', pb: 2 }),
  audiences: list(string(), { pb: 4, listType: 'atomic' }),
  error: string({ pb: 3 }),
});
export interface TokenReviewStatus extends Infer<typeof tokenReviewStatus> {}

export const tokenReview = defineKind({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  scope: 'Cluster',
  name: 'io.k8s.api.authentication.v1.TokenReview',
  fields: {
    spec: field(tokenReviewSpec, { presence: 'always', pb: 2, required: 'published' }),
    status: field(tokenReviewStatus, { presence: 'always', pb: 3 }),
  },
});
export interface TokenReview extends Infer<typeof tokenReview> {}
