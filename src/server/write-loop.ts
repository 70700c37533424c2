// The one way in which objects are written: read, change, default, admit, prepare, validate, admit, commit; again when another was faster.
//
// L1. Nothing outside the object is kept of a round that does not commit: reservations are reverted.
// L2. A write that changes no byte is not committed and keeps its resourceVersion.
// L3. A decision is committed only over the very revision that it was made from.

import { applyDefaults, fillDefaults } from '../machinery/defaulting.ts';
import { draftOf } from '../machinery/draft.ts';
import { semanticEqual } from '../machinery/equality.ts';
import type { KubeObject } from '../machinery/kind.ts';
import { invalid } from '../machinery/problem.ts';
import {
  alreadyExistsError,
  conflictError,
  invalidError,
  isStatus,
  MODIFIED,
  notFoundError,
  StatusError,
} from '../machinery/status-error.ts';
import type { CachedObject } from './cache/cached-object.ts';
import { dedupOwners, fillSystemFields, prepareCreate, prepareUpdate } from './object-preparation.ts';
import type { ObjectDraft } from './object-preparation.ts';
import type { WriteOptions } from './request-options.ts';
import type { Scope } from './scope.ts';
import { commitObject, deleteObject, liveObject } from './storage.ts';
import type { ObjectSubresource, Reservation, WriteContext } from './strategy.ts';

/** How often a generated name is tried. */
const NAME_ATTEMPTS = 8;

const NOTHING: Reservation = { keep() {}, revert() {} };

/** The finished draft as the object that it now is. */
const finished = (draft: ObjectDraft): KubeObject => draft as KubeObject;

/** Brings metadata.managedFields up to date; an apply has done so already. */
function settleOwners(
  scope: Scope,
  draft: ObjectDraft,
  old: KubeObject | undefined,
  options: WriteOptions,
  subresource?: ObjectSubresource<KubeObject>,
): void {
  const { parts, request, served, hub } = scope;
  const { subresource: name } = request.info;
  if (parts.managedFields === undefined) {
    if (old?.metadata.managedFields === undefined) delete draft.metadata.managedFields;
    else draft.metadata.managedFields = draftOf(old.metadata.managedFields);
    return;
  }
  const view = name !== '' && subresource === undefined;
  if (options.applies && !view) return;
  const merge = (): KubeObject => {
    const merged = draftOf(draft) as ObjectDraft;
    if (old !== undefined) subresource?.merge(merged, old, scope.context('update', options.dryRun));
    return merged as KubeObject;
  };
  parts.managedFields({
    served,
    requested: view ? hub : scope.kind,
    old,
    next: draft,
    merge: subresource === undefined ? undefined : merge,
    manager: options.manager,
    subresource: name,
    nowMs: parts.clock.now(),
  });
}

/** Defaults, ownership and mutating admission of a draft in the hub version. */
async function admit(
  scope: Scope,
  draft: ObjectDraft,
  old: KubeObject | undefined,
  options: WriteOptions,
  subresource?: ObjectSubresource<KubeObject>,
): Promise<void> {
  const { parts, request, hub } = scope;
  const warn = (text: string): void => request.warn(text);
  applyDefaults(hub, draft);
  settleOwners(scope, draft, old, options, subresource);
  const operation = old === undefined ? 'CREATE' : 'UPDATE';
  await parts.admission.mutate(
    scope.attributes(operation, { object: draft, old, dryRun: options.dryRun, options: options.given, name: draft.metadata.name ?? '' }),
  );
  dedupOwners(draft, ' after mutating admission happens', warn);
  fillDefaults(hub, draft);
}

async function admitFinally(scope: Scope, next: ObjectDraft, old: KubeObject | undefined, options: WriteOptions): Promise<void> {
  const operation = old === undefined ? 'CREATE' : 'UPDATE';
  // What a plugin does to its copy changes nothing.
  const object = (): ObjectDraft => draftOf(next) as ObjectDraft;
  const given = { object, old, dryRun: options.dryRun, options: options.given, name: next.metadata.name ?? '' };
  await scope.parts.admission.validate(scope.attributes(operation, given));
}

