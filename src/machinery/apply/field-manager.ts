// The field manager: what the API server asks on every write. It keeps metadata.managedFields true and carries out applies.
//
// A1. Objects come and go without managedFields; entries are passed beside them.
// A2. What identifies an object (apiVersion, kind, name …) is owned by nobody.

import { getOwn, isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import type { ManagedFieldsEntry } from '../object-meta.ts';
import { StatusError } from '../status-error.ts';
import type { StatusCause } from '../status-error.ts';
import { setOwn } from '../string-map.ts';
import { FieldSet } from './field-set.ts';
import {
  capUpdateManagers,
  decodeManagedFields,
  encodeManagedFields,
  managerKey,
  NOTHING_MANAGED,
  printManager,
} from './managed-fields.ts';
import type { Managed, Operation } from './managed-fields.ts';
import { applyConfig, updateOwners } from './ownership.ts';
import type { Conflict, Owned, Owners, Versions } from './ownership.ts';
import { goJson, printPath } from './path-element.ts';
import { compareTyped, fieldSetOf, undeclaredField } from './typed.ts';

const IDENTITY = FieldSet.ofFields(
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    (name) => ['metadata', name],
  ),
);

/** Who writes, through which version and endpoint, and when (RFC 3339 in seconds). */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  /** '' for the main endpoint. */
  readonly subresource: string;
  readonly now: string;
  readonly versions: Versions;
}

export interface UpdateRequest extends Writer {
  /** The stored object; on creation one that says nothing (a zero of its kind). */
  readonly live: JsonObject;
  readonly next: JsonObject;
  readonly liveEntries: readonly ManagedFieldsEntry[] | undefined;
  /** What the request itself carried: an empty list, or one empty entry, makes everybody lose everything. */
  readonly sentEntries: readonly ManagedFieldsEntry[] | undefined;
}

const orNothing = (entries: readonly ManagedFieldsEntry[] | undefined): Managed => {
  const managed = decodeManagedFields(entries);
  return managed.ok ? managed.value : NOTHING_MANAGED;
};

function managedBefore({ subresource, liveEntries, sentEntries }: UpdateRequest): Managed {
  if (subresource !== '') return orNothing(liveEntries);
  if (sentEntries !== undefined && isReset(sentEntries)) return NOTHING_MANAGED;
  const sent = decodeManagedFields(sentEntries);
  return sent.ok && sent.value.owners.size > 0 ? sent.value : orNothing(liveEntries);
}

const isReset = (entries: readonly ManagedFieldsEntry[]): boolean =>
  entries.length === 0 || (entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0);

function uidOf(object: JsonObject): unknown {
  const metadata = getOwn(object, 'metadata');
  return isJsonObject(metadata) ? getOwn(metadata, 'uid') : undefined;
}

/** The entries after a create, an update or a patch that is not an apply. */
export function updateManagedFields(request: UpdateRequest): ManagedFieldsEntry[] | undefined {
  const before = managedBefore(request);
  const uid = uidOf(request.live);
  // An object that nobody has tracked from its beginning stays untracked until the first apply.
  if (before.owners.size === 0 && uid !== undefined && uid !== '') return undefined;
  return encodeManagedFields(update(request, before, request.live, request.next));
}

const CURRENT = 'current-operation';

function update(writer: Writer, before: Managed, live: unknown, next: unknown): Managed {
  const { apiVersion, versions, now } = writer;
  const owners = new Map(updateOwners(versions, { live, next, apiVersion, owners: before.owners, manager: CURRENT }));
  strip(owners, CURRENT);
  const taken = owners.get(CURRENT);
  if (taken === undefined) return capUpdateManagers({ owners, times: before.times });
  owners.delete(CURRENT);
  const key = keyOf(writer, 'Update');
  const previous = owners.get(key);
  owners.set(key, previous === undefined ? taken : { ...taken, set: taken.set.union(previous.set) });
  return capUpdateManagers({ owners, times: new Map(before.times).set(key, now) });
}

const keyOf = ({ manager, apiVersion, subresource }: Writer, operation: Operation): string =>
  managerKey({ manager: manager === '' ? 'unknown' : manager, operation, apiVersion, subresource });

/** A2. */
function strip(owners: Map<string, Owned>, key: string): void {
  const owned = owners.get(key);
  if (owned === undefined) return;
  const set = owned.set.difference(IDENTITY);
  if (set.isEmpty) owners.delete(key);
  else owners.set(key, { ...owned, set });
}

export interface ApplyPatchRequest extends Writer {
  readonly live: JsonObject;
  readonly liveEntries: readonly ManagedFieldsEntry[] | undefined;
  /** The configuration as sent: its fields are taken before it is made canonical. */
  readonly config: JsonObject;
  readonly force: boolean;
  /** What an object of the version is that says nothing: its structs that are always written. Nothing at all unless given. */
  readonly empty?: JsonObject;
  /** How messages name the object: `default/web; apps/v1, Kind=Deployment`. */
  readonly named: string;
}

export interface ApplyPatchResult {
  /** Undefined where the apply changes nothing but, maybe, who owns what. */
  readonly object: JsonObject | undefined;
  readonly entries: ManagedFieldsEntry[] | undefined;
}

