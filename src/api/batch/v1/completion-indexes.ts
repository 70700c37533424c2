// Sets of completion indexes as text: `0,2-4,7`.

/** An interval of indexes, both ends included. */
export interface IndexInterval {
  readonly first: number;
  readonly last: number;
}

const MALFORMED = (part: string): string => `cannot convert string to integer for index: ${JSON.stringify(part)}`;

/** The intervals of a text, or what upstream says is wrong with it. */
export function parseIndexes(
  text: string,
  completions: number,
): { readonly intervals: readonly IndexInterval[] } | { readonly error: string } {
  const intervals: IndexInterval[] = [];
  if (text === '') return { intervals };
  let previous: number | undefined;
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions);
    if ('error' in interval) return interval;
    if (previous !== undefined && previous >= interval.first)
      return { error: `non-increasing order, previous: ${previous}, current: ${interval.first}` };
    intervals.push(interval);
    previous = interval.last;
  }
  return { intervals };
}

function parseInterval(text: string, completions: number): IndexInterval | { readonly error: string } {
  const limits = text.split('-');
  if (limits.length > 2)
    return {
      error: `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    };
  const [firstText = '', lastText] = limits;
  const first = parseIndex(firstText);
  if (first === undefined) return { error: MALFORMED(firstText) };
  if (first >= completions) return { error: `too large index: ${JSON.stringify(firstText)}` };
  if (lastText === undefined) return { first, last: first };
  const last = parseIndex(lastText);
  if (last === undefined) return { error: MALFORMED(lastText) };
  if (last >= completions) return { error: `too large index: ${JSON.stringify(lastText)}` };
  if (first >= last) return { error: `non-increasing order, previous: ${first}, current: ${last}` };
  return { first, last };
}

const parseIndex = (text: string): number | undefined => (/^[+-]?[0-9]+$/.test(text) ? Number(text) : undefined);

/** How many indexes the intervals hold. */
export const countIndexes = (intervals: readonly IndexInterval[]): number =>
  intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);

/** Whether the index lies in one of the intervals. */
export const hasIndex = (intervals: readonly IndexInterval[], index: number): boolean =>
  intervals.some(({ first, last }) => first <= index && index <= last);
