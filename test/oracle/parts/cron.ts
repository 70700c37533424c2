// Cron schedules: random and broken ones, in zones with all kinds of changes, from moments near those changes.

import fc from 'fast-check';
import { parseSchedule } from '../../../src/machinery/cron/schedule.ts';
import { part, wholeText } from '../part.ts';
import { valueOrThrow } from './json-paths.ts';

const ACTIVATIONS = 6;

function field(minimum: number, maximum: number, names: readonly string[] = []): fc.Arbitrary<string> {
  const number = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: minimum, max: maximum }).map(String) },
    { weight: names.length === 0 ? 0 : 2, arbitrary: fc.constantFrom(...names, '*') },
    { weight: 1, arbitrary: fc.constantFrom(String(maximum + 1), 'x', '-1', '+3', '', '007', '99999999999999999999') },
  );
  const item = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('*', '*', '?', '*/2', '*/5', '*/1', '*/0', '*/100') },
    { weight: 6, arbitrary: number },
    { weight: 3, arbitrary: fc.tuple(number, number).map(([low, high]) => `${low}-${high}`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(number, number, fc.constantFrom('1', '2', '7', '-1', 'x', ''))
        .map(([low, high, step]) => `${low}-${high}/${step}`),
    },
    { weight: 1, arbitrary: fc.tuple(number, fc.constantFrom('3', '10')).map(([low, step]) => `${low}/${step}`) },
    { weight: 1, arbitrary: fc.constantFrom('1-2-3', '1/2/3', ',', '*-5', '-', '/') },
  );
  return fc.oneof({ weight: 5, arbitrary: item }, { weight: 1, arbitrary: fc.tuple(item, item).map((each) => each.join(',')) });
}

/** Fields as people write them, nearly always valid. */
const usual = fc
  .tuple(
    fc.constantFrom('0', '30', '*/15', '*', '59', '1,31'),
    fc.constantFrom('*', '0', '1', '2', '3', '23', '*/6', '1-3', '2,3'),
    fc.constantFrom('*', '1', '31', '29', '*/10', '15,30'),
    fc.constantFrom('*', '*', '2', 'mar', '10-11', '*/3'),
    fc.constantFrom('*', '*', '0', 'mon', 'sun,Sat', '1-5'),
  )
  .map((fields) => fields.join(' '));
const wild = fc
  .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12, ['jan', 'FEB', 'Dec', 'march']), field(0, 6, ['sun', 'MON', 'Fri', '7']))
  .map((fields) => fields.join(' '));
const schedule = fc.oneof(
  { weight: 8, arbitrary: usual },
  { weight: 5, arbitrary: wild },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '@yearly',
      '@annually',
      '@monthly',
      '@weekly',
      '@daily',
      '@midnight',
      '@hourly',
      '@every 1h30m',
      '@every 1s',
      '@every 100ms',
      '@every 90.5s',
      '@every x',
      '@every',
      '@reboot',
      '@every -5m',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '* * * *', '* * * * * *', '*  *\t* * *', ' 0 0 * * * ', '0 0 30 2 *', '0 0 31 4,6 *') },
);
const ZONES = [
  'UTC',
  'America/New_York',
  'America/Sao_Paulo',
  'Europe/London',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'America/Caracas',
  'Africa/Cairo',
  'America/Santiago',
  'Asia/Beirut',
  'America/Havana',
  'Atlantic/Azores',
  'America/Scoresbysund',
  'Europe/Dublin',
  'US/Eastern',
  'Etc/GMT+5',
  'EST5EDT',
];
const zone = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 10, arbitrary: fc.tuple(fc.constantFrom('TZ=', 'CRON_TZ='), fc.constantFrom(...ZONES)).map((each) => `${each.join('')} `) },
  { weight: 1, arbitrary: fc.constantFrom('TZ=Mars/Base ', 'TZ= ', 'CRON_TZ=europe/berlin ', 'TZ=../etc ', 'TZ=UTC  ') },
);
const moment = fc
  .oneof(
    fc.integer({ min: Date.UTC(1995, 0, 1) / 1000, max: Date.UTC(2036, 0, 1) / 1000 }),
    // The weeks in which most clocks change.
    fc
      .tuple(fc.integer({ min: 1996, max: 2035 }), fc.constantFrom(2, 3, 8, 9, 10), fc.integer({ min: 0, max: 31 * 86_400 }))
      .map(([year, month, second]) => Date.UTC(year, month, 1) / 1000 + second),
  )
  .chain((second) => fc.constantFrom(0, 1, 999).map((ms) => second * 1000 + ms));

export const cron = part({
  name: 'cron',
  recorded: 300,
  arbitrary: fc.tuple(zone, schedule, moment),
  refusal: wholeText,
  question: ([place, spec, ms]) => ({ ask: 'cron', text: place + spec, other: new Date(ms).toISOString(), total: ACTIVATIONS }),
  ours: ([place, spec, ms]) => {
    const parsed = valueOrThrow(parseSchedule(place + spec));
    const activations: number[] = [];
    for (let at: number | undefined = ms; activations.length < ACTIVATIONS; activations.push(at / 1000)) {
      at = parsed.next(at);
      if (at === undefined) break;
    }
    return activations;
  },
});
