// Decides what a delete does to an object: removes it, marks it and lets it stay, or nothing because it is going already.
//
// D1. A grace period can only be shortened, and never moves the deletion into the past.
// D2. While there are finalizers an object is marked and stays; finalizers are not changed by a delete once it is going gracefully.

import type { DeleteOptions } from '../api/meta/v1/options.ts';
import { draftOf } from '../machinery/draft.ts';
import type { KubeObject } from '../machinery/kind.ts';
import { parseTime, printTime } from '../machinery/timestamp.ts';
import type { ObjectDraft } from './object-preparation.ts';
import type { Strategy } from './strategy.ts';

export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';

/** What becomes of an object. */
export type DeletionPlan =
  /** It is removed at once. */
  | { readonly act: 'remove' }
  /** It is marked; and removed right behind that when `remove` says so. */
  | { readonly act: 'mark'; readonly draft: ObjectDraft; readonly remove: boolean }
  /** It is going gracefully already. */
  | { readonly act: 'nothing' };

/** The finalizers that the garbage collector is to see. */
function finalizersOf(strategy: Strategy, object: KubeObject, options: DeleteOptions): string[] {
  const present = object.metadata.finalizers ?? [];
  const policy = policyOf(strategy, present, options);
  const kept = present.filter((each) => each !== ORPHAN && each !== FOREGROUND);
  if (policy === 'Orphan') kept.push(ORPHAN);
  if (policy === 'Foreground') kept.push(FOREGROUND);
  return kept;
}

function policyOf(strategy: Strategy, present: readonly string[], options: DeleteOptions): 'Orphan' | 'Foreground' | 'Background' {
  if (options.orphanDependents !== undefined) return options.orphanDependents ? 'Orphan' : 'Background';
  const { propagationPolicy: asked } = options;
  if (asked === 'Orphan' || asked === 'Foreground' || asked === 'Background') return asked;
  const found = present.find((each) => each === ORPHAN || each === FOREGROUND);
  if (found !== undefined) return found === ORPHAN ? 'Orphan' : 'Foreground';
  return strategy.defaultPropagation === 'orphan' ? 'Orphan' : 'Background';
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((each) => b.includes(each));

const seconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

interface Graceful {
  readonly act: 'graceful';
  readonly graceSeconds: number;
}

/** Shortens the grace period of an object that is going (D1). */
function shorten(draft: ObjectDraft, asked: number | undefined, nowMs: number): Graceful | 'pending' | 'at once' {
  const present = Number(draft.metadata.deletionGracePeriodSeconds ?? 0);
  if (present === 0) return 'at once';
  if (asked === undefined || asked >= present) return 'pending';
  const begun = (parseTime(draft.metadata.deletionTimestamp ?? '') ?? nowMs) - present * 1000;
  let period = asked;
  let due = begun + asked * 1000;
  if (due < nowMs) {
    due = nowMs;
    // The whole period is over, but a graceful end was asked for: the least that still is one.
    if (period !== 0) period = 1;
  }
  draft.metadata.deletionTimestamp = printTime(seconds(due));
  draft.metadata.deletionGracePeriodSeconds = period;
  return { act: 'graceful', graceSeconds: asked };
}

/** Begins a graceful deletion, where the kind has such. */
function beginGraceful(
  strategy: Strategy,
  object: KubeObject,
  draft: ObjectDraft,
  asked: number | undefined,
  nowMs: number,
): Graceful | 'pending' | 'at once' {
  if (strategy.gracefulDeletion === undefined) return 'at once';
  if (object.metadata.deletionTimestamp !== undefined) return shorten(draft, asked, nowMs);
  const { gracePeriodSeconds } = strategy.gracefulDeletion(object, asked);
  draft.metadata.deletionTimestamp = printTime(seconds(nowMs + gracePeriodSeconds * 1000));
  draft.metadata.deletionGracePeriodSeconds = gracePeriodSeconds;
  bumpGeneration(draft);
  return { act: 'graceful', graceSeconds: gracePeriodSeconds };
}

function bumpGeneration({ metadata }: ObjectDraft): void {
  if (Number(metadata.generation ?? 0) > 0) metadata.generation = Number(metadata.generation) + 1;
}

/** Marks an object that must wait for its finalizers. */
function markDeleting(draft: ObjectDraft, nowMs: number): void {
  const { metadata } = draft;
  if (metadata.deletionTimestamp === undefined) bumpGeneration(draft);
  const due = metadata.deletionTimestamp === undefined ? Infinity : (parseTime(metadata.deletionTimestamp) ?? Infinity);
  if (due > nowMs) metadata.deletionTimestamp = printTime(seconds(nowMs));
  metadata.deletionGracePeriodSeconds = 0;
}

/** Decides about one object. */
export function planDeletion(strategy: Strategy, object: KubeObject, options: DeleteOptions, nowMs: number): DeletionPlan {
  const draft = draftOf(object) as ObjectDraft;
  const given = options.gracePeriodSeconds;
  const asked = given === undefined ? undefined : Number(given) < 0 ? 1 : Number(given);
  const graceful = beginGraceful(strategy, object, draft, asked, nowMs);
  if (graceful === 'pending') return { act: 'nothing' };
  const finalizers = finalizersOf(strategy, object, options);
  if (!sameSet(finalizers, object.metadata.finalizers ?? [])) draft.metadata.finalizers = finalizers;
  const waits = finalizers.length > 0 || strategy.keepsDeleted?.(draft) === true;
  if (finalizers.length === 0) delete draft.metadata.finalizers;
  if (graceful === 'at once') {
    if (!waits) return { act: 'remove' };
    markDeleting(draft, nowMs);
    return { act: 'mark', draft, remove: false };
  }
  return { act: 'mark', draft, remove: !waits && graceful.graceSeconds === 0 };
}
