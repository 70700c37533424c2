// The calendar fields of timestamps and the units of durations.

import { member } from '../environment.ts';
import type { FunctionTable, Overload } from '../environment.ts';
import { calendarOf, zoneOffset } from '../timestamp-text.ts';
import type { Calendar } from '../timestamp-text.ts';
import { DURATION, INT, STRING, TIMESTAMP } from '../type.ts';
import { CelError } from '../value.ts';
import type { Duration, Timestamp, Value } from '../value.ts';

function field(name: string, read: (at: Calendar) => number): readonly Overload[] {
  return [
    member(`timestamp_to_${name}`, [TIMESTAMP], INT, (time: Timestamp) => BigInt(read(calendarOf(time)))),
    member(`timestamp_to_${name}_with_tz`, [TIMESTAMP, STRING], INT, (time: Timestamp, zone: string): Value => {
      const offset = zoneOffset(time, zone);
      return offset instanceof CelError ? offset : BigInt(read(calendarOf(time, offset)));
    }),
  ];
}

const unit = (name: string, nanoseconds: bigint): Overload =>
  member(`duration_to_${name}`, [DURATION], INT, (value: Duration) => value.nanoseconds / nanoseconds);

export const times: FunctionTable = {
  getFullYear: field('year', (at) => at.year),
  getMonth: field('month', (at) => at.month - 1),
  getDayOfYear: field('day_of_year', (at) => at.dayOfYear),
  getDate: field('day_of_month_1_based', (at) => at.day),
  getDayOfMonth: field('day_of_month', (at) => at.day - 1),
  getDayOfWeek: field('day_of_week', (at) => at.dayOfWeek),
  getHours: [...field('hours', (at) => at.hours), unit('hours', 3_600_000_000_000n)],
  getMinutes: [...field('minutes', (at) => at.minutes), unit('minutes', 60_000_000_000n)],
  getSeconds: [...field('seconds', (at) => at.seconds), unit('seconds', 1_000_000_000n)],
  getMilliseconds: [
    ...field('milliseconds', (at) => Math.floor(at.nanoseconds / 1_000_000)),
    member('duration_to_milliseconds', [DURATION], INT, (value: Duration) => (value.nanoseconds / 1_000_000n) % 1000n),
  ],
};
