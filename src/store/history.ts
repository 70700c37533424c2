// The synced past of a store: every key's versions by key, and every change by revision, down to the compaction floor.
//
// H1. Revisions are dense: each from the floor to the newest has exactly one change.
// H2. What was live just before the floor is kept, so that the change at the floor still has its previous value.
// H3. Visible versions are immutable; compaction replaces a chain instead of cutting it, so forks are undisturbed.

import { assert, must } from '../base/assert.ts';
import { CompactedError, FutureRevisionError } from './errors.ts';
import { inRange } from './range.ts';
import type { KeyRange } from './range.ts';
import { RevisionIndex } from './revision-index.ts';
import { isLive } from './version.ts';
import type { Version } from './version.ts';

/** The revision of a store that nothing was written to. */
export const EMPTY_REVISION = 1;

/** A page of a list: the versions it holds, and how many more there are. */
export interface Selection {
  readonly versions: Version[];
  readonly remaining: number;
}

/** The version of a key that was the newest at `revision`. */
function asOf(head: Version | undefined, revision: number): Version | undefined {
  let version = head;
  while (version !== undefined && version.revision > revision) version = version.older;
  return version;
}

/** The newest versions of a chain down to `last`, without what is older. */
function copyDownTo(head: Version, last: Version): Version {
  const kept: Version[] = [];
  for (let version = head; version !== last; version = must(version.older, 'older version')) kept.push(version);
  let chain: Version = { ...last, older: undefined };
  for (let at = kept.length - 1; at >= 0; at--) chain = { ...must(kept[at], 'kept version'), older: chain };
  return chain;
}

/** What happened, and what it left. */
export class History {
  #index = new RevisionIndex();
  /** The change of revision `#base + i` is at place i. */
  #changes: Version[] = [];
  #base = EMPTY_REVISION + 1;
  #floor = EMPTY_REVISION;
  readonly #keepsValues: boolean;

  constructor(options: { readonly keepsValues: boolean }) {
    this.#keepsValues = options.keepsValues;
  }

  /** The newest revision. */
  get revision(): number {
    return this.#base + this.#changes.length - 1;
  }

  /** The oldest revision that can be listed. */
  get floor(): number {
    return this.#floor;
  }

  /** The newest version of a key, a deletion included. */
  newest(key: string): Version | undefined {
    return this.#index.get(key);
  }

  /** Adds the change of the next revision (H1), and returns it as it is kept. */
  apply(version: Version): Version {
    assert(version.revision === this.revision + 1, `revision ${version.revision} follows ${this.revision}`);
    const value = this.#keepsValues ? version.value : undefined;
    const applied: Version = { ...version, value, older: this.#index.get(version.key) };
    this.#index.set(applied);
    this.#changes.push(applied);
    return applied;
  }

  /**
   * Starts from what was kept from before `base`, in ascending order; its changes can no longer be watched.
   * Returns the revisions among them that an interrupted compaction left behind.
   */
  restore(versions: Iterable<Version>, floor: number, base: number): number[] {
    this.#floor = floor;
    this.#base = Math.max(base, EMPTY_REVISION + 1);
    const forgotten: number[] = [];
    for (const version of versions) {
      const { key, revision } = version;
      const outdated = this.#index.get(key);
      if (outdated !== undefined) forgotten.push(outdated.revision);
      this.#index.set({ ...version, older: undefined });
      if (isLive(version)) continue;
      forgotten.push(revision);
      this.#index.delete(key);
    }
    return forgotten;
  }

  /** What was live in the range at `revision`, in key order. */
  select(
    range: KeyRange,
    options: { readonly revision: number; readonly limit?: number | undefined; readonly after?: string | undefined },
  ): Selection {
    const { revision, limit = Infinity, after } = options;
    if (revision < this.#floor) throw new CompactedError(revision, this.#floor);
    if (revision > this.revision) throw new FutureRevisionError(revision, this.revision);
    const versions: Version[] = [];
    let remaining = 0;
    // No key lies between another and itself followed by the lowest character.
    const from = after !== undefined && after >= range.from ? `${after}\0` : range.from;
    this.#index.scan({ from, to: range.to }, (head) => {
      const version = head.revision <= revision ? head : asOf(head, revision);
      if (!isLive(version)) return true;
      if (versions.length < limit) versions.push(version);
      else remaining++;
      return true;
    });
    return { versions, remaining };
  }

  /** Changes of the range from a revision on: at most `limit` revisions are looked at, `next` is the first that was not. */
  changes(range: KeyRange, from: number, limit: number): { readonly versions: Version[]; readonly next: number } {
    const first = Math.max(from, this.#base);
    const next = Math.min(first + limit, this.revision + 1);
    const versions: Version[] = [];
    for (let revision = first; revision < next; revision++) {
      const version = must(this.#changes[revision - this.#base], 'change');
      if (inRange(range, version.key)) versions.push(version);
    }
    return { versions, next };
  }

  /** The lowest revision that a watch can start from. */
  get watchable(): number {
    return this.#base === EMPTY_REVISION + 1 ? EMPTY_REVISION : this.#base;
  }

  /** Raises the floor; returns the revisions that nobody can ask for any more. */
  compact(floor: number): number[] {
    const dropped = this.#changes.splice(0, Math.max(0, floor - this.#base));
    this.#base = Math.max(this.#base, floor);
    this.#floor = floor;
    const forgotten: number[] = [];
    // Only a key that changed below the floor has anything to lose.
    for (const key of new Set(dropped.map((change) => change.key))) this.#compactKey(key, floor, forgotten);
    return forgotten;
  }

  /** An independent copy that shares all versions. */
  fork(): History {
    const copy = new History({ keepsValues: this.#keepsValues });
    copy.#index = this.#index.fork();
    copy.#changes = this.#changes.slice();
    copy.#base = this.#base;
    copy.#floor = this.#floor;
    return copy;
  }

  #compactKey(key: string, floor: number, forgotten: number[]): void {
    const head = must(this.#index.get(key), 'newest version');
    let above: Version | undefined;
    let last: Version | undefined = head;
    while (last !== undefined && last.revision >= floor) {
      above = last;
      last = last.older;
    }
    const kept = isLive(last) ? last : above;
    for (let version = kept === undefined ? head : kept.older; version !== undefined; version = version.older)
      forgotten.push(version.revision);
    if (kept === undefined) {
      this.#index.delete(key);
      return;
    }
    if (kept.older === undefined) return;
    let version: Version | undefined = copyDownTo(head, kept);
    this.#index.set(version);
    // The list of changes must not keep the old chain alive.
    for (; version !== undefined && version.revision >= this.#base; version = version.older)
      this.#changes[version.revision - this.#base] = version;
  }
}
