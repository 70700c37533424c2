// The typed client: verbs on kinds, whatever the transport. Every call takes a signal and throws StatusError for a refusal.

import type { Kind, KubeList, KubeObject } from '../machinery/kind.ts';
import { isStatus } from '../machinery/status-error.ts';
import type { Sparse } from './sparse.ts';
import type { Transport, WatchEvent } from './transport.ts';

/** Names one object; `namespace` is '' (or absent) for cluster-scoped kinds. */
export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}

export interface CallOptions {
  readonly signal: AbortSignal;
}

export interface ListOptions extends CallOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
}

export interface WatchOptions extends CallOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly timeoutSeconds?: number;
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
}

export interface WriteOptions extends CallOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly subresource?: string;
}

export interface PatchOptions extends WriteOptions {
  readonly type: 'json' | 'merge' | 'strategic' | 'apply';
  readonly force?: boolean;
}

export interface DeleteOptions extends CallOptions {
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly gracePeriodSeconds?: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun?: boolean;
}

export const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

type Query = Record<string, string>;

function queryOf(options: object, names: readonly string[]): Query {
  const query: Query = {};
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined && names.includes(key)) query[key] = String(value);
  }
  return query;
}

function writeQuery(options: WriteOptions): Query {
  const query: Query = {};
  if (options.dryRun === true) query['dryRun'] = 'All';
  if (options.fieldManager !== undefined) query['fieldManager'] = options.fieldManager;
  return query;
}

const LIST_QUERY = ['labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'resourceVersionMatch'];
const WATCH_QUERY = ['labelSelector', 'fieldSelector', 'resourceVersion', 'timeoutSeconds', 'allowWatchBookmarks', 'sendInitialEvents'];

/** Where an object lies, for requests about it. */
export const keyOf = (object: KubeObject): ObjectKey => ({ namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' });

/** Verbs on kinds. Answers are typed by the kind that is asked about. */
export class Client {
  readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  async get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options: CallOptions & { readonly resourceVersion?: string }): Promise<T> {
    const query = queryOf(options, ['resourceVersion']);
    return (await this.transport.request({ verb: 'get', kind, ...key, query, signal: options.signal })) as T;
  }

  /** Like `get`, but undefined where there is none. */
  async find<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options: CallOptions): Promise<T | undefined> {
    try {
      return await this.get(kind, key, options);
    } catch (error) {
      if (isStatus(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  async list<T extends KubeObject>(kind: Kind<T>, options: ListOptions): Promise<KubeList<T>> {
    const { namespace = '', signal } = options;
    const query = queryOf(options, LIST_QUERY);
    return (await this.transport.request({ verb: 'list', kind, namespace, query, signal })) as KubeList<T>;
  }

  /** Delivers batches of events until the watch ends. */
  watch(kind: Kind, options: WatchOptions, sink: (events: readonly WatchEvent[]) => void): Promise<void> {
    const { namespace = '', signal } = options;
    return this.transport.watch({ kind, namespace, query: { ...queryOf(options, WATCH_QUERY), watch: 'true' }, signal }, sink);
  }

  async create<T extends KubeObject>(kind: Kind<T>, object: Sparse<NoInfer<T>>, options: WriteOptions): Promise<T> {
    const body = { object: { apiVersion: kind.apiVersion, kind: kind.kind, ...object } };
    const namespace = (object as Sparse<KubeObject>).metadata?.namespace ?? '';
    return (await this.transport.request({
      verb: 'create',
      kind,
      namespace,
      body,
      query: writeQuery(options),
      signal: options.signal,
    })) as T;
  }

  async update<T extends KubeObject>(kind: Kind<T>, object: NoInfer<T>, options: WriteOptions): Promise<T> {
    const { subresource = '', signal } = options;
    return (await this.transport.request({
      verb: 'update',
      kind,
      ...keyOf(object),
      subresource,
      body: { object },
      query: writeQuery(options),
      signal,
    })) as T;
  }

  updateStatus<T extends KubeObject>(kind: Kind<T>, object: NoInfer<T>, options: WriteOptions): Promise<T> {
    return this.update(kind, object, { ...options, subresource: 'status' });
  }

  async patch<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, patch: unknown, options: PatchOptions): Promise<T> {
    const { subresource = '', signal, type } = options;
    const query = writeQuery(options);
    if (options.force !== undefined) query['force'] = String(options.force);
    return (await this.transport.request({
      verb: 'patch',
      kind,
      ...key,
      subresource,
      body: { object: patch, contentType: PATCH_TYPES[type] },
      query,
      signal,
    })) as T;
  }

  /** Asks for deletion; the answer is the object when it stays for a while, a Status when it is gone. */
  async delete(kind: Kind, key: ObjectKey, options: DeleteOptions): Promise<unknown> {
    return this.transport.request({
      verb: 'delete',
      kind,
      ...key,
      body: { object: deleteBody(options) },
      responds: 'status',
      signal: options.signal,
    });
  }

  async deleteCollection(kind: Kind, options: DeleteOptions & ListOptions): Promise<unknown> {
    const { namespace = '', signal } = options;
    const query = queryOf(options, ['labelSelector', 'fieldSelector']);
    return this.transport.request({
      verb: 'deletecollection',
      kind,
      namespace,
      query,
      body: { object: deleteBody(options) },
      responds: 'status',
      signal,
    });
  }

  /** POSTs to a subresource that does something (`binding`, `eviction`, `token`) and gives its answer. */
  async act<R>(
    kind: Kind,
    key: ObjectKey,
    subresource: string,
    object: unknown,
    responds: Kind | 'status',
    options: CallOptions,
  ): Promise<R> {
    return (await this.transport.request({
      verb: 'create',
      kind,
      ...key,
      subresource,
      body: { object },
      responds,
      signal: options.signal,
    })) as R;
  }

  /** GETs a subresource with a view of another kind (`scale`). */
  async getView<R>(kind: Kind, key: ObjectKey, subresource: string, responds: Kind, options: CallOptions): Promise<R> {
    return (await this.transport.request({ verb: 'get', kind, ...key, subresource, responds, signal: options.signal })) as R;
  }
}

function deleteBody(options: DeleteOptions): object {
  const { propagationPolicy, gracePeriodSeconds, uid, resourceVersion, dryRun } = options;
  const preconditions = { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
    ...(dryRun === true ? { dryRun: ['All'] } : {}),
  };
}
