import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalMicroTime, canonicalTime, parseTime, printMicroTime, printTime, timeProblem } from './timestamp.ts';

test('times are written in UTC without fractions', () => {
  assert.equal(canonicalTime('2024-02-29T23:59:59Z'), '2024-02-29T23:59:59Z');
  assert.equal(canonicalTime('2024-03-01T01:30:00.999+02:00'), '2024-02-29T23:30:00Z');
  assert.equal(canonicalTime('2024-03-01T1:30:00,5Z'), '2024-03-01T01:30:00Z');
  assert.equal(canonicalTime('0001-01-01T00:00:00Z'), '');
  assert.equal(canonicalTime('2023-02-29T00:00:00Z'), undefined);
});

test('micro times need and keep six decimals', () => {
  assert.equal(canonicalMicroTime('2024-01-02T03:04:05.000006-01:00'), '2024-01-02T04:04:05.000006Z');
  assert.equal(canonicalMicroTime('2024-01-02T03:04:05Z'), undefined);
  assert.equal(canonicalMicroTime('2024-01-02T03:04:05.0000000Z'), undefined);
});

test('what is no time is refused in Go’s words', () => {
  const layout = '"2006-01-02T15:04:05Z07:00"';
  assert.equal(timeProblem('', 'seconds'), `parsing time "" as ${layout}: cannot parse "" as "2006"`);
  assert.equal(timeProblem('2024-13-01T00:00:00Z', 'seconds'), 'parsing time "2024-13-01T00:00:00Z": month out of range');
  assert.equal(timeProblem('2024-01-01', 'seconds'), `parsing time "2024-01-01" as ${layout}: cannot parse "" as "T"`);
  assert.equal(timeProblem('2024-01-01T00:00:00Zx', 'seconds'), 'parsing time "2024-01-01T00:00:00Zx": extra text: "x"');
  assert.equal(timeProblem('2024-01-01T00:00:00Z', 'seconds'), undefined);
});

test('milliseconds agree with JavaScript’s own calendar', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }), (date) => {
      const text = date.toISOString();
      assert.equal(parseTime(text), date.getTime());
      assert.equal(printTime(date.getTime()), `${text.slice(0, 19)}Z`);
      assert.equal(canonicalTime(`${text.slice(0, 19)}Z`), `${text.slice(0, 19)}Z`);
    }),
  );
});

test('microseconds survive as a fraction of milliseconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: 0, max: 999_999 }), (seconds, micros) => {
      const text = `${printTime(seconds * 1000).slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
      assert.equal(printMicroTime(parseTime(text) ?? 0), text);
      assert.equal(canonicalMicroTime(text), text);
    }),
  );
});
