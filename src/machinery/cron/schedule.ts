// Cron schedules as CronJobs and backups use them: five fields, `@daily` and its kin, `@every 1h30m`, with `TZ=` in front.
//
// C1. The next moment is exactly robfig/cron's, in daylight-saving gaps and repeats too: fields are searched from the
//     largest to the smallest, days in local time, hours and minutes in elapsed time.
// C2. A schedule that matches nothing within five years has no next moment; the search is bounded.

import { durationProblem, parseDuration } from '../duration.ts';
import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { anyOf, DAYS_OF_MONTH, DAYS_OF_WEEK, HOURS, MINUTES, MONTHS, only, parseField } from './field.ts';
import type { Field } from './field.ts';
import { daysSinceEpoch, findTimeZone } from './time-zone.ts';
import type { TimeZone } from './time-zone.ts';

export interface Schedule {
  /** The first activation after a moment, both in milliseconds since 1970; undefined when there is none in five years. */
  next(afterMs: number): number | undefined;
}

export interface ScheduleOptions {
  /** The zone of schedules that name none; UTC unless given. */
  readonly timeZone?: string;
}

const NANOS_PER_SECOND = 1_000_000_000n;
const MAXIMUM_ROUNDS = 10_000;
const SPACES = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** Parses a schedule, or says in upstream's words what is wrong with it. */
export function parseSchedule(text: string, { timeZone = 'UTC' }: ScheduleOptions = {}): Outcome<Schedule> {
  if (text === '') return failure('empty spec string');
  let spec = text;
  let zoneName = timeZone;
  if (text.startsWith('TZ=') || text.startsWith('CRON_TZ=')) {
    const space = text.indexOf(' ');
    if (space < 0) return failure(`provided bad location ${text.slice(text.indexOf('=') + 1)}: missing schedule`);
    zoneName = text.slice(text.indexOf('=') + 1, space);
    spec = trimSpaces(text.slice(space));
  }
  const zone = findTimeZone(zoneName === 'Local' ? timeZone : zoneName);
  if (zone === undefined) return failure(`provided bad location ${zoneName}: ${zoneProblem(zoneName)}`);
  return spec.startsWith('@') ? parseDescriptor(spec, zone) : parseFields(spec, zone);
}

/** White space off both ends, in linear time whatever stands between. */
function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACES.test(text[start] ?? '')) start++;
  while (end > start && SPACES.test(text[end - 1] ?? '')) end--;
  return text.slice(start, end);
}

const zoneProblem = (name: string): string => (/\.\.|^[/\\]|\\/.test(name) ? 'time: invalid location name' : `unknown time zone ${name}`);

