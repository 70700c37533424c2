// Time zones as offsets from UTC, with their changes, read from the platform's own data.
//
// Z1. An offset is looked up once for each span of days; a change within a span is found by halving.
// Z2. What is remembered is bounded, whatever years are asked for.

const SPAN = 4 * 86_400;
const MAXIMUM_SPANS = 4_096;

interface Span {
  readonly before: number;
  readonly after: number;
  /** From this second on, `after` holds. */
  readonly change: number;
}

/** Seconds since 1970 everywhere; offsets are seconds east of UTC. */
export class TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat | undefined;
  readonly #spans = new Map<number, Span>();

  constructor(name: string) {
    this.name = name;
    this.#format =
      name === 'UTC'
        ? undefined
        : new Intl.DateTimeFormat('en-US', {
            timeZone: name,
            calendar: 'gregory',
            numberingSystem: 'latn',
            hourCycle: 'h23',
            era: 'short',
            year: 'numeric',
            month: 'numeric',
            day: 'numeric',
            hour: 'numeric',
            minute: 'numeric',
            second: 'numeric',
          });
  }

  /** The offset in force at a moment. */
  offsetAt(second: number): number {
    if (this.#format === undefined) return 0;
    const index = Math.floor(second / SPAN);
    let span = this.#spans.get(index);
    if (span === undefined) {
      span = this.#spanOf(this.#format, index * SPAN);
      if (this.#spans.size >= MAXIMUM_SPANS) this.#spans.clear();
      this.#spans.set(index, span);
    }
    return second < span.change ? span.before : span.after;
  }

  #spanOf(format: Intl.DateTimeFormat, start: number): Span {
    const before = readOffset(format, start);
    const after = readOffset(format, start + SPAN);
    if (before === after) return { before, after, change: start };
    let low = start;
    let high = start + SPAN;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (readOffset(format, middle) === before) low = middle;
      else high = middle;
    }
    return { before, after, change: high };
  }
}

function readOffset(format: Intl.DateTimeFormat, second: number): number {
  const parts: Record<string, number> = {};
  let beforeChrist = false;
  for (const { type, value } of format.formatToParts(second * 1000)) {
    if (type === 'era') beforeChrist = value.startsWith('B');
    else parts[type] = Number(value);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = parts;
  return daysSinceEpoch(beforeChrist ? 1 - year : year, month, day) * 86_400 + hour * 3600 + minute * 60 + seconds - second;
}

/** The day's number counted from 1 January 1970; months and days may lie outside their range. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const wholeYear = year + Math.floor((month - 1) / 12);
  const wholeMonth = (((month - 1) % 12) + 12) % 12;
  // Years counted from March put the leap day at their end.
  const shifted = wholeMonth < 2 ? wholeYear - 1 : wholeYear;
  const monthFromMarch = (wholeMonth + 10) % 12;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return shifted * 365 + leapDays + Math.floor((153 * monthFromMarch + 2) / 5) + day - 1 - 719_468;
}

const NAME = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/;
const LOWER_CASE_PARTS = /^(?:[A-Z][A-Za-z0-9_+-]*\/)+(?:es|au|of|de|in)?[A-Za-z0-9_+-]+$/;
const known = new Map<string, TimeZone | undefined>();

/** The zone of that name, or undefined when there is none. Names are exact: upper and lower case differ. */
export function findTimeZone(name: string): TimeZone | undefined {
  if (name === '' || name === 'UTC') return UTC;
  if (known.has(name)) return known.get(name);
  const zone = NAME.test(name) || LOWER_CASE_PARTS.test(name) ? createZone(name) : undefined;
  // Only names that exist are kept, so that made-up ones cannot fill the memory.
  if (zone !== undefined) known.set(name, zone);
  return zone;
}

function createZone(name: string): TimeZone | undefined {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase() ? new TimeZone(name) : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const UTC = new TimeZone('UTC');
