// Durations, ages, times, and numbers that may be percentages.

import fc from 'fast-check';
import { humanDuration, shortHumanDuration } from '../../../src/machinery/age.ts';
import { durationProblem, parseDuration, printDuration } from '../../../src/machinery/duration.ts';
import { parseIntOrString, scaleIntOrPercent } from '../../../src/machinery/int-or-string.ts';
import { canonicalMicroTime, canonicalTime, timeProblem } from '../../../src/machinery/timestamp.ts';
import { part, wholeText } from '../part.ts';

const amount = fc.oneof(
  fc.nat(3000).map(String),
  fc.tuple(fc.nat(99), fc.nat(99999)).map(([whole, rest]) => `${whole}.${rest}`),
  fc.constantFrom('', '.5', '9223372036', '5.'),
);
const unit = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('h', 'm', 's', 'ms', 'us', 'µs', 'ns') },
  { weight: 1, arbitrary: fc.constantFrom('', 'd', 'x', ' s') },
);

export const duration = part({
  name: 'duration',
  refusal: wholeText,
  arbitrary: fc
    .tuple(fc.constantFrom('', '', '-', '+'), fc.array(fc.tuple(amount, unit), { maxLength: 3 }))
    .map(([sign, terms]) => sign + terms.flat().join('')),
  question: (text) => ({ ask: 'duration', text }),
  ours: (text) => {
    const nanos = parseDuration(text);
    if (nanos === undefined) throw new Error(durationProblem(text) ?? 'no reason given');
    return { string: printDuration(nanos), nanos: String(nanos) };
  },
});

export const humanAge = part({
  name: 'human-duration',
  arbitrary: fc.oneof(
    fc.integer({ min: -5000, max: 200_000 }),
    fc.integer({ min: 0, max: 4_000_000 }).map((seconds) => seconds * 1000),
    fc.integer({ min: 0, max: 100_000 }).map((hours) => hours * 3_600_000),
  ),
  question: (ms) => ({ ask: 'humanDuration', nanos: ms * 1e6 }),
  ours: (ms) => ({ human: humanDuration(ms), short: shortHumanDuration(ms) }),
  relevant: (answer) => {
    const { human, short } = answer as { human: string; short: string };
    return { human, short };
  },
});

const two = (min: number, max: number): fc.Arbitrary<string> => fc.integer({ min, max }).map((value) => String(value).padStart(2, '0'));
const stamp = fc
  .tuple(
    fc.constantFrom('2026', '1970', '0001', '9999', '2024', '1900', '26'),
    two(0, 13),
    two(0, 32),
    two(0, 25),
    two(0, 60),
    two(0, 61),
    fc.constantFrom('', '', '.5', '.123456', '.123456789', '.9999999999', '.', ',5'),
    fc.constantFrom('Z', 'Z', 'Z', '+00:00', '+02:00', '-23:59', '+24:00', '', 'z', '+0200'),
  )
  .map(
    ([year, month, day, hour, minute, second, fraction, zone]) => `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${zone}`,
  );

const attempt = (canonical: string | undefined, problem: string | undefined, name: 'time' | 'micro'): object =>
  canonical === undefined ? { [`${name}Error`]: problem } : { [name]: canonical };

export const time = part({
  name: 'time',
  arbitrary: fc.oneof(
    { weight: 10, arbitrary: stamp },
    { weight: 1, arbitrary: fc.constantFrom('', 'now', '2026-01-01', '2026-01-01 00:00:00Z', '2026-1-1T0:0:0Z') },
  ),
  question: (text) => ({ ask: 'time', text }),
  ours: (text) => ({
    ...attempt(canonicalTime(text), timeProblem(text, 'seconds'), 'time'),
    ...attempt(canonicalMicroTime(text), timeProblem(text, 'micro'), 'micro'),
  }),
});

export const intOrString = part({
  name: 'int-or-string',
  refusal: wholeText,
  arbitrary: fc.record({
    text: fc.oneof(
      fc.integer({ min: -10, max: 200 }).map((value) => `${value}%`),
      fc.integer().map(String),
      fc.constantFrom('', '%', 'a%', '5.5%', '+5%', 'http', '99999999999', '99999999999999999999%', '05'),
    ),
    total: fc.integer({ min: 0, max: 200 }),
    roundUp: fc.boolean(),
  }),
  question: (input) => ({ ask: 'intOrString', ...input }),
  ours: ({ text, total, roundUp }) => {
    const scaled = scaleIntOrPercent(parseIntOrString(text), total, roundUp);
    if (!scaled.ok) throw new Error(scaled.error);
    return scaled.value;
  },
});
