// Sets of completion indexes, as a Job's status keeps them: sorted intervals, printed as `0,2-4,7,8`.

import type { IndexInterval } from '../../../api/batch/v1/completion-indexes.ts';

export type Intervals = readonly IndexInterval[];

/** Reads a status: parts that cannot be read are passed over, indexes beyond `completions` are cut. */
export function readIndexes(text: string | undefined, completions: number): Intervals {
  const intervals: IndexInterval[] = [];
  for (const part of (text ?? '').split(',')) {
    const [first, last = first] = part.split('-').map((digits) => (/^[0-9]+$/.test(digits) ? Number(digits) : Number.NaN));
    if (first === undefined || last === undefined || Number.isNaN(first) || Number.isNaN(last)) continue;
    if (first >= completions) break;
    intervals.push({ first, last: Math.min(last, completions - 1) });
  }
  return mergeIndexes(intervals, []);
}

/** The union; neighbours become one interval. */
export function mergeIndexes(a: Intervals, b: Intervals): Intervals {
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of [...a, ...b].sort((x, y) => x.first - y.first)) {
    const previous = merged.at(-1);
    if (previous === undefined || first > previous.last + 1) merged.push({ first, last });
    else previous.last = Math.max(previous.last, last);
  }
  return merged;
}

export const addIndexes = (intervals: Intervals, indexes: Iterable<number>): Intervals =>
  mergeIndexes(
    intervals,
    Array.from(indexes, (index) => ({ first: index, last: index })),
  );

/** Two neighbours are written one by one, longer runs as a range. */
export function printIndexes(intervals: Intervals): string {
  return intervals
    .map(({ first, last }) => (last === first ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`))
    .join(',');
}

/** How many indexes are in both. */
export function overlap(a: Intervals, b: Intervals): number {
  let count = 0;
  for (const x of a) for (const y of b) count += Math.max(0, Math.min(x.last, y.last) - Math.max(x.first, y.first) + 1);
  return count;
}

/** The first `count` indexes below `completions` that are not in `taken`. */
export function firstFree(taken: Intervals, count: number, completions: number): number[] {
  const free: number[] = [];
  let candidate = 0;
  for (const { first, last } of [...taken, { first: completions, last: completions }]) {
    for (; candidate < Math.min(first, completions) && free.length < count; candidate++) free.push(candidate);
    candidate = Math.max(candidate, last + 1);
  }
  return free;
}
