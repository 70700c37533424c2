// What every write does to metadata and fields before it is validated, whatever the kind: upstream's rest.BeforeCreate and BeforeUpdate.
//
// P1. What comes out is canonical, and shares nothing with what a caller or a plugin may still hold.

import { assert } from '../base/assert.ts';
import { canonicalize } from '../machinery/canonical.ts';
import { draftOf } from '../machinery/draft.ts';
import { semanticEqual } from '../machinery/equality.ts';
import { dropGated } from '../machinery/gates.ts';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import { generatedNameBase } from '../machinery/names.ts';
import type { OwnerReference } from '../machinery/object-meta.ts';
import type { Problem } from '../machinery/problem.ts';
import type { Draft } from '../machinery/schema.ts';
import { badRequestError, invalidError } from '../machinery/status-error.ts';
import { printTime } from '../machinery/timestamp.ts';
import { validate } from '../machinery/validation.ts';
import type { Scope } from './scope.ts';
import type { ObjectSubresource, WriteContext } from './strategy.ts';

export type ObjectDraft = Draft<KubeObject>;

/** A draft's fields by name: strategies name top-level fields. */
const fieldsOf = (draft: object): Record<string, unknown> => draft as Record<string, unknown>;

/** Erases what only the server sets. */
export function wipeSystemFields({ metadata }: ObjectDraft): void {
  delete metadata.creationTimestamp;
  delete metadata.uid;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
}

/** Makes the object's namespace that of the request, or refuses one that differs. */
export function matchNamespace({ metadata }: ObjectDraft, expected: string): void {
  if ((metadata.namespace ?? '') === expected) return;
  if (expected === '') {
    delete metadata.namespace;
    return;
  }
  if (metadata.namespace !== undefined && metadata.namespace !== '') {
    throw badRequestError('the namespace of the provided object does not match the namespace sent on the request');
  }
  metadata.namespace = expected;
}

/** Refuses an object that is not the one the path names. */
export function matchName({ metadata }: ObjectDraft, name: string): void {
  const { name: found = '' } = metadata;
  if (found === '') throw badRequestError(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (found !== name) throw badRequestError(`the name of the object (${found}) does not match the name on the URL (${name})`);
}

const DUPLICATE_OWNERS =
  '; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ';

/** Drops repeated owner references, and says so. */
export function dedupOwners({ metadata }: ObjectDraft, when: '' | ' after mutating admission happens', warn: (text: string) => void): void {
  const { ownerReferences: owners } = metadata;
  if (owners === undefined || owners.length < 2) return;
  const kept: Draft<OwnerReference>[] = [];
  const repeated: string[] = [];
  for (const owner of owners) {
    if (kept.some((other) => semanticEqual(other, owner))) repeated.push(owner.uid);
    else kept.push(owner);
  }
  if (repeated.length === 0) return;
  warn(`.metadata.ownerReferences contains duplicate entries${when}${DUPLICATE_OWNERS}${repeated.join(', ')}`);
  metadata.ownerReferences = kept;
}

/** The draft in canonical form (P1). */
export function canonicalDraft(kind: Kind, draft: unknown): ObjectDraft {
  const result = canonicalize(kind.struct, draft);
  assert(result.ok, `a write made no ${kind.kind}: ${result.ok ? '' : result.message}`);
  return result.object as ObjectDraft;
}

/** Sets what a new object gets from the server. */
export function fillSystemFields(scope: Scope, { metadata }: ObjectDraft): void {
  const { clock, random } = scope.parts;
  metadata.creationTimestamp = printTime(Math.floor(clock.now() / 1000) * 1000);
  metadata.uid = random.uuid();
  if ((metadata.name ?? '') === '' && (metadata.generateName ?? '') !== '') {
    metadata.name = generatedNameBase(metadata.generateName ?? '') + random.suffix(5);
  }
}

function refuse(kind: Kind, draft: ObjectDraft, problems: readonly Problem[]): void {
  if (problems.length > 0) throw invalidError(kind, draft.metadata.name ?? '', problems);
}

/** Makes a new object ready for the store, or refuses it. */
export function prepareCreate(scope: Scope, draft: ObjectDraft, context: WriteContext): ObjectDraft {
  const { strategy, hub, namespace } = scope;
  matchNamespace(draft, namespace);
  for (const field of strategy.resetOnCreate ?? []) delete fieldsOf(draft)[field];
  const shaped = canonicalDraft(hub, draft);
  dropGated(hub.struct, shaped as Draft<KubeObject>, undefined);
  if ((strategy.bumpsGeneration ?? []).length > 0) shaped.metadata.generation = 1;
  strategy.prepareForCreate?.(shaped, context);
  const next = canonicalDraft(hub, shaped);
  const problems = validate(hub, next as KubeObject, undefined, { operation: 'create', subresource: context.subresource, namespace });
  refuse(hub, next, [...problems, ...(strategy.check?.(next as KubeObject, undefined, context) ?? [])]);
  for (const text of strategy.warnings?.(next as KubeObject, undefined, context) ?? []) context.warn(text);
  return next;
}

/** Metadata that no update changes. */
function keepMetadata(draft: ObjectDraft, old: KubeObject): void {
  const { metadata } = draft;
  const kept = old.metadata;
  if ((metadata.uid ?? '') === '' && kept.uid !== undefined) metadata.uid = kept.uid;
  if (kept.creationTimestamp !== undefined) metadata.creationTimestamp = kept.creationTimestamp;
  if (kept.deletionTimestamp !== undefined) metadata.deletionTimestamp = kept.deletionTimestamp;
  if (kept.deletionGracePeriodSeconds !== undefined) metadata.deletionGracePeriodSeconds ??= kept.deletionGracePeriodSeconds;
}

/** Makes a changed object ready for the store, or refuses it. */
export function prepareUpdate(
  scope: Scope,
  draft: ObjectDraft,
  old: KubeObject,
  context: WriteContext,
  subresource?: ObjectSubresource<KubeObject>,
): ObjectDraft {
  const { strategy, hub, namespace } = scope;
  matchNamespace(draft, namespace);
  if (old.metadata.generation === undefined) delete draft.metadata.generation;
  else draft.metadata.generation = old.metadata.generation;
  if (subresource === undefined) takeFields(draft, old, strategy.resetOnUpdate ?? []);
  const shaped = canonicalDraft(hub, draft);
  dropGated(hub.struct, shaped as Draft<KubeObject>, old);
  if (subresource === undefined) strategy.prepareForUpdate?.(shaped, old, context);
  else subresource.merge(shaped, old, context);
  const changed = (strategy.bumpsGeneration ?? []).some((field) => !semanticEqual(fieldsOf(shaped)[field], fieldsOf(old)[field]));
  if (changed) shaped.metadata.generation = Number(old.metadata.generation ?? 0) + 1;
  keepMetadata(shaped, old);
  const next = canonicalDraft(hub, shaped);
  const problems = [...validate(hub, next as KubeObject, old, { operation: 'update', subresource: context.subresource, namespace })];
  problems.push(...((subresource ?? strategy).check?.(next as KubeObject, old, context) ?? []));
  refuse(hub, next, problems);
  for (const text of strategy.warnings?.(next as KubeObject, old, context) ?? []) context.warn(text);
  return next;
}

/** Takes top-level fields from the old object. */
function takeFields(draft: ObjectDraft, old: KubeObject, fields: readonly string[]): void {
  for (const field of fields) {
    const kept = fieldsOf(old)[field];
    if (kept === undefined) delete fieldsOf(draft)[field];
    else fieldsOf(draft)[field] = draftOf(kept);
  }
}
