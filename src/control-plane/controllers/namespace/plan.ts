// What the status of a Namespace on its way out says, and when to look at it again.

import type { NamespaceCondition } from '../../../api/core/v1/namespace.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { printTime } from '../../../machinery/timestamp.ts';

/** What is left of one resource after its deletion was asked for. */
export interface Remainder {
  /** `pods.` or `deployments.apps`: the resource and its group, parted by a dot. */
  readonly resource: string;
  readonly count: number;
  readonly finalizers: ReadonlyMap<string, number>;
}

/** Counts what is left. */
export function remainderOf(resource: string, items: readonly KubeObject[]): Remainder {
  const finalizers = new Map<string, number>();
  for (const each of items.flatMap(({ metadata }) => metadata.finalizers ?? [])) finalizers.set(each, (finalizers.get(each) ?? 0) + 1);
  return { resource, count: items.length, finalizers };
}

const FINE: readonly (readonly [type: string, reason: string, message: string])[] = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  ['NamespaceDeletionContentFailure', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
];

type Finding = readonly [reason: string, message: string];

function findings(remainders: readonly Remainder[], failures: readonly string[]): ReadonlyMap<string, Finding> {
  const found = new Map<string, Finding>();
  if (failures.length > 0) {
    found.set('NamespaceDeletionContentFailure', [
      'ContentDeletionFailed',
      `Failed to delete all resource types, ${failures.length} remaining: ${failures.toSorted().join(', ')}`,
    ]);
  }
  const left = remainders.filter(({ count }) => count > 0).map(({ resource, count }) => `${resource} has ${count} resource instances`);
  if (left.length > 0)
    found.set('NamespaceContentRemaining', ['SomeResourcesRemain', `Some resources are remaining: ${left.toSorted().join(', ')}`]);
  const totals = new Map<string, number>();
  for (const [name, count] of remainders.flatMap(({ finalizers }) => [...finalizers])) totals.set(name, (totals.get(name) ?? 0) + count);
  const held = [...totals].map(([name, count]) => `${name} in ${count} resource instances`);
  if (held.length > 0) {
    found.set('NamespaceFinalizersRemaining', [
      'SomeFinalizersRemain',
      `Some content in the namespace has finalizers remaining: ${held.toSorted().join(', ')}`,
    ]);
  }
  return found;
}

/** The conditions that tell how the deletion goes; undefined when they stay as they are. */
export function conditionsAfter(
  previous: readonly NamespaceCondition[],
  remainders: readonly Remainder[],
  failures: readonly string[],
  nowMs: number,
): readonly NamespaceCondition[] | undefined {
  const found = findings(remainders, failures);
  const next = [...previous];
  let changed = false;
  for (const [type, fineReason, fineMessage] of FINE) {
    const [reason, message] = found.get(type) ?? [fineReason, fineMessage];
    const status = found.has(type) ? 'True' : 'False';
    const position = next.findIndex((condition) => condition.type === type);
    const present = next[position];
    if (present !== undefined && present.status === status && present.reason === reason && present.message === message) continue;
    changed = true;
    const lastTransitionTime = present?.status === status ? present.lastTransitionTime : printTime(nowMs);
    const condition: NamespaceCondition = { type, status, lastTransitionTime, reason, message };
    if (position === -1) next.push(condition);
    else next[position] = condition;
  }
  return changed ? next : undefined;
}
