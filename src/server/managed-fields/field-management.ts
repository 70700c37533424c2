// Keeps metadata.managedFields true on every write, and carries out server-side applies: binds the field manager to the write loop.
//
// M1. What a strategy resets belongs to nobody: ownership is decided on the object as it will be stored, as far as resets go.
// M2. Nothing is changed but metadata.managedFields of the draft.

import { nodeApplyType } from '../../machinery/apply/apply-type.ts';
import { applyPatch, updateManagedFields } from '../../machinery/apply/field-manager.ts';
import { shapeOf } from '../../machinery/apply/shape.ts';
import { zeroOf } from '../../machinery/canonical.ts';
import { isJsonObject } from '../../machinery/json-object.ts';
import type { JsonObject } from '../../machinery/json-object.ts';
import type { Kind, KubeObject } from '../../machinery/kind.ts';
import type { ManagedFieldsEntry } from '../../machinery/object-meta.ts';
import type { Draft } from '../../machinery/schema.ts';
import { badRequestError } from '../../machinery/status-error.ts';
import { printTime } from '../../machinery/timestamp.ts';
import type { ApplyInput, ApplyPatch, ManagedFieldsHook, ManagedFieldsInput } from '../scope.ts';
import { servedVersions } from './served-versions.ts';

const seconds = (nowMs: number): string => printTime(Math.floor(nowMs / 1000) * 1000);

/** The object as the field manager wants it: its entries stand beside it. */
function withoutEntries(object: KubeObject): JsonObject {
  const { managedFields: _entries, ...metadata } = object.metadata;
  const bare: object = { ...object, metadata };
  return bare as JsonObject;
}

const empties = new WeakMap<Kind, JsonObject>();

/** An object that says nothing: with it is compared what is created, so that nobody owns the structs that every object of a kind has. */
function emptyOf(kind: Kind): JsonObject {
  let empty = empties.get(kind);
  if (empty === undefined) {
    const zero: object = { ...zeroOf(kind.struct), apiVersion: kind.apiVersion, kind: kind.kind };
    empties.set(kind, (empty = zero as JsonObject));
  }
  return empty;
}

/** What will be stored of `next`, as far as it is known which fields a write cannot set (M1). */
function storedPart({ served, old, next, merge }: ManagedFieldsInput): KubeObject {
  if (merge !== undefined) return merge();
  const { resetOnCreate = [], resetOnUpdate = [] } = served.entry.strategy;
  const stored: object = { ...next };
  const fields = stored as Record<string, unknown>;
  const before = old as Readonly<Record<string, unknown>> | undefined;
  for (const field of before === undefined ? resetOnCreate : resetOnUpdate) {
    if (before?.[field] === undefined) delete fields[field];
    else fields[field] = before[field];
  }
  return stored as KubeObject;
}

const SHAPES = 256;
const createdSets = new WeakMap<Kind, Map<string, ManagedFieldsEntry['fieldsV1']>>();

/** The entry of who creates an object. What is owned depends on the object's shape alone, so it is worked out once for each. */
function creatorEntries(
  input: ManagedFieldsInput,
  settle: () => readonly ManagedFieldsEntry[] | undefined,
): readonly ManagedFieldsEntry[] | undefined {
  const { requested, manager, subresource, nowMs } = input;
  let shapes = createdSets.get(requested);
  if (shapes === undefined) createdSets.set(requested, (shapes = new Map()));
  const shape = shapeOf(withoutEntries(storedPart(input)), nodeApplyType(requested.struct));
  const known = shapes.get(shape);
  if (known === undefined) {
    const entries = settle();
    const [only] = entries ?? [];
    if (shapes.size >= SHAPES) shapes.clear();
    if (only?.fieldsV1 !== undefined && entries?.length === 1) shapes.set(shape, only.fieldsV1);
    return entries;
  }
  return [
    {
      manager: manager === '' ? 'unknown' : manager,
      operation: 'Update',
      apiVersion: requested.apiVersion,
      time: seconds(nowMs),
      fieldsType: 'FieldsV1',
      fieldsV1: known,
      ...(subresource === '' ? {} : { subresource }),
    },
  ];
}

/** The hook of creates, updates and patches that are no applies. */
export const keepManagedFields: ManagedFieldsHook = (input) => {
  const { served, requested, old, next, manager, subresource, nowMs } = input;
  const sentEntries = next.metadata.managedFields as readonly ManagedFieldsEntry[] | undefined;
  const settle = (): readonly ManagedFieldsEntry[] | undefined =>
    updateManagedFields({
      manager,
      apiVersion: requested.apiVersion,
      subresource,
      now: seconds(nowMs),
      versions: servedVersions(served.entry.strategy, subresource),
      live: old === undefined ? emptyOf(requested) : withoutEntries(old),
      next: withoutEntries(storedPart(input)),
      liveEntries: old?.metadata.managedFields,
      sentEntries,
    });
  // A creator may send entries of its own, of which an update takes account.
  const creates = old === undefined && sentEntries === undefined && served.version.fromHub === undefined;
  setEntries(next, creates ? creatorEntries(input, settle) : settle());
};

function setEntries({ metadata }: Draft<KubeObject>, entries: readonly ManagedFieldsEntry[] | undefined): void {
  if (entries === undefined) delete metadata.managedFields;
  else metadata.managedFields = entries as Draft<ManagedFieldsEntry>[];
}

function refuseUnfit({ kind, patch }: ApplyInput): void {
  const { apiVersion = '' } = patch;
  if (apiVersion !== kind.apiVersion) {
    throw badRequestError(
      `Incorrect version specified in apply patch. Specified patch version: ${String(apiVersion)}, expected: ${kind.apiVersion}`,
    );
  }
  const { metadata } = patch;
  if (isJsonObject(metadata) && metadata['managedFields'] !== undefined && metadata['managedFields'] !== null) {
    throw badRequestError('metadata.managedFields must be nil');
  }
}

function nameOf({ kind, patch }: ApplyInput): string {
  const metadata = isJsonObject(patch['metadata']) ? patch['metadata'] : {};
  const { namespace, name = '' } = metadata;
  const path = namespace === undefined || namespace === '' ? `/${String(name)}` : `${String(namespace)}/${String(name)}`;
  return `${path}; ${kind.apiVersion}, Kind=${kind.kind}`;
}

/** The patch type `application/apply-patch+yaml`. */
export const applyConfiguration: ApplyPatch = (input) => {
  const { kind, live, patch, manager, force, subresource, nowMs, served } = input;
  refuseUnfit(input);
  const liveEntries = live?.metadata.managedFields;
  const present = live === undefined ? emptyOf(kind) : withoutEntries(live);
  const { object, entries } = applyPatch({
    manager,
    apiVersion: kind.apiVersion,
    subresource,
    now: seconds(nowMs),
    versions: servedVersions(served.entry.strategy, subresource),
    live: present,
    liveEntries,
    config: patch,
    force,
    empty: emptyOf(kind),
    named: nameOf(input),
  });
  const result = object ?? present;
  const metadata = isJsonObject(result['metadata']) ? result['metadata'] : {};
  return { ...result, metadata: { ...metadata, ...(entries === undefined ? {} : { managedFields: entries }) } };
};

/** Both parts, as the server core takes them. */
export const fieldManagement: { readonly apply: ApplyPatch; readonly managedFields: ManagedFieldsHook } = {
  apply: applyConfiguration,
  managedFields: keepManagedFields,
};