/** Runs one attempt around a reservation, which is kept only when the attempt says so (L1). */
async function reserving<T>(
  scope: Scope,
  draft: ObjectDraft,
  old: KubeObject | undefined,
  context: WriteContext,
  attempt: () => Promise<{ keep: boolean; result: T }>,
): Promise<T> {
  const reservation = (await scope.strategy.begin?.(draft, old, context)) ?? NOTHING;
  let kept = false;
  try {
    const { keep, result } = await attempt();
    kept = keep;
    return result;
  } finally {
    if (kept) reservation.keep();
    else reservation.revert();
  }
}

function alreadyExists(scope: Scope, name: string, generated: boolean, existing: KubeObject | undefined): StatusError {
  const plain = alreadyExistsError(scope.resource, name);
  const { code, reason, details } = plain;
  let message = plain.message;
  let parts = details ?? {};
  if (generated) {
    message = `${message}, the server was not able to generate a unique name for the object`;
    parts = { ...parts, retryAfterSeconds: 1 };
  }
  if (existing?.metadata.deletionTimestamp !== undefined) message = `object is being deleted: ${message}`;
  return new StatusError({ code, reason, message, details: parts });
}

type Attempt = { readonly created: KubeObject } | { readonly existing: KubeObject; readonly name: string };

/** One attempt to store a new object; a conflict is the object in its way. */
async function attemptCreate(scope: Scope, draft: ObjectDraft, options: WriteOptions): Promise<Attempt> {
  const { cache, namespace } = scope;
  fillSystemFields(scope, draft);
  const context = scope.context('create', options.dryRun, { name: draft.metadata.name ?? '' });
  return reserving<Attempt>(scope, draft, undefined, context, async () => {
    const next = prepareCreate(scope, draft, context);
    await admitFinally(scope, next, undefined, options);
    if ((next.metadata.resourceVersion ?? '') !== '') {
      throw new StatusError({ code: 500, reason: '', message: 'resourceVersion should not be set on objects to be created' });
    }
    const name = next.metadata.name ?? '';
    const outcome = await commitObject(cache, scope, {
      key: cache.keyOf(namespace, name),
      object: finished(next),
      expected: 'absent',
      dryRun: options.dryRun,
    });
    if (outcome.object !== undefined) return { keep: !options.dryRun, result: { created: outcome.object } };
    const existing = outcome.current?.object ?? (await liveObject(cache, cache.keyOf(namespace, name), scope.request))?.object;
    return { keep: false, result: { existing: existing ?? finished(next), name } };
  });
}

/** Creates an object from a draft in the hub version. */
export async function createObject(scope: Scope, given: ObjectDraft, options: WriteOptions): Promise<KubeObject> {
  await admit(scope, given, undefined, options);
  const generated = (given.metadata.name ?? '') === '' && (given.metadata.generateName ?? '') !== '';
  for (let attempt = 1; ; attempt++) {
    // Only a generated name is tried again, from the same draft.
    const outcome = await attemptCreate(scope, generated ? (draftOf(given) as ObjectDraft) : given, options);
    if ('created' in outcome) return outcome.created;
    if (!generated || attempt === NAME_ATTEMPTS)
      throw alreadyExists(scope, outcome.name, (given.metadata.generateName ?? '') !== '', outcome.existing);
  }
}

export interface UpdatePlan {
  readonly options: WriteOptions;
  /** Makes the new object, in the hub version, of the present one; called again in each round. */
  next(old: KubeObject | undefined): Promise<ObjectDraft> | ObjectDraft;
  /** The UID that the object must have. */
  readonly uid?: string | undefined;
  /** Whether an object that does not exist is created. */
  readonly createsMissing?: boolean | undefined;
  /** Asked before an update creates something. */
  mayCreate?(): Promise<void>;
  /** How often a conflict that the caller did not cause is tried again; for ever unless told. */
  readonly rounds?: number;
  readonly subresource?: ObjectSubresource<KubeObject> | undefined;
  /** False when admission has seen the change already, in another shape (scale). */
  readonly admits?: boolean;
}

export interface UpdateResult {
  readonly object: KubeObject;
  readonly created: boolean;
}

function checkUid(scope: Scope, key: string, wanted: string | undefined, found: string): void {
  if (wanted === undefined || wanted === '' || wanted === found) return;
  const failed = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${found}`;
  throw conflictError(
    scope.resource,
    scope.name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`,
  );
}

