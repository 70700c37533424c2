// Conversions between types: int, uint, double, string, bytes, bool, timestamp, duration.

import { checkedDuration, checkedInt, checkedTimestamp, checkedUint, MAX_INT, MIN_INT } from '../arithmetic.ts';
import { global } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { parseTimestamp, printTimestamp } from '../timestamp-text.ts';
import { BOOL, BYTES, DOUBLE, DURATION, INT, STRING, TIMESTAMP, UINT } from '../type.ts';
import { CelError, Uint } from '../value.ts';
import type { Duration, Timestamp, Value } from '../value.ts';
import { parseDuration } from '../../duration.ts';

const SECOND = 1_000_000_000n;
const identity = (value: Value): Value => value;
const INT_RANGE = new CelError('integer overflow');
const UINT_RANGE = new CelError('unsigned integer overflow');
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function intFromDouble(value: number): Value {
  return Number.isFinite(value) && value > Number(MIN_INT) && value < Number(MAX_INT) ? BigInt(Math.trunc(value)) : INT_RANGE;
}

function uintFromDouble(value: number): Value {
  return Number.isFinite(value) && value >= 0 && value < 2 ** 64 ? new Uint(BigInt(Math.trunc(value))) : UINT_RANGE;
}

/** What upstream says of a text that is no such value. */
const unreadable = (type: string): CelError => new CelError(`type conversion error from 'string' to '${type}'`);

function intFromText(text: string): Value {
  if (!/^[+-]?\d+$/.test(text)) return unreadable('int');
  const value = checkedInt(BigInt(text.replace(/^\+/, '')));
  return value instanceof CelError ? unreadable('int') : value;
}

function uintFromText(text: string): Value {
  if (!/^\d+$/.test(text)) return unreadable('uint');
  const value = checkedUint(BigInt(text));
  return value instanceof CelError ? unreadable('uint') : value;
}

function doubleFromText(text: string): Value {
  const special = /^([+-]?)(?:inf|infinity)$/i.exec(text);
  if (special !== null) return special[1] === '-' ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : unreadable('double');
}

/** A double as Go's shortest %g writes it. */
export function printDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  if (value === 0) return '0';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 21) return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  return String(value).includes('e') ? value.toFixed(20).replace(/0+$/, '') : String(value);
}

/** A duration in seconds, as its conversion to text writes it. */
export function printSeconds(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = String(magnitude % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${sign}${magnitude / SECOND}${fraction === '' ? '' : `.${fraction}`}s`;
}

function boolFromText(text: string): Value {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  return unreadable('bool');
}

function textFromBytes(bytes: Uint8Array): Value {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return new CelError('invalid UTF-8 in bytes, cannot convert to string');
    throw error;
  }
}

function timestampFromText(text: string): Value {
  const time = parseTimestamp(text);
  if (time === undefined) return unreadable('google.protobuf.Timestamp');
  return checkedTimestamp(time.nanoseconds);
}

function durationFromText(text: string): Value {
  const nanoseconds = parseDuration(text);
  return nanoseconds === undefined ? unreadable('google.protobuf.Duration') : checkedDuration(nanoseconds);
}

export const conversions: FunctionTable = {
  int: [
    global('int64_to_int64', [INT], INT, identity),
    global('double_to_int64', [DOUBLE], INT, intFromDouble),
    global('duration_to_int64', [DURATION], INT, (value: Duration) => value.nanoseconds),
    global('string_to_int64', [STRING], INT, intFromText),
    global(
      'timestamp_to_int64',
      [TIMESTAMP],
      INT,
      ({ nanoseconds }: Timestamp) => (nanoseconds - (((nanoseconds % SECOND) + SECOND) % SECOND)) / SECOND,
    ),
    global('uint64_to_int64', [UINT], INT, (value: Uint) => checkedInt(value.value)),
  ],
  uint: [
    global('uint64_to_uint64', [UINT], UINT, identity),
    global('double_to_uint64', [DOUBLE], UINT, uintFromDouble),
    global('int64_to_uint64', [INT], UINT, checkedUint),
    global('string_to_uint64', [STRING], UINT, uintFromText),
  ],
  double: [
    global('double_to_double', [DOUBLE], DOUBLE, identity),
    global('int64_to_double', [INT], DOUBLE, Number),
    global('string_to_double', [STRING], DOUBLE, doubleFromText),
    global('uint64_to_double', [UINT], DOUBLE, (value: Uint) => Number(value.value)),
  ],
  string: [
    global('string_to_string', [STRING], STRING, identity),
    global('bool_to_string', [BOOL], STRING, String),
    global('bytes_to_string', [BYTES], STRING, textFromBytes),
    global('double_to_string', [DOUBLE], STRING, printDouble),
    global('duration_to_string', [DURATION], STRING, (value: Duration) => printSeconds(value.nanoseconds)),
    global('int64_to_string', [INT], STRING, String),
    global('timestamp_to_string', [TIMESTAMP], STRING, printTimestamp),
    global('uint64_to_string', [UINT], STRING, (value: Uint) => String(value.value)),
  ],
  bytes: [
    global('bytes_to_bytes', [BYTES], BYTES, identity),
    global('string_to_bytes', [STRING], BYTES, (text: string) => encoder.encode(text)),
  ],
  bool: [global('bool_to_bool', [BOOL], BOOL, identity), global('string_to_bool', [STRING], BOOL, boolFromText)],
  timestamp: [
    global('timestamp_to_timestamp', [TIMESTAMP], TIMESTAMP, identity),
    global('int64_to_timestamp', [INT], TIMESTAMP, (seconds: bigint) => checkedTimestamp(seconds * SECOND)),
    global('string_to_timestamp', [STRING], TIMESTAMP, timestampFromText),
  ],
  duration: [
    global('duration_to_duration', [DURATION], DURATION, identity),
    global('int64_to_duration', [INT], DURATION, checkedDuration),
    global('string_to_duration', [STRING], DURATION, durationFromText),
  ],
};
