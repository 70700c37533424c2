// The one error of the API edge, on the server and in clients: a Status object with upstream's reason, code, message and causes.
//
// Every constructor here is named after the reason it carries; messages are those that clients match on.

import type { Problem } from './problem.ts';
import { printProblems, problemBody } from './problem.ts';

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A `v1` Status as clients read it. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

export interface StatusParts {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: StatusDetails;
  /** List metadata of the Status: the token with which an expired list goes on. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A refusal or failure that a client sees. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;

  constructor(parts: StatusParts, options?: { cause?: unknown }) {
    super(parts.message, options);
    this.code = parts.code;
    this.reason = parts.reason;
    this.details = parts.details;
    this.metadata = parts.metadata ?? {};
  }

  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }

  static fromStatus(status: Status, options?: { cause?: unknown }): StatusError {
    const { code = 500, reason = '', message = '', details, metadata } = status;
    return new StatusError({ code, reason, message, metadata, ...(details === undefined ? {} : { details }) }, options);
  }
}

/** Whether `error` is a StatusError, of one of `reasons` where any are given. */
export function isStatus(error: unknown, ...reasons: readonly string[]): error is StatusError {
  return error instanceof StatusError && (reasons.length === 0 || reasons.includes(error.reason));
}

/** A resource named in messages: `pods`, `deployments.apps`. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

export const printGroupResource = ({ group, resource }: GroupResource): string => (group === '' ? resource : `${resource}.${group}`);

/** The details of an object that a message speaks of; empty parts are left out as upstream leaves them out. */
function named({ group, resource }: GroupResource, name: string): StatusDetails {
  return { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource };
}

export const notFoundError = (of: GroupResource, name: string): StatusError =>
  new StatusError({
    code: 404,
    reason: 'NotFound',
    message: `${printGroupResource(of)} ${JSON.stringify(name)} not found`,
    details: named(of, name),
  });

export const alreadyExistsError = (of: GroupResource, name: string): StatusError =>
  new StatusError({
    code: 409,
    reason: 'AlreadyExists',
    message: `${printGroupResource(of)} ${JSON.stringify(name)} already exists`,
    details: named(of, name),
  });

export const conflictError = (of: GroupResource, name: string, because: string): StatusError =>
  new StatusError({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${printGroupResource(of)} ${JSON.stringify(name)}: ${because}`,
    details: named(of, name),
  });

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export const forbiddenError = (of: GroupResource, name: string, because: string): StatusError => {
  const what =
    of.resource === ''
      ? ''
      : name === ''
        ? `${printGroupResource(of)} is forbidden`
        : `${printGroupResource(of)} ${JSON.stringify(name)} is forbidden`;
  return new StatusError({
    code: 403,
    reason: 'Forbidden',
    message: what === '' ? `forbidden: ${because}` : `${what}: ${because}`,
    details: named(of, name),
  });
};

/** `kind` names the kind (`Pod`), not the resource. */
export const invalidError = (of: { group: string; kind: string }, name: string, problems: readonly Problem[]): StatusError => {
  const of_ = of.group === '' ? of.kind : `${of.kind}.${of.group}`;
  return new StatusError({
    code: 422,
    reason: 'Invalid',
    message: `${of_} ${JSON.stringify(name)} is invalid${problems.length === 0 ? '' : `: ${printProblems(problems)}`}`,
    details: {
      ...(name === '' ? {} : { name }),
      ...(of.group === '' ? {} : { group: of.group }),
      kind: of.kind,
      causes: problems.map((problem) => ({ reason: problem.type, message: problemBody(problem), field: problem.path })),
    },
  });
};

export const badRequestError = (message: string, cause?: unknown): StatusError =>
  new StatusError({ code: 400, reason: 'BadRequest', message }, { cause });

export const unauthorizedError = (message = 'Unauthorized'): StatusError => new StatusError({ code: 401, reason: 'Unauthorized', message });

export const methodNotSupportedError = (of: GroupResource, verb: string): StatusError =>
  new StatusError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: `${verb} is not supported on resources of kind ${JSON.stringify(printGroupResource(of))}`,
    details: named(of, ''),
  });

/** 410 for a watch or list that asks for what is no longer kept. */
export const expiredError = (message: string): StatusError => new StatusError({ code: 410, reason: 'Expired', message });

export const goneError = (message: string): StatusError => new StatusError({ code: 410, reason: 'Gone', message });

export const tooLargeError = (message: string): StatusError => new StatusError({ code: 413, reason: 'RequestEntityTooLarge', message });

export const tooManyRequestsError = (message: string, retryAfterSeconds: number): StatusError =>
  new StatusError({ code: 429, reason: 'TooManyRequests', message, details: { retryAfterSeconds } });

export const timeoutError = (message: string, retryAfterSeconds: number): StatusError =>
  new StatusError({ code: 504, reason: 'Timeout', message: `Timeout: ${message}`, details: { retryAfterSeconds } });

export const serverTimeoutError = (of: GroupResource, operation: string, retryAfterSeconds: number): StatusError =>
  new StatusError({
    code: 500,
    reason: 'ServerTimeout',
    message: `The ${operation} operation against ${printGroupResource(of)} could not be completed at this time, please try again.`,
    details: { ...named(of, operation), retryAfterSeconds },
  });

export const serviceUnavailableError = (message: string): StatusError =>
  new StatusError({ code: 503, reason: 'ServiceUnavailable', message });

export const internalError = (cause: unknown): StatusError => {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new StatusError(
    {
      code: 500,
      reason: 'InternalError',
      message: `Internal error occurred: ${message}`,
      details: { causes: [{ message }] },
    },
    { cause },
  );
};

export const notAcceptableError = (accepted: readonly string[]): StatusError =>
  new StatusError({
    code: 406,
    reason: 'NotAcceptable',
    message: `only the following media types are accepted: ${accepted.join(', ')}`,
  });

export const unsupportedMediaTypeError = (accepted: readonly string[]): StatusError =>
  new StatusError({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  });
