// A review is a question posted as an object and answered with its status filled in; nothing is stored.

import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import type { ApiRequest, ApiResponse } from '../../../server/api-request.ts';
import { decodeObject } from '../../../server/decode-body.ts';
import { applyDefaults } from '../../../machinery/defaulting.ts';
import type { Draft } from '../../../machinery/schema.ts';
import type { Strategy } from '../../../server/strategy.ts';
import { defineResource } from '../../../machinery/resource.ts';
import { validate } from '../../../machinery/validation.ts';
import { invalidError } from '../../../machinery/status-error.ts';
import type { Problem } from '../../../machinery/problem.ts';

/** A strategy that answers `kind` and offers nothing but create. */
export function reviewStrategy<T extends KubeObject>(
  kind: Kind<T>,
  answer: (review: Draft<T>, request: ApiRequest) => Promise<Draft<T>> | Draft<T>,
  check: (review: Draft<T>, request: ApiRequest) => readonly Problem[] = () => [],
): Strategy {
  const definition = defineResource({ hub: kind as Kind });
  const create = async (request: ApiRequest): Promise<ApiResponse> => {
    const review = decodeObject(request.body, kind as Kind).object as Draft<T>;
    applyDefaults(kind, review);
    const problems = [...check(review, request), ...fieldProblems(kind, review, request)];
    if (problems.length > 0) throw invalidError(kind, '', problems);
    const answered = await answer(review, request);
    return {
      status: 201,
      body: { kind: 'object', of: kind as Kind, object: { ...answered, kind: kind.kind, apiVersion: kind.apiVersion } },
    };
  };
  return { definition, verbs: ['create'], handlers: { create } };
}

/** Reviews have no name: of the problems, those of metadata do not count. */
function fieldProblems<T extends KubeObject>(kind: Kind<T>, review: Draft<T>, { info }: ApiRequest): readonly Problem[] {
  return validate(kind, review as T, undefined, { operation: 'create', subresource: '', namespace: info.namespace }).filter(
    ({ path }) => !path.startsWith('metadata'),
  );
}
