// Identity reviews: whose token is this, and who am I?

import { selfSubjectReview } from '../../../api/authentication/v1/self-subject-review.ts';
import { tokenReview } from '../../../api/authentication/v1/token-review.ts';
import type { UserInfo } from '../../../api/authentication/v1/user-info.ts';
import type { Draft } from '../../../machinery/schema.ts';
import type { Strategy } from '../../../server/strategy.ts';
import type { User } from '../../../server/user.ts';
import type { ServiceAccountTokens } from '../authn/service-account-tokens.ts';
import { reviewStrategy } from './answer-review.ts';

function userInfo({ name, uid, groups, extra }: User): Draft<UserInfo> {
  const more = Object.entries(extra).map(([key, values]): [string, string[]] => [key, [...values]]);
  return {
    username: name,
    ...(uid === '' ? {} : { uid }),
    groups: [...groups],
    ...(more.length === 0 ? {} : { extra: Object.fromEntries(more) }),
  };
}

/** TokenReview and SelfSubjectReview. */
export function identityReviews(tokens: ServiceAccountTokens): Strategy[] {
  return [
    reviewStrategy(tokenReview, async (review) => {
      const audiences = review.spec.audiences ?? [];
      const verified = await tokens.verify(review.spec.token ?? '', audiences.length === 0 ? tokens.defaultAudiences : audiences);
      const { metadata } = review;
      // The token is not sent back.
      const asked = { ...review, metadata };
      if (verified === undefined) return { ...asked, status: { user: {}, error: '[invalid bearer token]' } };
      if (typeof verified === 'string') return { ...asked, status: { user: {}, error: `[invalid bearer token, ${verified}]` } };
      return { ...asked, status: { authenticated: true, user: userInfo(verified.user), audiences: [...verified.audiences] } };
    }),
    reviewStrategy(selfSubjectReview, (review, { user }) => ({ ...review, status: { userInfo: userInfo(user) } })),
  ];
}
