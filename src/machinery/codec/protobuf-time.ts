// Canonical time texts to seconds since 1970 and back, by arithmetic on the proleptic Gregorian calendar.

const SECONDS_A_DAY = 86_400;
const DAYS_AN_ERA = 146_097;
/** Days from 0000-03-01, where the count of eras starts, to 1970-01-01. */
const EPOCH_DAYS = 719_468;

export interface WireTime {
  readonly seconds: number;
  readonly nanos: number;
}

/** Reads `2006-01-02T15:04:05Z` or `2006-01-02T15:04:05.000000Z`. */
export function secondsOfText(text: string): WireTime {
  const number = (from: number, to: number): number => Number(text.slice(from, to));
  const month = number(5, 7);
  // A year that begins in March ends with its leap day, which makes all months regular.
  const year = number(0, 4) - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + number(8, 10) - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  const days = era * DAYS_AN_ERA + dayOfEra - EPOCH_DAYS;
  const seconds = days * SECONDS_A_DAY + number(11, 13) * 3600 + number(14, 16) * 60 + number(17, 19);
  const fraction = text[19] === '.' ? text.slice(20, -1) : '';
  return { seconds, nanos: fraction === '' ? 0 : Number(fraction.padEnd(9, '0').slice(0, 9)) };
}

/** Writes whole seconds. */
export function textOfSeconds(seconds: number): string {
  return `${dateAndTime(seconds)}Z`;
}

/** Writes microseconds, always six digits. */
export function microTextOfSeconds(seconds: number, nanos: number): string {
  return `${dateAndTime(seconds)}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;
}

function dateAndTime(seconds: number): string {
  const days = Math.floor(seconds / SECONDS_A_DAY) + EPOCH_DAYS;
  const rest = seconds - (days - EPOCH_DAYS) * SECONDS_A_DAY;
  const era = Math.floor(days / DAYS_AN_ERA);
  const dayOfEra = days - era * DAYS_AN_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted + (shifted < 10 ? 3 : -9);
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${clock}`;
}
