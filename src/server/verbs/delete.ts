// DELETE of one object: at once, after a grace period, or when its finalizers are done.

import type { DeleteOptions } from '../../api/meta/v1/options.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import { conflictError, notFoundError } from '../../machinery/status-error.ts';
import type { Status } from '../../machinery/status-error.ts';
import type { ApiResponse } from '../api-request.ts';
import type { CachedObject } from '../cache/cached-object.ts';
import { planDeletion } from '../deletion-plan.ts';
import { objectResponse } from '../hub.ts';
import { canonicalDraft } from '../object-preparation.ts';
import { deleteOptionsOf } from '../request-options.ts';
import type { Scope } from '../scope.ts';
import { commitObject, deleteObject, liveObject } from '../storage.ts';

export interface Deletion {
  readonly object: KubeObject;
  /** Whether the object is gone; otherwise it stays for a while. */
  readonly gone: boolean;
  /** Whether this request changed anything. */
  readonly changed: boolean;
}

/** Names the kind where one would expect the resource, as upstream does here. */
function checkPreconditions(scope: Scope, { object }: CachedObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion, name = '' } = object.metadata;
  const of = { group: scope.hub.group, resource: scope.hub.kind };
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    const why = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid ?? ''}). The object might have been deleted and then recreated`;
    throw conflictError(of, name, why);
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    const found = resourceVersion ?? '';
    const why = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${found}). The object might have been modified`;
    throw conflictError(of, name, why);
  }
}

async function admit(scope: Scope, old: KubeObject, name: string, options: DeleteOptions, dryRun: boolean): Promise<void> {
  const given = { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', ...options };
  const attributes = scope.attributes('DELETE', { object: undefined, old, dryRun, options: given, name });
  await scope.parts.admission.mutate(attributes);
  await scope.parts.admission.validate(attributes);
}

/** One round; undefined when the object changed meanwhile. */
async function attempt(scope: Scope, current: CachedObject, options: DeleteOptions, dryRun: boolean): Promise<Deletion | undefined> {
  const { cache, strategy, hub, parts } = scope;
  const plan = planDeletion(strategy, current.object, options, parts.clock.now());
  if (plan.act === 'nothing') return { object: current.object, gone: false, changed: false };
  if (plan.act === 'remove') {
    const gone = await deleteObject(scope, current, dryRun);
    return gone ? { object: current.object, gone: true, changed: true } : undefined;
  }
  const object = canonicalDraft(hub, plan.draft) as KubeObject;
  const marked = await commitObject(cache, scope, { key: current.key, object, expected: current, dryRun });
  if (marked.object === undefined) return undefined;
  if (!plan.remove) return { object: marked.object, gone: false, changed: true };
  if (dryRun) return { object: marked.object, gone: true, changed: true };
  return removeMarked(scope, current.key, marked.object);
}

/** Removes an object that was marked just now; it may be gone already, and it may have been given a finalizer. */
async function removeMarked(scope: Scope, key: string, marked: KubeObject): Promise<Deletion> {
  for (;;) {
    const current = await liveObject(scope.cache, key, scope.request);
    if (current === undefined || current.object.metadata.uid !== marked.metadata.uid) return { object: marked, gone: true, changed: true };
    if ((current.object.metadata.finalizers ?? []).length > 0) return { object: current.object, gone: false, changed: true };
    if (await deleteObject(scope, current, false)) return { object: current.object, gone: true, changed: true };
  }
}

/** Deletes the object of a name, however often it changes meanwhile. */
export async function deleteNamed(scope: Scope, name: string, namespace: string, options: DeleteOptions): Promise<Deletion> {
  const { cache, request, strategy } = scope;
  const key = cache.keyOf(namespace, name);
  const dryRun = (options.dryRun ?? []).length > 0;
  for (;;) {
    const current = await liveObject(cache, key, request);
    if (current === undefined) throw notFoundError(scope.resource, name);
    checkPreconditions(scope, current, options);
    await admit(scope, current.object, name, options, dryRun);
    const deletion = await attempt(scope, current, options, dryRun);
    if (deletion !== undefined) {
      if (deletion.gone && !dryRun) strategy.afterDelete?.(deletion.object, scope.context('delete', dryRun, { namespace, name }));
      return deletion;
    }
    request.signal.throwIfAborted();
  }
}

/** The Status that says that an object is gone, or going. */
function successStatus({ resource }: Scope, object: KubeObject): Status {
  const { name, uid } = object.metadata;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      ...(name === undefined ? {} : { name }),
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.resource,
      ...(uid === undefined ? {} : { uid }),
    },
  };
}

export async function deleteOne(scope: Scope): Promise<ApiResponse> {
  const options = deleteOptionsOf(scope.request);
  const { object, gone, changed } = await deleteNamed(scope, scope.name, scope.namespace, options);
  // 202 tells only those who asked in the old way that the object is still there.
  const status = !gone && options.orphanDependents === false ? 202 : 200;
  const stays = !gone && changed;
  if (stays || scope.strategy.returnsDeletedObject === true) return objectResponse(scope, object, status);
  return { status, body: { kind: 'object', of: undefined, object: successStatus(scope, object) } };
}
