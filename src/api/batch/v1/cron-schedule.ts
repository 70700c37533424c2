// The language of CronJob schedules: five fields of ranges, or a descriptor such as `@hourly`. Here it is only checked, with upstream's texts.

import { durationProblem } from '../../../machinery/duration.ts';
import type { Outcome } from '../../../machinery/outcome.ts';
import { quote } from '../../../machinery/quote.ts';
import { isTimeZone } from './time-zone.ts';

interface Bounds {
  readonly lowest: number;
  readonly highest: number;
  readonly names: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Minute, hour, day of the month, month, day of the week. A name stands for its place in the list, counted from `lowest`. */
const FIELDS: readonly Bounds[] = [
  { lowest: 0, highest: 59, names: [] },
  { lowest: 0, highest: 23, names: [] },
  { lowest: 1, highest: 31, names: [] },
  { lowest: 1, highest: 12, names: MONTHS },
  { lowest: 0, highest: 6, names: WEEKDAYS },
];

const DESCRIPTORS: ReadonlySet<string> = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);
const EVERY = '@every ';
const MOST_INT64 = 2n ** 63n;

/** What is wrong with a schedule; undefined when it is fine. */
export function scheduleProblem(schedule: string): string | undefined {
  if (!/^(CRON_)?TZ=/.test(schedule)) return clauseProblem(schedule);
  const space = schedule.indexOf(' ');
  if (space < 0) return 'invalid schedule format: runtime error: slice bounds out of range [:-1]';
  const zone = schedule.slice(schedule.indexOf('=') + 1, space);
  if (zone !== '' && !isTimeZone(zone)) return `provided bad location ${zone}: unknown time zone ${zone}`;
  return clauseProblem(schedule.slice(space).trim());
}

function clauseProblem(clause: string): string | undefined {
  if (clause.startsWith('@')) return descriptorProblem(clause);
  const fields = clause.split(/\s+/u).filter((field) => field !== '');
  if (fields.length !== FIELDS.length) return `expected exactly ${FIELDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`;
  for (const [index, bounds] of FIELDS.entries()) {
    const ranges = (fields[index] ?? '').split(',').filter((range) => range !== '');
    for (const range of ranges) {
      const problem = rangeProblem(range, bounds);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function descriptorProblem(descriptor: string): string | undefined {
  if (DESCRIPTORS.has(descriptor)) return undefined;
  if (!descriptor.startsWith(EVERY)) return `unrecognized descriptor: ${descriptor}`;
  const problem = durationProblem(descriptor.slice(EVERY.length));
  return problem === undefined ? undefined : `failed to parse duration ${descriptor}: ${problem}`;
}

function rangeProblem(range: string, bounds: Bounds): string | undefined {
  const [span = '', step, ...moreSteps] = range.split('/');
  const ends = readEnds(span, range, bounds);
  if (!ends.ok) return ends.error;
  const every = step === undefined ? { ok: true as const, value: 1n } : readNumber(step);
  if (moreSteps.length > 0) return `too many slashes: ${range}`;
  if (!every.ok) return every.error;
  const { first, single } = ends.value;
  // `N/step` reaches to the end.
  const last = step !== undefined && single ? BigInt(bounds.highest) : ends.value.last;
  if (first < bounds.lowest) return `beginning of range (${first}) below minimum (${bounds.lowest}): ${range}`;
  if (last > bounds.highest) return `end of range (${last}) above maximum (${bounds.highest}): ${range}`;
  if (first > last) return `beginning of range (${first}) beyond end of range (${last}): ${range}`;
  return every.value === 0n ? `step of range should be a positive number: ${range}` : undefined;
}

interface Ends {
  readonly first: bigint;
  readonly last: bigint;
  readonly single: boolean;
}

function readEnds(span: string, range: string, bounds: Bounds): Outcome<Ends> {
  const [from = '', to, ...more] = span.split('-');
  const single = to === undefined;
  if (from === '*' || from === '?') return { ok: true, value: { first: BigInt(bounds.lowest), last: BigInt(bounds.highest), single } };
  const first = readNumberOrName(from, bounds);
  if (!first.ok) return first;
  if (more.length > 0) return { ok: false, error: `too many hyphens: ${range}` };
  const last = to === undefined ? first : readNumberOrName(to, bounds);
  return last.ok ? { ok: true, value: { first: first.value, last: last.value, single } } : last;
}

function readNumberOrName(text: string, { names, lowest }: Bounds): Outcome<bigint> {
  const place = names.indexOf(text.toLowerCase());
  return place < 0 ? readNumber(text) : { ok: true, value: BigInt(place + lowest) };
}

function readNumber(text: string): Outcome<bigint> {
  const failed = (why: string): Outcome<bigint> => ({
    ok: false,
    error: `failed to parse int from ${text}: strconv.Atoi: parsing ${quote(text)}: ${why}`,
  });
  if (!/^[+-]?[0-9]+$/.test(text)) return failed('invalid syntax');
  const value = BigInt(text.replace(/^\+/, ''));
  if (value >= MOST_INT64 || value < -MOST_INT64) return failed('value out of range');
  return value < 0n ? { ok: false, error: `negative number (${value}) not allowed: ${text}` } : { ok: true, value };
}
