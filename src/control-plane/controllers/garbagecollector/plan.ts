// What becomes of an object, by the state of its owners.

import type { OwnerReference } from '../../../machinery/object-meta.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { FOREGROUND, ORPHAN } from './graph.ts';

/** `solid`: exists and stays; `dangling`: does not exist; `waiting`: is being deleted in the foreground. */
export type OwnerState = 'solid' | 'dangling' | 'waiting';

export interface ClassifiedOwner {
  readonly reference: OwnerReference;
  readonly state: OwnerState;
}

export type Verdict =
  | { readonly act: 'keep' }
  /** Some owners remain: references to the others are taken off. */
  | { readonly act: 'detach'; readonly uids: readonly string[] }
  /** `unblock`: first lets its owners go without waiting for it, because a circle would wait for itself. */
  | { readonly act: 'delete'; readonly propagationPolicy: 'Foreground' | 'Background' | 'Orphan'; readonly unblock: boolean };

export interface Dependents {
  readonly some: boolean;
  /** Some of them are themselves deleted in the foreground. */
  readonly someDeletingDependents: boolean;
}

/** The state of an owner as a live read gives it. */
export function stateOfOwner(reference: OwnerReference, owner: KubeObject | undefined): OwnerState {
  if (owner === undefined || owner.metadata.uid !== reference.uid) return 'dangling';
  const { deletionTimestamp, finalizers = [] } = owner.metadata;
  return deletionTimestamp !== undefined && finalizers.includes(FOREGROUND) ? 'waiting' : 'solid';
}

/** Decides; `latest` is the live object. */
export function judge(latest: KubeObject, owners: readonly ClassifiedOwner[], dependents: Dependents): Verdict {
  if (owners.length === 0) return { act: 'keep' };
  const gone = owners.filter(({ state }) => state !== 'solid');
  if (gone.length < owners.length)
    return gone.length === 0 ? { act: 'keep' } : { act: 'detach', uids: gone.map(({ reference }) => reference.uid) };
  if (owners.some(({ state }) => state === 'waiting') && dependents.some)
    return { act: 'delete', propagationPolicy: 'Foreground', unblock: dependents.someDeletingDependents };
  const finalizers = latest.metadata.finalizers ?? [];
  const propagationPolicy = finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
  return { act: 'delete', propagationPolicy, unblock: false };
}
