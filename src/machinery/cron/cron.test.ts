import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isTimeZone, parseSchedule } from './schedule.ts';

function activations(spec: string, after: string, count: number): string[] {
  const schedule = parseSchedule(spec);
  assert.ok(schedule.ok, schedule.ok ? '' : schedule.error);
  const found: string[] = [];
  for (let at = schedule.value.next(Date.parse(after)); at !== undefined && found.length < count; at = schedule.value.next(at)) {
    found.push(new Date(at).toISOString());
  }
  return found;
}

function problem(spec: string): string {
  const schedule = parseSchedule(spec);
  return schedule.ok ? '' : schedule.error;
}

describe('cron schedules', () => {
  test('five fields with names, ranges, steps and lists', () => {
    assert.deepEqual(activations('0 9-17/4 * * mon,FRI', '2026-01-01T00:00:00Z', 4), [
      '2026-01-02T09:00:00.000Z',
      '2026-01-02T13:00:00.000Z',
      '2026-01-02T17:00:00.000Z',
      '2026-01-05T09:00:00.000Z',
    ]);
  });

  test('a restricted day of the month and of the week widen each other', () => {
    assert.deepEqual(activations('0 0 13 * 5', '2026-02-01T00:00:00Z', 3), [
      '2026-02-06T00:00:00.000Z',
      '2026-02-13T00:00:00.000Z',
      '2026-02-20T00:00:00.000Z',
    ]);
  });

  test('the hour that a daylight-saving gap leaves out does not run that day', () => {
    assert.deepEqual(activations('TZ=America/New_York 30 2 * * *', '2026-03-07T00:00:00Z', 2), [
      '2026-03-07T07:30:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ]);
  });

  test('the hour that daylight saving repeats runs twice', () => {
    assert.deepEqual(activations('CRON_TZ=America/New_York 30 1 * * *', '2026-10-31T12:00:00Z', 3), [
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T06:30:00.000Z',
      '2026-11-02T06:30:00.000Z',
    ]);
  });

  test('@every counts from the moment asked for, in whole seconds', () => {
    assert.deepEqual(activations('@every 1h30m', '2026-01-01T00:00:00.700Z', 2), ['2026-01-01T01:30:00.000Z', '2026-01-01T03:00:00.000Z']);
  });

  test('a schedule that never matches has no next moment', () => {
    assert.deepEqual(activations('0 0 30 2 *', '2026-01-01T00:00:00Z', 1), []);
    assert.deepEqual(activations(', * * * *', '2026-01-01T00:00:00Z', 1), []);
  });

  test('refusals read as upstream words them', () => {
    assert.equal(problem(''), 'empty spec string');
    assert.equal(problem('* * * *'), 'expected exactly 5 fields, found 4: [* * * *]');
    assert.equal(problem('60 * * * *'), 'end of range (60) above maximum (59): 60');
    assert.equal(problem('x * * * *'), 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax');
    assert.equal(problem('TZ=Mars/Base * * * * *'), 'provided bad location Mars/Base: unknown time zone Mars/Base');
    assert.equal(isTimeZone('europe/berlin'), false);
    assert.equal(isTimeZone('Europe/Berlin'), true);
  });

  test('a schedule may take its zone from its surroundings', () => {
    const schedule = parseSchedule('0 0 * * *', { timeZone: 'Asia/Kolkata' });
    assert.ok(schedule.ok);
    assert.equal(schedule.value.next(Date.UTC(2026, 0, 1)), Date.UTC(2026, 0, 1, 18, 30));
  });

  test('any text is either parsed or refused, and the next moment lies ahead', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9*,/?-]{1,6}( [0-9*,/?-]{1,6}){4}$/)), (text) => {
        const schedule = parseSchedule(text);
        const next = schedule.ok ? schedule.value.next(0) : undefined;
        assert.ok(next === undefined || next > 0);
      }),
    );
  });
});
