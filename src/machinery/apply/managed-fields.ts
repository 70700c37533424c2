// metadata.managedFields: read into owners, written back in upstream's order.
//
// M1. A manager is known by name, operation, subresource and, for updates, by version.
// M2. Entries are sorted by operation, time, name, version, subresource.

import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { isJsonObject } from '../json-object.ts';
import type { ManagedFieldsEntry } from '../object-meta.ts';
import { quote } from '../quote.ts';
import { parseTime } from '../timestamp.ts';
import { compareBytes } from '../utf8.ts';
import { FieldSet } from './field-set.ts';
import type { Owned } from './ownership.ts';

export type Operation = 'Apply' | 'Update';

/** Who a manager is (M1). */
export interface Manager {
  readonly manager: string;
  readonly operation: Operation;
  /** '' for an apply. */
  readonly apiVersion: string;
  readonly subresource: string;
}

export interface Managed {
  readonly owners: ReadonlyMap<string, Owned>;
  readonly times: ReadonlyMap<string, string | undefined>;
}

export const NOTHING_MANAGED: Managed = { owners: new Map(), times: new Map() };

/** The text that stands for a manager while owners are settled. */
export function managerKey({ manager, operation, apiVersion, subresource }: Manager): string {
  // Upstream's own order, since it decides between managers of the same second.
  return JSON.stringify({
    ...(manager === '' ? {} : { manager }),
    operation,
    ...(operation === 'Apply' || apiVersion === '' ? {} : { apiVersion }),
    ...(subresource === '' ? {} : { subresource }),
  });
}

function readKey(key: string): Manager {
  const value: unknown = JSON.parse(key);
  const text = (member: string): string => {
    const found = isJsonObject(value) ? value[member] : undefined;
    return typeof found === 'string' ? found : '';
  };
  return {
    manager: text('manager'),
    operation: text('operation') === 'Apply' ? 'Apply' : 'Update',
    apiVersion: text('apiVersion'),
    subresource: text('subresource'),
  };
}

/** The manager for people, as conflicts name it. */
export function printManager(key: string): string {
  const { manager, operation, apiVersion, subresource } = readKey(key);
  const name = subresource === '' ? quote(manager) : `${quote(manager)} with subresource ${quote(subresource)}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}

/** What the entries of an object say. */
export function decodeManagedFields(entries: readonly ManagedFieldsEntry[] | undefined): Outcome<Managed> {
  const owners = new Map<string, Owned>();
  const times = new Map<string, string | undefined>();
  for (const [index, entry] of (entries ?? []).entries()) {
    const { manager = '', operation, apiVersion = '', subresource = '', fieldsType = '' } = entry;
    if (operation !== 'Apply' && operation !== 'Update') return failure('operation must be `Apply` or `Update`');
    if (apiVersion === '') return failure('apiVersion must not be empty');
    if (fieldsType === '') return failure(`missing fieldsType in managed fields entry ${index}`);
    if (fieldsType !== 'FieldsV1') return failure(`invalid fieldsType ${quote(fieldsType)} in managed fields entry ${index}`);
    const key = managerKey({ manager, operation, apiVersion, subresource });
    const set = decodeSet(entry.fieldsV1);
    if (!set.ok) return set;
    owners.set(key, { set: set.value, apiVersion, applied: operation === 'Apply' });
    times.set(key, entry.time);
  }
  return success({ owners, times });
}

/** Sets by the very objects that they were read from or written to: stored objects share theirs with what is written next. */
const sets = new WeakMap<object, FieldSet>();

function decodeSet(fields: ManagedFieldsEntry['fieldsV1']): Outcome<FieldSet> {
  const value: unknown = fields;
  try {
    if (!isJsonObject(value)) return success(FieldSet.empty);
    let set = sets.get(value);
    if (set === undefined) sets.set(value, (set = FieldSet.fromFieldsV1(value)));
    return success(set);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return failure(`error decoding set: ${error.message}`);
  }
}

type MutableEntry = { -readonly [K in keyof ManagedFieldsEntry]: ManagedFieldsEntry[K] };

/** The entries to store (M2); undefined where nobody owns anything. */
export function encodeManagedFields({ owners, times }: Managed): ManagedFieldsEntry[] | undefined {
  if (owners.size === 0) return undefined;
  const entries = [...owners].map(([key, owned]): ManagedFieldsEntry => {
    const { manager, operation, subresource } = readKey(key);
    const time = times.get(key);
    const entry: MutableEntry = {};
    if (manager !== '') entry.manager = manager;
    entry.operation = owned.applied ? 'Apply' : operation;
    entry.apiVersion = owned.apiVersion;
    if (time !== undefined) entry.time = time;
    entry.fieldsType = 'FieldsV1';
    const fieldsV1 = owned.set.toFieldsV1();
    sets.set(fieldsV1, owned.set);
    entry.fieldsV1 = fieldsV1 as NonNullable<ManagedFieldsEntry['fieldsV1']>;
    if (subresource !== '') entry.subresource = subresource;
    return entry;
  });
  return entries.sort(compareEntries);
}

const seconds = (time: string | undefined): number => (time === undefined ? 0 : Math.floor((parseTime(time) ?? 0) / 1000));

function compareEntries(left: ManagedFieldsEntry, right: ManagedFieldsEntry): number {
  return (
    compareBytes(left.operation ?? '', right.operation ?? '') ||
    seconds(left.time) - seconds(right.time) ||
    compareBytes(left.manager ?? '', right.manager ?? '') ||
    compareBytes(left.apiVersion ?? '', right.apiVersion ?? '') ||
    compareBytes(left.subresource ?? '', right.subresource ?? '')
  );
}

const MAX_UPDATE_MANAGERS = 10;

/** Joins the oldest updates of each version into one entry, so that managers of updates stay few. */
export function capUpdateManagers({ owners, times }: Managed): Managed {
  const updaters = [...owners.keys()].filter((key) => owners.get(key)?.applied === false);
  if (updaters.length <= MAX_UPDATE_MANAGERS) return { owners, times };
  updaters.sort((left, right) => seconds(times.get(left)) - seconds(times.get(right)) || compareBytes(left, right));
  const capped = new Map(owners);
  const cappedTimes = new Map(times);
  const firstOf = new Map<string, string>();
  let count = updaters.length;
  for (const key of updaters) {
    if (count <= MAX_UPDATE_MANAGERS) break;
    const owned = owners.get(key);
    if (owned === undefined) continue;
    const first = firstOf.get(owned.apiVersion);
    if (first === undefined) {
      firstOf.set(owned.apiVersion, key);
      continue;
    }
    const bucket = managerKey({ manager: 'ancient-changes', operation: 'Update', apiVersion: owned.apiVersion, subresource: '' });
    const before = capped.get(bucket) ?? capped.get(first);
    if (!capped.has(bucket)) capped.delete(first);
    capped.set(bucket, { ...owned, set: owned.set.union(before?.set ?? FieldSet.empty) });
    if (key !== bucket) capped.delete(key);
    cappedTimes.set(bucket, times.get(key));
    count -= 1;
  }
  return { owners: capped, times: cappedTimes };
}