/** Carries out a server-side apply. Throws the StatusError that the client is to see. */
export function applyPatch(request: ApplyPatchRequest): ApplyPatchResult {
  const decoded = decodeManagedFields(request.liveEntries);
  if (!decoded.ok) throw plainError(`failed to decode managed fields: ${decoded.error}`);
  refuseUndeclared(request);
  let before = decoded.value;
  // What was there before anybody applied is owned by a manager of its own.
  if (before.owners.size === 0) before = update({ ...request, manager: 'before-first-apply' }, before, request.empty ?? {}, request.live);

  const key = keyOf(request, 'Apply');
  const result = attempt(request, before, key);
  const owners = new Map(result.owners);
  strip(owners, key);
  // Most applies change nothing; then the entries stand as they are.
  if (result.object === undefined && request.liveEntries !== undefined && isSame(owners, decoded.value.owners)) {
    return { object: undefined, entries: [...request.liveEntries] };
  }
  const times = new Map(before.times);
  if (result.object !== undefined) times.set(key, request.now);
  return { object: withLastApplied(request, result.object), entries: encodeManagedFields({ owners, times }) };
}

function isSame(owners: Owners, before: Owners): boolean {
  if (owners.size !== before.size) return false;
  for (const [key, { set, apiVersion }] of owners) {
    const owned = before.get(key);
    if (owned === undefined || owned.apiVersion !== apiVersion || !owned.set.equals(set)) return false;
  }
  return true;
}

interface Attempted {
  readonly object: JsonObject | undefined;
  readonly owners: ReadonlyMap<string, Owned>;
}

function attempt(request: ApplyPatchRequest, before: Managed, key: string, force = request.force): Attempted {
  const { versions, live, config, apiVersion } = request;
  const outcome = applyConfig(versions, { live, config, apiVersion, owners: before.owners, manager: key, force });
  if (!outcome.ok) throw plainError(outcome.error);
  const applied = outcome.value;
  if (applied.kind === 'applied') return { object: isJsonObject(applied.object) ? applied.object : undefined, owners: applied.owners };
  // kubectl may take over what its own client-side apply had set.
  const allowed = request.manager === 'kubectl' ? lastAppliedFields(request) : undefined;
  const conflicts = allowed === undefined ? applied.conflicts : applied.conflicts.filter(({ path }) => !allowed.has(path));
  if (conflicts.length > 0) throw conflictsError(conflicts);
  return attempt(request, before, key, true);
}

const plainError = (message: string): StatusError => new StatusError({ code: 500, reason: 'InternalError', message });

function refuseUndeclared({ config, apiVersion, versions, named }: ApplyPatchRequest): void {
  const type = versions.typeOf(apiVersion);
  const path = type === undefined ? undefined : undeclaredField(config, type);
  if (path === undefined) return;
  throw plainError(`failed to create typed patch object (${named}): ${printPath(path)}: field not declared in schema`);
}

/** The refusal of an apply, worded as kubectl shows it. */
export function conflictsError(conflicts: readonly Conflict[]): StatusError {
  const causes: StatusCause[] = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${printManager(manager)}`,
    field: printPath(path),
  }));
  return new StatusError({ code: 409, reason: 'Conflict', message: conflictsMessage(conflicts), details: { causes } });
}

function conflictsMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${printManager(first.manager)}: ${printPath(first.path)}`;
  }
  const byManager = Object.groupBy(conflicts, ({ manager }) => manager);
  const lines = Object.keys(byManager)
    .sort()
    .flatMap((manager) => [
      `conflicts with ${printManager(manager)}:`,
      ...(byManager[manager] ?? []).map(({ path }) => `- ${printPath(path)}`),
    ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MAX_ANNOTATIONS_LENGTH = 256 * 1024;

function annotationsOf(object: JsonObject): JsonObject | undefined {
  const metadata = getOwn(object, 'metadata');
  const annotations = isJsonObject(metadata) ? getOwn(metadata, 'annotations') : undefined;
  return isJsonObject(annotations) ? annotations : undefined;
}

/** The fields that still are as the client-side apply left them. */
function lastAppliedFields({ live, apiVersion, versions }: ApplyPatchRequest): FieldSet | undefined {
  const text = getOwn(annotationsOf(live) ?? {}, LAST_APPLIED);
  const type = versions.typeOf(apiVersion);
  if (typeof text !== 'string' || text === '' || type === undefined) return undefined;
  const last = parseObject(text);
  if (last === undefined || last['apiVersion'] !== apiVersion) return undefined;
  const { modified, added, removed } = compareTyped(last, live, type);
  return fieldSetOf(last, type).difference(modified).difference(added).difference(removed);
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** Keeps the annotation of client-side apply true where there is one, so that kubectl can go back. */
function withLastApplied({ manager, config }: ApplyPatchRequest, object: JsonObject | undefined): JsonObject | undefined {
  const annotations = object === undefined ? undefined : annotationsOf(object);
  if (manager !== 'kubectl' || object === undefined || annotations === undefined) return object;
  const present = getOwn(annotations, LAST_APPLIED);
  if (present === undefined || present === '') return object;
  const next = { ...annotations, [LAST_APPLIED]: `${goJson(withoutLastApplied(config))}\n` };
  const size = Object.entries(next).reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  const { [LAST_APPLIED]: _dropped, ...others } = annotations;
  return withAnnotations(object, size > MAX_ANNOTATIONS_LENGTH ? others : next);
}

function withoutLastApplied(config: JsonObject): JsonObject {
  const annotations = annotationsOf(config);
  if (annotations === undefined) return config;
  const { [LAST_APPLIED]: _dropped, ...others } = annotations;
  return withAnnotations(config, others);
}

function withAnnotations(object: JsonObject, annotations: JsonObject): JsonObject {
  const metadata = getOwn(object, 'metadata');
  const nextMetadata: JsonObject = isJsonObject(metadata) ? { ...metadata } : {};
  setOwn(nextMetadata, 'annotations', annotations);
  return { ...object, metadata: nextMetadata };
}
