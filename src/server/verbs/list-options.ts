// The options of a list or watch, checked with upstream's messages.

import { forbidden, notSupported } from '../../machinery/problem.ts';
import type { Problem } from '../../machinery/problem.ts';
import { badRequestError, invalidError } from '../../machinery/status-error.ts';
import type { ApiRequest } from '../api-request.ts';
import { booleanOf, integerOf } from '../request-options.ts';

export interface ListOptions {
  readonly resourceVersion: string;
  readonly resourceVersionMatch: '' | 'Exact' | 'NotOlderThan';
  readonly limit: number;
  readonly continue: string;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  readonly timeoutSeconds: number | undefined;
}

const EXACT = 'Exact';
const NOT_OLDER = 'NotOlderThan';

function listProblems(options: ListOptions): Problem[] {
  const { resourceVersion, resourceVersionMatch: match, sendInitialEvents } = options;
  const problems: Problem[] = [];
  if (match !== '') {
    if (resourceVersion === '')
      problems.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (options.continue !== '')
      problems.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
    if (match !== EXACT && match !== NOT_OLDER) problems.push(notSupported('resourceVersionMatch', match, [EXACT, NOT_OLDER, '']));
    if (match === EXACT && resourceVersion === '0') {
      problems.push(forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (sendInitialEvents !== undefined) problems.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  return problems;
}

function watchProblems(options: ListOptions): Problem[] {
  const { resourceVersionMatch: match, sendInitialEvents } = options;
  const problems: Problem[] = [];
  if (sendInitialEvents !== undefined && match !== NOT_OLDER) {
    problems.push(forbidden('resourceVersionMatch', `sendInitialEvents requires setting resourceVersionMatch to ${NOT_OLDER}`));
  }
  if (match === '') return problems;
  if (sendInitialEvents === undefined) {
    problems.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  }
  if (match !== NOT_OLDER) problems.push(notSupported('resourceVersionMatch', match, [NOT_OLDER]));
  if (options.continue !== '')
    problems.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
  return problems;
}

/** The options in a request's query. */
export function listOptionsOf({ query }: ApiRequest, verb: 'list' | 'watch'): ListOptions {
  const options: ListOptions = {
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: (query.get('resourceVersionMatch') ?? '') as ListOptions['resourceVersionMatch'],
    limit: integerOf(query, 'limit') ?? 0,
    continue: query.get('continue') ?? '',
    allowWatchBookmarks: booleanOf(query, 'allowWatchBookmarks') ?? false,
    sendInitialEvents: booleanOf(query, 'sendInitialEvents'),
    timeoutSeconds: integerOf(query, 'timeoutSeconds'),
  };
  const problems = verb === 'list' ? listProblems(options) : watchProblems(options);
  if (problems.length > 0) throw invalidError({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', problems);
  if (options.limit < 0) throw badRequestError('limit must be a non-negative number');
  return options;
}
