// What strategies and admission plugins are told of a write.
//
// T1. What costs something is made when it is looked at: the request's signal, and the copy of the object that validating plugins are shown.

import type { GroupVersionKind, KubeObject } from '../machinery/kind.ts';
import type { Draft } from '../machinery/schema.ts';
import type { AdmissionAttributes, AdmissionOperation } from './admission.ts';
import type { ApiRequest } from './api-request.ts';
import type { Authorizer } from './authorizer.ts';
import type { Lookups } from './lookups.ts';
import type { ServerParts } from './scope.ts';
import type { WriteContext } from './strategy.ts';
import type { User } from './user.ts';

/** Which write it is. */
export interface WriteIdentity {
  readonly operation: WriteContext['operation'];
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
}

/** What strategies are told. */
export class RequestWriteContext implements WriteContext {
  readonly operation: WriteContext['operation'];
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: User;
  readonly dryRun: boolean;
  readonly nowMs: number;
  readonly lookups: Lookups;
  readonly authorizer: Authorizer;
  readonly #request: ApiRequest;

  constructor(request: ApiRequest, { clock, lookups, authorizer }: ServerParts, write: WriteIdentity) {
    this.operation = write.operation;
    this.subresource = request.info.subresource;
    this.namespace = write.namespace;
    this.name = write.name;
    this.user = request.user;
    this.dryRun = write.dryRun;
    this.nowMs = clock.now();
    this.lookups = lookups;
    this.authorizer = authorizer;
    this.#request = request;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  warn(text: string): void {
    this.#request.warn(text);
  }
}

/** The part of the attributes that is not the request's. */
export type AdmittedWrite = Pick<AdmissionAttributes, 'old' | 'dryRun' | 'options'> & {
  readonly object: Draft<KubeObject> | undefined | (() => Draft<KubeObject>);
};

/** What admission is told. */
export class RequestAttributes implements AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly resource: AdmissionAttributes['resource'];
  readonly subresource: string;
  readonly kind: GroupVersionKind;
  readonly namespace: string;
  readonly name: string;
  readonly old: KubeObject | undefined;
  readonly user: User;
  readonly dryRun: boolean;
  readonly options: AdmissionAttributes['options'];
  readonly #request: ApiRequest;
  #object: AdmittedWrite['object'];

  constructor(request: ApiRequest, operation: AdmissionOperation, kind: GroupVersionKind, name: string, write: AdmittedWrite) {
    const { info } = request;
    this.operation = operation;
    this.resource = { group: info.group, version: info.version, resource: info.resource };
    this.subresource = info.subresource;
    this.kind = { group: kind.group, version: kind.version, kind: kind.kind };
    this.namespace = info.namespace;
    this.name = name;
    this.old = write.old;
    this.user = request.user;
    this.dryRun = write.dryRun;
    this.options = write.options;
    this.#request = request;
    this.#object = write.object;
  }

  get object(): Draft<KubeObject> | undefined {
    if (typeof this.#object === 'function') this.#object = this.#object();
    return this.#object;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  warn(text: string): void {
    this.#request.warn(text);
  }
}
