// Runs a part: random inputs go to upstream and to ours, and the first difference is shrunk to its smallest input.

import fc from 'fast-check';
import { difference } from './compare.ts';
import type { Oracle } from './oracle.ts';
import type { AnyPart } from './part.ts';

export interface Run {
  readonly seed: number;
  readonly cases: number;
  /** The smallest differing input found, worded; undefined when all agree. */
  readonly failure: string | undefined;
}

/** Asks upstream and ours `cases` random inputs; the same seed gives the same inputs. */
export async function runPart(oracle: Oracle, part: AnyPart, seed: number, cases: number): Promise<Run> {
  let smallest: string | undefined;
  const property = fc.asyncProperty(part.arbitrary, async (input) => {
    const question = part.question(input);
    const found = difference(part, await oracle.ask(question), part.ours(input));
    if (found === undefined) return true;
    smallest = `${JSON.stringify(question)}\n${found}`;
    return false;
  });
  const result = await fc.check(property, { seed, numRuns: cases });
  return { seed: result.seed, cases: result.numRuns, failure: result.failed ? smallest : undefined };
}

/** Asks many inputs without stopping at a difference: each distinct kind of difference with its count and one example. */
export async function surveyPart(
  oracle: Oracle,
  part: AnyPart,
  seed: number,
  cases: number,
): Promise<ReadonlyMap<string, { count: number; example: string }>> {
  const inputs = fc.sample(part.arbitrary, { seed, numRuns: cases });
  const outcomes = await Promise.all(inputs.map((input) => oracle.ask(part.question(input))));
  const found = new Map<string, { count: number; example: string }>();
  for (const [index, theirs] of outcomes.entries()) {
    const input = inputs[index];
    for (const line of new Set(difference(part, theirs, part.ours(input))?.split('\n').map(placeOf))) {
      const seen = found.get(line) ?? { count: 0, example: JSON.stringify(input) };
      const text = JSON.stringify(input);
      found.set(line, { count: seen.count + 1, example: text.length < seen.example.length ? text : seen.example });
    }
  }
  return found;
}

/** The place of a difference, without list indices and values. */
function placeOf(line: string): string {
  return line
    .replaceAll(/\[\d+\]/g, '[]')
    .replace(/^(\(whole\)|[^:[]+): upstream .*$/, '$1')
    .slice(0, 300);
}
