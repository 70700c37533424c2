// What applying a manifest would do to a live object: the changes it makes, and those it undoes that somebody else made.
//
// Three sides: what was applied last, what is live now, and what would be live after applying (as the server's dry run says).

import { structuralDiff } from './structural-diff.ts';
import type { Difference, DiffOptions } from './structural-diff.ts';

interface PlannedChange extends Difference {
  /** Whether the live value was not the last applied one: applying takes back what somebody else wrote. */
  readonly overwrites: boolean;
}

export interface ThreeWayDiff {
  /** What applying changes. */
  readonly changes: readonly PlannedChange[];
  /** Where the live object departs from what was applied last and stays as it is. */
  readonly drift: readonly Difference[];
}

/** Members that the server writes; a diff that shows them says nothing. */
const SERVER_WRITTEN = /^metadata\.(?:managedFields|resourceVersion|generation|uid|creationTimestamp|selfLink)\b|^status\b/;
const LAST_APPLIED = 'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]';

const isOfInterest = ({ path }: Difference): boolean => !SERVER_WRITTEN.test(path) && path !== LAST_APPLIED;

/** Compares the three sides; without a last applied object, nothing counts as drift. */
export function threeWayDiff(lastApplied: unknown, live: unknown, merged: unknown, options: DiffOptions = {}): ThreeWayDiff {
  const changes = structuralDiff(live, merged, options).filter(isOfInterest);
  // What the manifest never mentioned is not drift: defaults and other writers' fields.
  const departures =
    lastApplied === undefined
      ? []
      : structuralDiff(lastApplied, live, options).filter((each) => each.before !== undefined && isOfInterest(each));
  const departed = new Set(departures.map(({ path }) => path));
  const changed = new Set(changes.map(({ path }) => path));
  return {
    changes: changes.map((change) => ({ ...change, overwrites: departed.has(change.path) })),
    drift: departures.filter(({ path }) => !changed.has(path)),
  };
}
