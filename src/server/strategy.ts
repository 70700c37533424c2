// A strategy: what writing a resource needs besides its schema: whose fields are whose, allocation, warnings, subresources.
// The generic server calls it at fixed points of the write loop; strategies never see sockets or encodings.

import type { KubeObject } from '../machinery/kind.ts';
import type { Problem } from '../machinery/problem.ts';
import type { ResourceDefinition } from '../machinery/resource.ts';
import type { Draft } from '../machinery/schema.ts';
import type { ApiRequest, ApiResponse } from './api-request.ts';
import type { Authorizer } from './authorizer.ts';
import type { Lookups } from './lookups.ts';
import type { ServerParts } from './scope.ts';
import type { User } from './user.ts';

/** What a strategy may know of the request it serves. */
export interface WriteContext {
  readonly operation: 'create' | 'update' | 'delete';
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: User;
  readonly dryRun: boolean;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** Reads of other objects, for allocation and for rules that span objects. */
  readonly lookups: Lookups;
  readonly authorizer: Authorizer;
  warn(text: string): void;
}

/** A reservation made outside the object (an IP, a port): kept when the write commits, given back when it does not. */
export interface Reservation {
  keep(): void;
  revert(): void;
}

/** How deletion of one object goes on: at once, or after a grace period during which the object stays, marked. */
export interface GracefulDeletion {
  /** Seconds; 0 deletes at once. */
  readonly gracePeriodSeconds: number;
}

/** A subresource served by reading and writing part of the object (`status`, `scale`, `ephemeralcontainers`, `resize`). */
export interface ObjectSubresource<T extends KubeObject> {
  readonly kind: 'object';
  /** Verbs offered, for discovery and routing. */
  readonly verbs: readonly ('get' | 'update' | 'patch')[];
  /** Keeps of `next` only what this subresource may write; the rest comes from `old`. */
  merge(next: Draft<T>, old: T, context: WriteContext): void;
  check?(next: T, old: T, context: WriteContext): readonly Problem[];
}

/** A subresource with a view of its own kind over the object (`scale`). */
export interface ViewSubresource<T extends KubeObject> {
  readonly kind: 'view';
  readonly verbs: readonly ('get' | 'update' | 'patch')[];
  readonly view: import('../machinery/kind.ts').Kind;
  read(object: T): KubeObject;
  /** Carries the written view into the object; problems are reported against the view's kind. */
  write(view: KubeObject, draft: Draft<T>): readonly Problem[];
}

/** A subresource that does something (`binding`, `eviction`, `token`, `log`, `exec`, `proxy` …). */
export interface ActionSubresource {
  readonly kind: 'action';
  readonly verbs: readonly string[];
  /** Takes methods that are no verb too (OPTIONS): a proxy hands on whatever comes. */
  readonly anyMethod?: boolean;
  /** The kind of its body, for discovery. */
  readonly responds: import('../machinery/kind.ts').Kind | undefined;
  handle(request: ApiRequest, parts: ServerParts): Promise<ApiResponse>;
}

export type Subresource<T extends KubeObject> = ObjectSubresource<T> | ViewSubresource<T> | ActionSubresource;

export interface Strategy<T extends KubeObject = KubeObject> {
  readonly definition: ResourceDefinition;
  /** Verbs offered; all eight unless told. */
  readonly verbs?: readonly string[];
  /** Top-level fields emptied on create (`status`). */
  readonly resetOnCreate?: readonly string[];
  /** Top-level fields taken from the old object on update through the main endpoint. */
  readonly resetOnUpdate?: readonly string[];
  /** Top-level fields whose change increments metadata.generation. Empty: the resource has no generation. */
  readonly bumpsGeneration?: readonly string[];
  /** Whether an update without a resourceVersion is accepted (last write wins); upstream says so for most kinds. */
  readonly allowsUnconditionalUpdate?: boolean;
  /** Whether PUT to a name that does not exist creates it (Lease, Event, Endpoints …). */
  readonly allowsCreateOnUpdate?: boolean;
  readonly subresources?: Readonly<Record<string, Subresource<T>>>;
  /** Seconds an object lives (Events). */
  ttlSeconds?(object: T): number | undefined;
  /** Runs after decoding and resets, before validation. */
  prepareForCreate?(draft: Draft<T>, context: WriteContext): void;
  prepareForUpdate?(draft: Draft<T>, old: T, context: WriteContext): void;
  /** Reserves what the write needs and fills it in; runs before validation, and is reverted when the write does not commit. */
  begin?(draft: Draft<T>, old: T | undefined, context: WriteContext): Promise<Reservation>;
  /** Checks that need the request; the schema's own come besides. */
  check?(next: T, old: T | undefined, context: WriteContext): readonly Problem[];
  warnings?(next: T, old: T | undefined, context: WriteContext): readonly string[];
  /** Absent: deletion is immediate (finalizers apart). */
  gracefulDeletion?(object: T, requestedSeconds: number | undefined): GracefulDeletion;
  /**
   * Whether something besides metadata.finalizers keeps a deleted object (a Namespace's spec.finalizers). Asked of the draft when its deletion
   * begins, which it may mark, and on every update after.
   */
  keepsDeleted?(draft: Draft<T>): boolean;
  /** Whether a delete answers with the object that is gone instead of a Status. */
  readonly returnsDeletedObject?: boolean;
  /** What `propagationPolicy` means when the request names none; `background` unless told. */
  readonly defaultPropagation?: 'orphan' | 'background';
  /** Called after a commit that deleted the object. */
  afterDelete?(object: T, context: WriteContext): void;
  /** Replaces whole verbs, for resources that are not stored (reviews): verb → handler. */
  readonly handlers?: Readonly<Record<string, (request: ApiRequest, parts: ServerParts) => Promise<ApiResponse>>>;
}
