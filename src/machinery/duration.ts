// Durations as Go writes them: `1h30m0s`, `100ms`, `-1.5s`. Nanoseconds are bigints, since 2^53 of them are only 104 days.

import { quoteBytes } from './quote.ts';

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

const NANOS_PER_MS = 1_000_000n;
const MAX = 2n ** 63n - 1n;
const LIMIT = 2n ** 63n;

// One number with its unit; the unit reaches to the next digit or point.
const TERM = /([0-9]*)(?:(\.)([0-9]*))?([^.0-9]*)/y;

class DurationProblem {
  readonly message: string;
  constructor(what: string, text: string) {
    this.message = `time: ${what} ${quoteBytes(text)}`;
  }
}

/** Go's fraction is a 64-bit integer and a floating-point scale, and its truncation shows in the last nanosecond. */
function fractionNanos(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > MAX / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > LIMIT) break;
    value = next;
    scale *= 10;
  }
  return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

function readDuration(text: string): bigint | DurationProblem {
  const invalid = new DurationProblem('invalid duration', text);
  const negative = text.startsWith('-');
  const rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') return invalid;
  let total = 0n;
  TERM.lastIndex = 0;
  while (TERM.lastIndex < rest.length) {
    const [, wholeDigits = '', , fraction = '', unitName = ''] = TERM.exec(rest) ?? [];
    if (wholeDigits === '' && fraction === '') return invalid;
    const count =
      wholeDigits.length > 40 && /[1-9]/.test(wholeDigits.slice(0, -20)) ? LIMIT + 1n : BigInt(wholeDigits === '' ? 0 : wholeDigits);
    if (count > LIMIT) return invalid;
    if (unitName === '') return new DurationProblem('missing unit in duration', text);
    const unit = UNITS.get(unitName);
    if (unit === undefined) return new DurationProblem(`unknown unit ${quoteBytes(unitName)} in duration`, text);
    if (count > LIMIT / unit) return invalid;
    const term = count * unit + fractionNanos(fraction, unit);
    total += term;
    if (term > LIMIT || total > LIMIT) return invalid;
  }
  if (negative) return -total;
  return total > MAX ? invalid : total;
}

/** The nanoseconds that the text says, or undefined. */
export function parseDuration(text: string): bigint | undefined {
  const read = readDuration(text);
  return read instanceof DurationProblem ? undefined : read;
}

/** Why the text is no duration, in Go's words; undefined when it is one. */
export function durationProblem(text: string): string | undefined {
  const read = readDuration(text);
  return read instanceof DurationProblem ? read.message : undefined;
}

/** The text that Go prints for a number of nanoseconds. */
export function printDuration(nanoseconds: bigint | number): string {
  const nanos = BigInt(nanoseconds);
  if (nanos === 0n) return '0s';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return `${sign}${seconds}`;
  const hours = minutes / 60n;
  return hours === 0n ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60n}m${seconds}`;
}

/** `value ÷ 10^places` without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const text = String(value).padStart(places + 1, '0');
  const fraction = text.slice(-places).replace(/0+$/, '');
  const integer = text.slice(0, -places);
  return fraction === '' ? integer : `${integer}.${fraction}`;
}

/** The text as Go writes it back, or undefined. */
export function canonicalDuration(text: string): string | undefined {
  const nanos = parseDuration(text);
  return nanos === undefined ? undefined : printDuration(nanos);
}

/** The milliseconds that the text says, with a fraction for what is smaller, or undefined. */
export function durationMs(text: string): number | undefined {
  const nanos = parseDuration(text);
  return nanos === undefined ? undefined : Number(nanos / NANOS_PER_MS) + Number(nanos % NANOS_PER_MS) / 1e6;
}

/** The text for a number of milliseconds; what does not fit 64 bits of nanoseconds is held at the largest that does. */
export function printDurationMs(ms: number): string {
  const nanos = BigInt(Math.round(ms * 1e6));
  return printDuration(nanos > MAX ? MAX : nanos < -MAX ? -MAX : nanos);
}
