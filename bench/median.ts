// The middle of several measurements: what else runs on the machine moves it little.

import { must } from '../src/base/assert.ts';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return must(sorted[Math.floor(sorted.length / 2)], 'a measurement');
}
