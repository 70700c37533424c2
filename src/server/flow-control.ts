// Flow control: how many requests are served at once. Watches and requests from within the process are not counted.

import { tooManyRequestsError } from '../machinery/status-error.ts';
import type { ApiRequest } from './api-request.ts';

/** Lets a request in and is told when it is over; throws a 429 when there is no room. */
export interface FlowControl {
  enter(request: ApiRequest): () => void;
}

const READS: ReadonlySet<string> = new Set(['get', 'list', 'watch', 'head']);
const LONG_RUNNING_SUBRESOURCES: ReadonlySet<string> = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

/** Whether a request may last as long as it likes. */
export const isLongRunning = ({ info, query }: ApiRequest): boolean =>
  info.verb === 'watch' || (LONG_RUNNING_SUBRESOURCES.has(info.subresource) && (info.subresource !== 'log' || query.has('follow')));

/** Two limits, as upstream's --max-requests-inflight and --max-mutating-requests-inflight. */
export function maxInFlight(limits: { readonly reads: number; readonly writes: number }): FlowControl {
  const inFlight = { reads: 0, writes: 0 };
  return {
    enter(request) {
      if (request.remoteAddress === '' || isLongRunning(request)) return () => {};
      const side = READS.has(request.info.verb) ? 'reads' : 'writes';
      if (inFlight[side] >= limits[side]) throw tooManyRequestsError('Too many requests, please try again later.', 1);
      inFlight[side]++;
      return () => void inFlight[side]--;
    },
  };
}
