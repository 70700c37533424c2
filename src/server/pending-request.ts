// A request whose signal is made when somebody asks for it, which for most requests nobody does.

import type { ApiRequest, RequestBody, RequestInfo } from './api-request.ts';
import type { User } from './user.ts';

/** What a request holds besides its signal and its warnings. */
export type RequestFields = Omit<ApiRequest, 'signal' | 'warn'>;

/** A class, because an object literal with an accessor costs as much as all the rest of a request. */
export class PendingRequest implements ApiRequest {
  readonly info: RequestInfo;
  readonly method: string;
  readonly user: User;
  readonly query: URLSearchParams;
  readonly headers: ApiRequest['headers'];
  readonly accept: string;
  readonly body: RequestBody | undefined;
  readonly userAgent: string;
  readonly remoteAddress: string;
  readonly auditId: string;
  readonly #signal: () => AbortSignal;
  readonly #warn: (text: string) => void;

  constructor(fields: RequestFields, signal: () => AbortSignal, warn: (text: string) => void) {
    this.info = fields.info;
    this.method = fields.method;
    this.user = fields.user;
    this.query = fields.query;
    this.headers = fields.headers;
    this.accept = fields.accept;
    this.body = fields.body;
    this.userAgent = fields.userAgent;
    this.remoteAddress = fields.remoteAddress;
    this.auditId = fields.auditId;
    this.#signal = signal;
    this.#warn = warn;
  }

  get signal(): AbortSignal {
    return this.#signal();
  }

  warn(text: string): void {
    this.#warn(text);
  }
}
