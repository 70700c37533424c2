// The API server's authorizer: system:masters may do everything; otherwise the node authorizer is asked, then RBAC.

import type { AuthorizationAttributes, Authorizer, Decision } from '../../../server/authorizer.ts';

const SUPERUSERS = 'system:masters';

/** Asks each authorizer in turn; the first that allows or denies decides. */
export function createAuthorizer(authorizers: readonly Authorizer[]): Authorizer {
  return {
    async authorize(attributes: AuthorizationAttributes): Promise<Decision> {
      if (attributes.user.groups.includes(SUPERUSERS)) return { allowed: true, reason: '' };
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = await authorizer.authorize(attributes);
        if (decision.allowed || decision.denied === true) return decision;
        if (decision.reason !== '') reasons.push(decision.reason);
      }
      return { allowed: false, reason: reasons.join(', ') };
    },
  };
}
