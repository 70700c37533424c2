// Access reviews: what may a user do? Asked by `kubectl auth can-i`, by kubelets and by extension servers.
// See https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access

import type { NonResourceAttributes, ResourceAttributes, SubjectAccessReviewStatus } from '../../../api/authorization/v1/attributes.ts';
import { localSubjectAccessReview } from '../../../api/authorization/v1/local-subject-access-review.ts';
import { selfSubjectAccessReview } from '../../../api/authorization/v1/self-subject-access-review.ts';
import { selfSubjectRulesReview } from '../../../api/authorization/v1/self-subject-rules-review.ts';
import { subjectAccessReview } from '../../../api/authorization/v1/subject-access-review.ts';
import type { SubjectAccessReviewSpec } from '../../../api/authorization/v1/subject-access-review.ts';
import type { PolicyRule } from '../../../api/rbac/v1/rules.ts';
import { FieldPath } from '../../../machinery/field-path.ts';
import { invalid } from '../../../machinery/problem.ts';
import type { Problem } from '../../../machinery/problem.ts';
import type { Draft } from '../../../machinery/schema.ts';
import type { AuthorizationAttributes, Authorizer } from '../../../server/authorizer.ts';
import type { Strategy } from '../../../server/strategy.ts';
import type { User } from '../../../server/user.ts';
import { reviewStrategy } from './answer-review.ts';

interface Question {
  readonly resourceAttributes?: ResourceAttributes | undefined;
  readonly nonResourceAttributes?: NonResourceAttributes | undefined;
}

function attributesFor(user: User, { resourceAttributes, nonResourceAttributes }: Question): AuthorizationAttributes {
  const of = resourceAttributes;
  return {
    user,
    verb: of?.verb ?? nonResourceAttributes?.verb ?? '',
    isResourceRequest: of !== undefined,
    path: nonResourceAttributes?.path ?? '',
    group: of?.group ?? '',
    version: of?.version ?? '',
    resource: of?.resource ?? '',
    subresource: of?.subresource ?? '',
    namespace: of?.namespace ?? '',
    name: of?.name ?? '',
  };
}

async function decide(authorizer: Authorizer, user: User, question: Question): Promise<Draft<SubjectAccessReviewStatus>> {
  const { allowed, denied, reason, error } = await authorizer.authorize(attributesFor(user, question));
  return {
    allowed,
    ...(denied === true ? { denied } : {}),
    ...(reason === '' ? {} : { reason }),
    ...(error === undefined ? {} : { evaluationError: error }),
  };
}

function subjectOf({ user = '', groups = [], uid = '', extra = {} }: SubjectAccessReviewSpec): User {
  return { name: user, uid, groups, extra };
}

const spec = FieldPath.root.child('spec');

function questionProblems({ resourceAttributes, nonResourceAttributes }: Question): Problem[] {
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    return [
      invalid(spec.child('nonResourceAttributes'), nonResourceAttributes, 'cannot be specified in combination with resourceAttributes'),
    ];
  }
  if (resourceAttributes === undefined && nonResourceAttributes === undefined) {
    return [
      invalid(spec.child('resourceAttributes'), null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'),
    ];
  }
  return [];
}

function subjectProblems(review: SubjectAccessReviewSpec): Problem[] {
  const nobody = (review.user ?? '') === '' && (review.groups ?? []).length === 0;
  return [
    ...questionProblems(review),
    ...(nobody ? [invalid(spec.child('user'), review.user ?? '', 'at least one of user or group must be specified')] : []),
  ];
}

function rulesOf(rules: Iterable<PolicyRule>): {
  resourceRules: Draft<PolicyRule>[];
  nonResourceRules: { verbs: string[]; nonResourceURLs: string[] }[];
} {
  const resourceRules: Draft<PolicyRule>[] = [];
  const nonResourceRules: { verbs: string[]; nonResourceURLs: string[] }[] = [];
  for (const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } of rules) {
    const named = resourceNames === undefined ? {} : { resourceNames: [...resourceNames] };
    if (resources !== undefined)
      resourceRules.push({ verbs: [...verbs], apiGroups: [...(apiGroups ?? [])], resources: [...resources], ...named });
    if (nonResourceURLs !== undefined) nonResourceRules.push({ verbs: [...verbs], nonResourceURLs: [...nonResourceURLs] });
  }
  return { resourceRules, nonResourceRules };
}

export interface RuleResolver {
  rulesFor(user: User, namespace: string): Iterable<PolicyRule>;
}

/** The four kinds that ask about access. */
export function accessReviews(authorizer: Authorizer, resolver: RuleResolver): Strategy[] {
  return [
    reviewStrategy(
      subjectAccessReview,
      async (review) => ({ ...review, status: await decide(authorizer, subjectOf(review.spec), review.spec) }),
      (review) => subjectProblems(review.spec),
    ),
    reviewStrategy(
      localSubjectAccessReview,
      async (review) => ({ ...review, status: await decide(authorizer, subjectOf(review.spec), review.spec) }),
      (review, { info }) => {
        const asked = review.spec.resourceAttributes?.namespace;
        const other =
          asked === info.namespace
            ? []
            : [invalid(spec.child('resourceAttributes', 'namespace'), asked ?? '', `must match metadata.namespace: ${info.namespace}`)];
        return [...subjectProblems(review.spec), ...other];
      },
    ),
    reviewStrategy(
      selfSubjectAccessReview,
      async (review, { user }) => ({ ...review, status: await decide(authorizer, user, review.spec) }),
      (review) => questionProblems(review.spec),
    ),
    reviewStrategy(selfSubjectRulesReview, (review, { user }) => ({
      ...review,
      status: { ...rulesOf(resolver.rulesFor(user, review.spec.namespace ?? '')), incomplete: false },
    })),
  ];
}