/** Checks the version that the caller saw, or takes the present one where that is allowed. */
function checkVersion(scope: Scope, draft: ObjectDraft, old: KubeObject): void {
  const { resourceVersion: given = '' } = draft.metadata;
  const { resourceVersion: present = '' } = old.metadata;
  if (given === present) return;
  if (given !== '' && given !== '0') throw conflictError(scope.resource, scope.name, MODIFIED);
  if (scope.strategy.allowsUnconditionalUpdate === false) {
    const { group, resource } = scope.resource;
    const problem = invalid('metadata.resourceVersion', 0, 'must be specified for an update');
    throw invalidError({ group, kind: resource }, scope.name, [problem]);
  }
  draft.metadata.resourceVersion = present;
}

/** A write that changes nothing but when somebody last wrote changes nothing (L2). */
function keepTimes(next: ObjectDraft, old: KubeObject): void {
  const [given, kept] = [next.metadata.managedFields ?? [], old.metadata.managedFields ?? []];
  if (given.length === 0 || given.length !== kept.length) return;
  const same = given.every(({ time: _new, ...entry }, at) => {
    const { time: _old, ...other } = kept[at] ?? {};
    return semanticEqual(entry, other);
  });
  if (!same || given.every(({ time }, at) => time === kept[at]?.time)) return;
  const entries = draftOf(kept);
  if (semanticEqual({ ...next, metadata: { ...next.metadata, managedFields: entries } }, old)) next.metadata.managedFields = entries;
}

/** Whether an update is what a deletion was waiting for. */
function endsDeletion(scope: Scope, next: ObjectDraft, old: KubeObject): boolean {
  if ((next.metadata.finalizers ?? []).length > 0 || old.metadata.deletionTimestamp === undefined) return false;
  if (Number(old.metadata.deletionGracePeriodSeconds ?? 0) !== 0) return false;
  return scope.strategy.keepsDeleted?.(draftOf(next) as ObjectDraft) !== true;
}

/** One round of an update; undefined when the object changed meanwhile. */
async function attemptUpdate(scope: Scope, plan: UpdatePlan, current: CachedObject): Promise<KubeObject | undefined> {
  const { cache } = scope;
  const { options } = plan;
  const old = current.object;
  const draft = await plan.next(old);
  checkVersion(scope, draft, old);
  if (plan.admits === false) settleOwners(scope, draft, old, options);
  else await admit(scope, draft, old, options, plan.subresource);
  const context = scope.context('update', options.dryRun);
  return reserving(scope, draft, old, context, async () => {
    const next = prepareUpdate(scope, draft, old, context, plan.subresource);
    keepTimes(next, old);
    if (plan.admits !== false) await admitFinally(scope, next, old, options);
    if (endsDeletion(scope, next, old)) {
      const gone = await deleteObject(scope, current, options.dryRun);
      if (gone && !options.dryRun) scope.strategy.afterDelete?.(finished(next), context);
      return { keep: gone && !options.dryRun, result: gone ? finished(next) : undefined };
    }
    const { object, unchanged } = await commitObject(cache, scope, {
      key: current.key,
      object: finished(next),
      expected: current,
      dryRun: options.dryRun,
    });
    return { keep: object !== undefined && unchanged !== true && !options.dryRun, result: object };
  });
}

/** Creates what an update did not find; undefined when somebody else did so meanwhile. */
async function createMissing(scope: Scope, plan: UpdatePlan): Promise<KubeObject | undefined> {
  const draft = await plan.next(undefined);
  delete draft.metadata.resourceVersion;
  await plan.mayCreate?.();
  try {
    return await createObject(scope, draft, plan.options);
  } catch (error) {
    if (isStatus(error, 'AlreadyExists')) return undefined;
    throw error;
  }
}

/** Changes an object, or creates it where the plan allows. */
export async function updateObject(scope: Scope, plan: UpdatePlan): Promise<UpdateResult> {
  const { cache, request, name } = scope;
  const key = cache.keyOf(scope.namespace, name);
  for (let round = 1; ; round++) {
    const current = await liveObject(cache, key, request);
    if (current === undefined) {
      if (plan.createsMissing !== true) throw notFoundError(scope.resource, name);
      checkUid(scope, key, plan.uid, '');
      const made = await createMissing(scope, plan);
      if (made !== undefined) return { object: made, created: true };
      continue;
    }
    checkUid(scope, key, plan.uid, current.object.metadata.uid ?? '');
    const object = await attemptUpdate(scope, plan, current);
    if (object !== undefined) return { object, created: false };
    if (round >= (plan.rounds ?? Infinity)) throw conflictError(scope.resource, name, MODIFIED);
    request.signal.throwIfAborted();
  }
}
