// Requests from within the process: the same pipeline as a named user, with objects in and out.
//
// I1. What comes back is shared with the watch cache: never change it.

import type { Random } from '../base/random.ts';
import type { ApiRequest, ApiResponse, Handler, RequestInfo } from './api-request.ts';
import { nameSelected } from './http/request-info.ts';
import type { User } from './user.ts';

/** A request within the process. */
export interface InProcessCall {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: { readonly object: unknown; readonly contentType?: string | undefined } | undefined;
  readonly signal: AbortSignal;
  warn?(text: string): void;
}

const METHODS: Readonly<Record<string, string>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};

function pathOf({ group, version, resource, subresource = '', namespace = '', name = '' }: InProcessCall): string {
  const parts = group === '' ? ['', 'api', version] : ['', 'apis', group, version];
  if (namespace !== '') parts.push('namespaces', namespace);
  parts.push(resource);
  if (name !== '') parts.push(name);
  if (subresource !== '') parts.push(subresource);
  return parts.join('/');
}

const SELECTING = new Set(['list', 'watch']);

function infoOf(call: InProcessCall, query: URLSearchParams): RequestInfo {
  const { verb, group, version, resource, subresource = '', namespace = '', name = '' } = call;
  return {
    isResourceRequest: true,
    verb,
    path: pathOf(call),
    apiPrefix: group === '' ? 'api' : 'apis',
    group,
    version,
    namespace,
    resource,
    subresource,
    name: name === '' && SELECTING.has(verb) ? nameSelected(query) : name,
    parts: [],
  };
}

/** The pipeline for one user of the process. */
export class InProcess {
  readonly #handle: Handler;
  readonly #random: Random;
  readonly #user: User;
  readonly #userAgent: string;

  constructor(options: { readonly handle: Handler; readonly random: Random; readonly user: User; readonly userAgent: string }) {
    this.#handle = options.handle;
    this.#random = options.random;
    this.#user = options.user;
    this.#userAgent = options.userAgent;
  }

  call(call: InProcessCall): Promise<ApiResponse> {
    const { body, verb } = call;
    const query = new URLSearchParams(call.query);
    return this.#handle(this.#request(infoOf(call, query), METHODS[verb] ?? 'GET', query, call.signal, body, call.warn));
  }

  /** A request for a path that is no resource, or for one whose answer is no object (logs). */
  raw(info: RequestInfo, method: string, query: URLSearchParams, signal: AbortSignal): Promise<ApiResponse> {
    return this.#handle(this.#request(info, method, query, signal));
  }

  #request(
    info: RequestInfo,
    method: string,
    query: URLSearchParams,
    signal: AbortSignal,
    body?: InProcessCall['body'],
    warn?: (text: string) => void,
  ): ApiRequest {
    return {
      info,
      method,
      user: this.#user,
      query,
      headers: {},
      accept: '',
      body: body === undefined ? undefined : { kind: 'object', contentType: body.contentType ?? 'application/json', object: body.object },
      userAgent: this.#userAgent,
      remoteAddress: '',
      auditId: this.#random.uuid(),
      signal,
      warn: warn ?? (() => {}),
    };
  }
}
