// What the verbs work with: the parts of the server, and the resource that one request is about.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { must } from '../base/assert.ts';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import type { Draft, JsonObject } from '../machinery/schema.ts';
import type { GroupResource } from '../machinery/status-error.ts';
import type { Store } from '../store/store.ts';
import type { AdmissionAttributes, AdmissionChain, AdmissionOperation } from './admission.ts';
import type { ApiRequest } from './api-request.ts';
import type { Authorizer } from './authorizer.ts';
import type { Lookups } from './lookups.ts';
import type { WatchCache } from './cache/watch-cache.ts';
import type { ResourceRegistry, ServedResource } from './registry.ts';
import type { WriteContext } from './strategy.ts';
import { RequestAttributes, RequestWriteContext } from './write-told.ts';
import type { AdmittedWrite } from './write-told.ts';

/** What server-side apply is given. */
export interface ApplyInput {
  readonly served: ServedResource;
  readonly kind: Kind;
  /** The live object in the version of `kind`; absent when apply creates it. */
  readonly live: KubeObject | undefined;
  readonly patch: JsonObject;
  readonly manager: string;
  readonly force: boolean;
  readonly subresource: string;
  readonly nowMs: number;
}

/** Merges an applied configuration; throws a 409 with the conflicts. The answer is an object of the kind, not yet defaulted. */
export type ApplyPatch = (input: ApplyInput) => unknown;

/** A write whose owners are to be settled. Objects are in the hub version. */
export interface ManagedFieldsInput {
  readonly served: ServedResource;
  /** The version that was written. */
  readonly requested: Kind;
  readonly old: KubeObject | undefined;
  /** Carries the entries that the request sent. */
  readonly next: Draft<KubeObject>;
  /** What a subresource will make of `next`; absent on the main endpoint. */
  readonly merge?: (() => KubeObject) | undefined;
  readonly manager: string;
  readonly subresource: string;
  readonly nowMs: number;
}

/** Keeps account of who owns which field: sets `next.metadata.managedFields`. */
export type ManagedFieldsHook = (input: ManagedFieldsInput) => void;

/** The parts of a server that verbs use. */
export interface ServerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly registry: ResourceRegistry;
  readonly admission: AdmissionChain;
  readonly authorizer: Authorizer;
  readonly lookups: Lookups;
  readonly apply: ApplyPatch | undefined;
  readonly managedFields: ManagedFieldsHook | undefined;
}

/** A request and the resource it is about. */
export class Scope {
  readonly parts: ServerParts;
  readonly request: ApiRequest;
  readonly served: ServedResource;
  /** As messages name it. */
  readonly resource: GroupResource;
  /** '' for resources that have no namespace. */
  readonly namespace: string;
  readonly name: string;

  constructor(parts: ServerParts, request: ApiRequest, served: ServedResource) {
    const { info } = request;
    this.parts = parts;
    this.request = request;
    this.served = served;
    this.resource = { group: info.group, resource: info.resource };
    this.namespace = served.kind.scope === 'Namespaced' ? info.namespace : '';
    this.name = info.name;
  }

  get kind(): Kind {
    return this.served.kind;
  }

  get hub(): Kind {
    return this.served.entry.definition.hub;
  }

  get strategy(): ServedResource['entry']['strategy'] {
    return this.served.entry.strategy;
  }

  get cache(): WatchCache {
    return must(this.served.entry.cache, `the cache of ${this.served.entry.definition.id}`);
  }

  /** What strategies are told. */
  context(operation: WriteContext['operation'], dryRun: boolean, { namespace = this.namespace, name = this.name } = {}): WriteContext {
    return new RequestWriteContext(this.request, this.parts, { operation, namespace, name, dryRun });
  }

  /** What admission is told. */
  attributes(operation: AdmissionOperation, given: AdmittedWrite & { readonly name?: string; readonly kind?: Kind }): AdmissionAttributes {
    return new RequestAttributes(this.request, operation, given.kind ?? this.hub, given.name ?? this.name, given);
  }
}
