// Time stamps: RFC 3339 with whole seconds (Time) or six decimals (MicroTime), read as leniently as Go reads them and written in UTC.
//
// T1. Milliseconds since 1970 are the inner form; microseconds are their fraction.
// T2. The year 1 in UTC is Go's zero time: it is written as nothing (the empty text).

import { quoteBytes } from './quote.ts';

/** Which of the two forms is meant. */
export type TimePrecision = 'seconds' | 'micro';

const LAYOUTS: Readonly<Record<TimePrecision, string>> = {
  seconds: '2006-01-02T15:04:05Z07:00',
  micro: '2006-01-02T15:04:05.000000Z07:00',
};

interface Moment {
  /** Seconds since 1970. */
  readonly seconds: number;
  readonly nanos: number;
}

/** Days since 1970 of a date in the Gregorian calendar, also before its adoption. */
function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

function dateOf(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1 };
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;

/** Walks a time stamp part by part; the first part that does not fit becomes the error, in Go's words. */
class TimeReader {
  readonly #text: string;
  readonly #precision: TimePrecision;
  #rest: string;
  /** What the last pattern found. */
  #taken = '';

  constructor(text: string, precision: TimePrecision) {
    this.#text = text;
    this.#precision = precision;
    this.#rest = text;
  }

  read(): Moment | string {
    const found: number[] = [];
    for (const part of PARTS) {
      const value = this.#part(part);
      if (typeof value === 'string') return value;
      found.push(value);
    }
    return this.#finish(found);
  }

