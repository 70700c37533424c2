// The stages that every request passes, in their order: deadline, audit, impersonation, flow control, authorization, route.
//
// P1. Authentication comes before: a socket's request by its credentials, a call within the process as a named user.
// P2. Whatever goes wrong is a StatusError when it leaves here.

import { isAbort, LazyAbort } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { internalError, isStatus, StatusError, timeoutError } from '../machinery/status-error.ts';
import type { ApiRequest, ApiResponse, Handler } from './api-request.ts';
import { attributesOf, forbiddenByAuthorizer } from './authorizer.ts';
import type { Authorizer } from './authorizer.ts';
import { isLongRunning } from './flow-control.ts';
import type { FlowControl } from './flow-control.ts';
import { impersonate } from './impersonation.ts';
import { PendingRequest } from './pending-request.ts';

/** Told of every request when it came and when it is over. */
export interface AuditHook {
  received(request: ApiRequest): void;
  completed(request: ApiRequest, outcome: ApiResponse | StatusError): void;
}

export interface PipelineParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly authorizer: Authorizer;
  readonly flowControl: FlowControl;
  readonly audit?: AuditHook | undefined;
  /** Serves requests for resources. */
  readonly resources: Handler;
  /** Serves everything else: discovery, health, metrics. */
  readonly nonResource: Handler;
  /** How long a request that is not a watch may take. */
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 60_000;

async function authorize(request: ApiRequest, authorizer: Authorizer): Promise<void> {
  const attributes = attributesOf(request);
  const decision = await authorizer.authorize(attributes);
  if (decision.allowed) return;
  if (decision.error !== undefined && decision.reason === '') throw internalError(decision.error);
  throw forbiddenByAuthorizer(attributes, decision.reason);
}

/** Runs `serve` under a deadline; the client is answered when it passes, even if something does not heed the signal. */
function underDeadline(parts: PipelineParts, request: ApiRequest, serve: Handler): Promise<ApiResponse> {
  if (isLongRunning(request)) return serve(request);
  return new Promise((resolve, reject) => {
    const cancel = new LazyAbort();
    let follows = false;
    const settled = (): void => {
      timer.cancel();
      if (follows) request.signal.removeEventListener('abort', onParent);
    };
    const fail = (error: unknown): void => {
      settled();
      reject(error);
    };
    const end = (reason: unknown): void => {
      cancel.abort(reason);
      fail(reason);
    };
    const onParent = (): void => end(request.signal.reason);
    const timer = parts.clock.after(parts.timeoutMs ?? TIMEOUT_MS, () =>
      end(timeoutError('request did not complete within the allotted timeout', 0)),
    );
    // A signal that nobody has asked for yet need not follow that of the client.
    const follow = (): AbortSignal => {
      if (!follows) {
        follows = true;
        if (request.signal.aborted) onParent();
        else request.signal.addEventListener('abort', onParent, { once: true });
      }
      return cancel.signal;
    };
    // Callers within the process wait for the answer, and are given it as soon as they call off.
    if (request.remoteAddress === '') follow();
    const warn = (text: string): void => request.warn(text);
    serve(new PendingRequest(request, follow, warn)).then((response) => {
      settled();
      resolve(response);
    }, fail);
  });
}

/** The error as a client may see it (P2). */
function asStatus(error: unknown, request: ApiRequest, logger: Logger): StatusError {
  if (isStatus(error)) return error;
  if (isAbort(error, request.signal))
    return new StatusError({ code: 499, reason: 'ClientClosedRequest', message: 'the request was cancelled' }, { cause: error });
  logger.error('a request failed', { verb: request.info.verb, path: request.info.path, error });
  return internalError(error);
}

/** Puts the stages together. */
export function createPipeline(parts: PipelineParts): Handler {
  const { authorizer, flowControl, audit, logger } = parts;
  const serve: Handler = async (request) => {
    await authorize(request, authorizer);
    return request.info.isResourceRequest ? parts.resources(request) : parts.nonResource(request);
  };
  return async (given) => {
    audit?.received(given);
    try {
      const request = await impersonate(given, authorizer);
      const leave = flowControl.enter(request);
      try {
        const response = await underDeadline(parts, request, serve);
        audit?.completed(given, response);
        return response;
      } finally {
        leave();
      }
    } catch (error) {
      const status = asStatus(error, given, logger);
      audit?.completed(given, status);
      throw status;
    }
  };
}
