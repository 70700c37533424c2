// One field of a cron schedule: lists of numbers, names, ranges and steps, as the set of values that match.

import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { parseGoInteger } from '../json-path/parser.ts';
import { quote } from '../quote.ts';

export interface FieldRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly names?: Readonly<Record<string, number>>;
}

/** The values that match; `any` when a star says that the field does not restrict the day. */
export interface Field {
  readonly matches: readonly boolean[];
  readonly any: boolean;
}

const MONTH_NAMES = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const numbered = (names: readonly string[], first: number): Readonly<Record<string, number>> =>
  Object.fromEntries(names.map((name, index) => [name, first + index]));

export const MINUTES: FieldRange = { minimum: 0, maximum: 59 };
export const HOURS: FieldRange = { minimum: 0, maximum: 23 };
export const DAYS_OF_MONTH: FieldRange = { minimum: 1, maximum: 31 };
export const MONTHS: FieldRange = { minimum: 1, maximum: 12, names: numbered(MONTH_NAMES, 1) };
export const DAYS_OF_WEEK: FieldRange = { minimum: 0, maximum: 6, names: numbered(DAY_NAMES, 0) };

/** Every value of the range, as a star gives. */
export const anyOf = ({ minimum, maximum }: FieldRange): Field => ({
  matches: Array.from({ length: maximum + 1 }, (_, value) => value >= minimum),
  any: true,
});

/** The one value. */
export const only = (value: number): Field => ({ matches: Array.from({ length: value + 1 }, (_, each) => each === value), any: false });

/** Reads a field; a list without items matches nothing. */
export function parseField(text: string, range: FieldRange): Outcome<Field> {
  const matches: boolean[] = Array.from({ length: range.maximum + 1 }, () => false);
  let any = false;
  for (const item of text.split(',')) {
    if (item === '') continue;
    const read = readItem(item, range);
    if (!read.ok) return read;
    const { start, end, step } = read.value;
    for (let value = start; value <= end; value += step) matches[value] = true;
    any ||= read.value.star && step === 1;
  }
  return success({ matches, any });
}

interface Item {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly star: boolean;
}

function readItem(item: string, { minimum, maximum, names = {} }: FieldRange): Outcome<Item> {
  const [bounds = '', stepText, ...moreSlashes] = item.split('/');
  const [low = '', high, ...moreHyphens] = bounds.split('-');
  const star = low === '*' || low === '?';
  const start = star ? success(BigInt(minimum)) : readNumber(low, names);
  if (!start.ok) return start;
  if (!star && moreHyphens.length > 0) return failure(`too many hyphens: ${item}`);
  const end = star ? success(BigInt(maximum)) : high === undefined ? start : readNumber(high, names);
  if (!end.ok) return end;
  if (moreSlashes.length > 0) return failure(`too many slashes: ${item}`);
  const step = stepText === undefined ? success(1n) : readNumber(stepText, {});
  if (!step.ok) return step;
  // A single number with a step runs to the end of the range.
  const last = stepText !== undefined && high === undefined ? BigInt(maximum) : end.value;
  if (start.value < BigInt(minimum)) return failure(`beginning of range (${start.value}) below minimum (${minimum}): ${item}`);
  if (last > BigInt(maximum)) return failure(`end of range (${last}) above maximum (${maximum}): ${item}`);
  if (start.value > last) return failure(`beginning of range (${start.value}) beyond end of range (${last}): ${item}`);
  if (step.value === 0n) return failure(`step of range should be a positive number: ${item}`);
  return success({ start: Number(start.value), end: Number(last), step: Number(step.value), star });
}

function readNumber(text: string, names: Readonly<Record<string, number>>): Outcome<bigint> {
  const name = text.toLowerCase();
  if (Object.hasOwn(names, name)) return success(BigInt(names[name] ?? 0));
  const number = parseGoInteger(text);
  if (number === undefined) {
    const reason = /^[+-]?[0-9]+$/.test(text) ? 'value out of range' : 'invalid syntax';
    return failure(`failed to parse int from ${text}: strconv.Atoi: parsing ${quote(text)}: ${reason}`);
  }
  return number < 0n ? failure(`negative number (${number}) not allowed: ${text}`) : success(number);
}