  #cannot(element: string): string {
    return `parsing time ${quoteBytes(this.#text)} as ${quoteBytes(LAYOUTS[this.#precision])}: cannot parse ${quoteBytes(this.#rest)} as ${quoteBytes(element)}`;
  }

  #fails(message: string): string {
    return `parsing time ${quoteBytes(this.#text)}: ${message}`;
  }

  /** Undefined when the pattern was there; `#taken` holds it. */
  #take(pattern: RegExp, element: string): string | undefined {
    const match = pattern.exec(this.#rest);
    if (match === null) return this.#cannot(element);
    this.#taken = match[0];
    this.#rest = this.#rest.slice(match[0].length);
    return undefined;
  }

  #literal(text: string): string | undefined {
    if (!this.#rest.startsWith(text)) return this.#cannot(text);
    this.#rest = this.#rest.slice(text.length);
    return undefined;
  }

  #part({ element, pattern, minimum, maximum, name, before }: Part): number | string {
    const problem = (before === '' ? undefined : this.#literal(before)) ?? this.#take(pattern, element);
    if (problem !== undefined) return problem;
    const value = Number(this.#taken);
    return value < minimum || value > maximum ? this.#fails(`${name} out of range`) : value;
  }

  #finish([year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0]: readonly number[]): Moment | string {
    const nanos = this.#fraction();
    if (typeof nanos === 'string') return nanos;
    const offset = this.#offset();
    if (typeof offset === 'string') return offset;
    if (this.#rest !== '') return this.#fails(`extra text: ${quoteBytes(this.#rest)}`);
    if (day < 1 || day > daysIn(year, month)) return this.#fails('day out of range');
    return { seconds: daysOf(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset, nanos };
  }

  #fraction(): number | string {
    if (this.#precision === 'micro') {
      const problem = this.#take(/^[.,][0-9]{6}/, '.000000');
      return problem ?? Number(this.#taken.slice(1)) * 1_000;
    }
    const problem = this.#take(/^(?:[.,][0-9]+)?/, '');
    return problem ?? Number(this.#taken.slice(1, 10).padEnd(9, '0'));
  }

  #offset(): number | string {
    if (this.#rest.startsWith('Z')) {
      this.#rest = this.#rest.slice(1);
      return 0;
    }
    const match = /^(.)(..):(..)/s.exec(this.#rest);
    if (match === null) return this.#cannot('Z07:00');
    const [whole, sign, hourText = '', minuteText = ''] = match;
    const hour = TWO_DIGITS.test(hourText) ? Number(hourText) : undefined;
    const minute = hour !== undefined && TWO_DIGITS.test(minuteText) ? Number(minuteText) : undefined;
    // The last of several complaints is the one that Go keeps.
    if (minute !== undefined && minute > 60) return this.#fails('time zone offset minute out of range');
    if (hour !== undefined && hour > 24) return this.#fails('time zone offset hour out of range');
    if (hour === undefined || minute === undefined || (sign !== '+' && sign !== '-')) return this.#cannot('Z07:00');
    this.#rest = this.#rest.slice(whole.length);
    return (sign === '-' ? -1 : 1) * (hour * 60 + minute) * 60;
  }
}

const TWO_DIGITS = /^[0-9]{2}$/;

interface Part {
  readonly before: string;
  readonly element: string;
  readonly pattern: RegExp;
  readonly minimum: number;
  readonly maximum: number;
  readonly name: string;
}

// Days are checked against their month at the end; hours may have one digit.
const PARTS: readonly Part[] = [
  { before: '', element: '2006', pattern: /^[0-9]{4}/, minimum: 0, maximum: 9_999, name: 'year' },
  { before: '-', element: '01', pattern: /^[0-9]{2}/, minimum: 1, maximum: 12, name: 'month' },
  { before: '-', element: '02', pattern: /^[0-9]{2}/, minimum: 0, maximum: 99, name: 'day' },
  { before: 'T', element: '15', pattern: /^[0-9]{1,2}/, minimum: 0, maximum: 23, name: 'hour' },
  { before: ':', element: '04', pattern: /^[0-9]{2}/, minimum: 0, maximum: 59, name: 'minute' },
  { before: ':', element: '05', pattern: /^[0-9]{2}/, minimum: 0, maximum: 59, name: 'second' },
];

const CANONICAL = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z$/;

/** The quick way for what nearly every object holds. */
function readCanonical(text: string): Moment | undefined {
  if (!CANONICAL.test(text)) return undefined;
  const number = (from: number): number => (text.charCodeAt(from) - 0x30) * 10 + text.charCodeAt(from + 1) - 0x30;
  const year = number(0) * 100 + number(2);
  const month = number(5);
  const day = number(8);
  const hour = number(11);
  const minute = number(14);
  const second = number(17);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59) return undefined;
  return {
    seconds: daysOf(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second,
    nanos: text.length === 27 ? Number(text.slice(20, 26)) * 1_000 : 0,
  };
}

const readTime = (text: string, precision: TimePrecision): Moment | string => new TimeReader(text, precision).read();

/** Milliseconds since 1970, with a fraction where the text has microseconds; undefined where it is no time stamp. */
export function parseTime(text: string): number | undefined {
  const moment = readCanonical(text) ?? readTime(text, 'seconds');
  return typeof moment === 'string' ? undefined : moment.seconds * 1_000 + moment.nanos / 1e6;
}

/** Why the text is no time stamp, in Go's words; undefined when it is one. */
export function timeProblem(text: string, precision: TimePrecision): string | undefined {
  const moment = readTime(text, precision);
  return typeof moment === 'string' ? moment : undefined;
}

const ZERO_TIME_SECONDS = -62_135_596_800;

/** The time stamp in UTC with whole seconds as Go writes it back (T2), or undefined. */
export function canonicalTime(text: string): string | undefined {
  const canonical = text.length === 20 ? readCanonical(text) : undefined;
  if (canonical !== undefined && canonical.seconds !== ZERO_TIME_SECONDS) return text;
  const moment = canonical ?? readTime(text, 'seconds');
  return typeof moment === 'string' ? undefined : isZero(moment) ? '' : printSeconds(moment.seconds);
}

/** The time stamp in UTC with six decimals as Go writes it back (T2), or undefined; exactly six are required. */
export function canonicalMicroTime(text: string): string | undefined {
  const moment = readTime(text, 'micro');
  if (typeof moment === 'string') return undefined;
  return isZero(moment) ? '' : printMicros(moment.seconds, moment.nanos / 1_000);
}

const isZero = ({ seconds, nanos }: Moment): boolean => seconds === ZERO_TIME_SECONDS && nanos === 0;

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

function printDateTime(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const ofDay = seconds - days * 86_400;
  const { year, month, day } = dateOf(days);
  const yearText = year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0');
  const time = `${two(Math.floor(ofDay / 3_600))}:${two(Math.floor(ofDay / 60) % 60)}:${two(ofDay % 60)}`;
  return `${yearText}-${two(month)}-${two(day)}T${time}`;
}

const printSeconds = (seconds: number): string => `${printDateTime(seconds)}Z`;
const printMicros = (seconds: number, micros: number): string => `${printDateTime(seconds)}.${String(micros).padStart(6, '0')}Z`;

/** A time stamp with whole seconds; what is smaller is cut off. */
export const printTime = (ms: number): string => printSeconds(Math.floor(ms / 1_000));

/** A time stamp with six decimals. */
export function printMicroTime(ms: number): string {
  const micros = Math.round(ms * 1_000);
  const seconds = Math.floor(micros / 1_000_000);
  return printMicros(seconds, micros - seconds * 1_000_000);
}