function parseFields(spec: string, zone: TimeZone): Outcome<Schedule> {
  const fields = spec.split(SPACES).filter((field) => field !== '');
  if (fields.length !== 5) return failure(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  const parsed: Field[] = [];
  for (const [index, range] of [MINUTES, HOURS, DAYS_OF_MONTH, MONTHS, DAYS_OF_WEEK].entries()) {
    const field = parseField(fields[index] ?? '', range);
    if (!field.ok) return field;
    parsed.push(field.value);
  }
  const [minute = only(0), hour = only(0), dayOfMonth = only(1), month = only(1), dayOfWeek = only(0)] = parsed;
  return success(new CronSchedule({ minute, hour, dayOfMonth, month, dayOfWeek, zone }));
}

function parseDescriptor(text: string, zone: TimeZone): Outcome<Schedule> {
  const daily: Rule = {
    minute: only(0),
    hour: only(0),
    dayOfMonth: anyOf(DAYS_OF_MONTH),
    month: anyOf(MONTHS),
    dayOfWeek: anyOf(DAYS_OF_WEEK),
    zone,
  };
  switch (text) {
    case '@yearly':
    case '@annually':
      return success(new CronSchedule({ ...daily, dayOfMonth: only(1), month: only(1) }));
    case '@monthly':
      return success(new CronSchedule({ ...daily, dayOfMonth: only(1) }));
    case '@weekly':
      return success(new CronSchedule({ ...daily, dayOfWeek: only(0) }));
    case '@daily':
    case '@midnight':
      return success(new CronSchedule(daily));
    case '@hourly':
      return success(new CronSchedule({ ...daily, hour: anyOf(HOURS) }));
    default:
  }
  const every = '@every ';
  if (!text.startsWith(every)) return failure(`unrecognized descriptor: ${text}`);
  const duration = parseDuration(text.slice(every.length));
  if (duration === undefined) return failure(`failed to parse duration ${text}: ${durationProblem(text.slice(every.length))}`);
  return success(everySeconds(duration < NANOS_PER_SECOND ? 1 : Number(duration / NANOS_PER_SECOND)));
}

const everySeconds = (seconds: number): Schedule => ({ next: (afterMs) => (Math.floor(afterMs / 1000) + seconds) * 1000 });

interface Rule {
  readonly minute: Field;
  readonly hour: Field;
  readonly dayOfMonth: Field;
  readonly month: Field;
  readonly dayOfWeek: Field;
  readonly zone: TimeZone;
}

/** A moment on the clock on the wall. */
interface Local {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

class CronSchedule implements Schedule {
  readonly #rule: Rule;

  constructor(rule: Rule) {
    this.#rule = rule;
  }

  next(afterMs: number): number | undefined {
    const { minute, hour, month, dayOfMonth, dayOfWeek } = this.#rule;
    const hopeless = [minute, hour, month].some(({ matches }) => !matches.includes(true));
    if (hopeless || !(dayOfMonth.matches.includes(true) || dayOfWeek.matches.includes(true))) return undefined;
    const found = new Search(this.#rule, Math.floor(afterMs / 1000) + 1).run();
    return found === undefined ? undefined : found * 1000;
  }
}

/** One search: the moment moves forward until every field matches. */
class Search {
  readonly #rule: Rule;
  #at: number;
  #local: Local;
  /** Once a field has moved, all smaller ones begin at their start. */
  #moved = false;

  constructor(rule: Rule, at: number) {
    this.#rule = rule;
    this.#at = at;
    this.#local = this.#localOf(at);
  }

  run(): number | undefined {
    const lastYear = this.#local.year + 5;
    for (let round = 0; round < MAXIMUM_ROUNDS && this.#local.year <= lastYear; round++) {
      if (this.#findMonth() && this.#findDay() && this.#findHour() && this.#findMinute() && this.#findSecond()) return this.#at;
    }
    return undefined;
  }

  #moveTo(second: number): void {
    this.#at = second;
    this.#local = this.#localOf(second);
  }

  #localOf(second: number): Local {
    const shifted = second + this.#rule.zone.offsetAt(second);
    const days = Math.floor(shifted / 86_400);
    const inDay = shifted - days * 86_400;
    const weekday = (((days + 4) % 7) + 7) % 7;
    return { ...dateOf(days), weekday, hour: Math.floor(inDay / 3600), minute: Math.floor(inDay / 60) % 60, second: inDay % 60 };
  }

  /** The moment of a local date and time; one that a gap leaves out or a repeat has twice is resolved as Go resolves it. */
  #moment(year: number, month: number, day: number, inDay: number): number {
    const local = daysSinceEpoch(year, month, day) * 86_400 + inDay;
    const { zone } = this.#rule;
    const offset = zone.offsetAt(local);
    // Go looks again only when its first guess moved the moment.
    return offset === 0 ? local : local - zone.offsetAt(local - offset);
  }

  /** Moves to the start of a larger unit, once. */
  #begin(start: () => number): void {
    if (this.#moved) return;
    this.#moved = true;
    this.#moveTo(start());
  }

  readonly #inDay = (): number => this.#local.hour * 3600 + this.#local.minute * 60 + this.#local.second;

  #findMonth(): boolean {
    while (this.#rule.month.matches[this.#local.month] !== true) {
      this.#begin(() => this.#moment(this.#local.year, this.#local.month, 1, 0));
      this.#moveTo(this.#moment(this.#local.year, this.#local.month + 1, this.#local.day, this.#inDay()));
      if (this.#local.month === 1) return false;
    }
    return true;
  }

  #findDay(): boolean {
    while (!this.#dayMatches()) {
      this.#begin(() => this.#moment(this.#local.year, this.#local.month, this.#local.day, 0));
      this.#moveTo(this.#moment(this.#local.year, this.#local.month, this.#local.day + 1, this.#inDay()));
      // Where midnight does not exist, the hour is off by the gap.
      const { hour } = this.#local;
      if (hour !== 0) this.#moveTo(this.#at + (hour > 12 ? 24 - hour : -hour) * 3600);
      if (this.#local.day === 1) return false;
    }
    return true;
  }

  #dayMatches(): boolean {
    const { dayOfMonth, dayOfWeek } = this.#rule;
    const inMonth = dayOfMonth.matches[this.#local.day] === true;
    const inWeek = dayOfWeek.matches[this.#local.weekday] === true;
    // Two restrictions widen each other; a star restricts nothing.
    return dayOfMonth.any || dayOfWeek.any ? inMonth && inWeek : inMonth || inWeek;
  }

  #findHour(): boolean {
    while (this.#rule.hour.matches[this.#local.hour] !== true) {
      this.#begin(() => this.#moment(this.#local.year, this.#local.month, this.#local.day, this.#local.hour * 3600));
      this.#moveTo(this.#at + 3600);
      if (this.#local.hour === 0) return false;
    }
    return true;
  }

  #findMinute(): boolean {
    while (this.#rule.minute.matches[this.#local.minute] !== true) {
      this.#begin(() => Math.floor(this.#at / 60) * 60);
      this.#moveTo(this.#at + 60);
      if (this.#local.minute === 0) return false;
    }
    return true;
  }

  #findSecond(): boolean {
    while (this.#local.second !== 0) {
      this.#moved = true;
      this.#moveTo(this.#at + 1);
      if (this.#local.second === 0) return false;
    }
    return true;
  }
}

function dateOf(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const date = new Date(days * 86_400_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Whether a name is a time zone that schedules can be in. */
export const isTimeZone = (name: string): boolean => findTimeZone(name) !== undefined;
