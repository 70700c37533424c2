// The reviews that ask about access, answered by the authorizer of whichever server is asked.

import { must } from '../../../base/assert.ts';
import type { ServerParts } from '../../../server/scope.ts';
import { allowAll } from '../../../server/authorizer.ts';
import type { Strategy } from '../../../server/strategy.ts';
import { rbacOver } from '../authz/rbac-objects.ts';
import { accessReviews } from './access-reviews.ts';

const answered = new WeakMap<ServerParts, readonly Strategy[]>();

function answersOf(parts: ServerParts): readonly Strategy[] {
  const known = answered.get(parts) ?? accessReviews(parts.authorizer, rbacOver(parts.lookups));
  answered.set(parts, known);
  return known;
}

/** The strategies of all access reviews. */
export function serverReviews(): readonly Strategy[] {
  return accessReviews(allowAll, { rulesFor: () => [] }).map((shape, index) => ({
    ...shape,
    handlers: { create: (request, parts) => must(answersOf(parts)[index]?.handlers?.['create'], 'the answer to a review')(request, parts) },
  }));
}
