// Makes one test run of several: their events in one stream, their closing counts added up into one summary.

import type { TestsStream } from 'node:test';

const COUNTS = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo', 'duration_ms'] as const;

/** What the summary counts. */
export type TestTotals = Record<(typeof COUNTS)[number], number>;

interface TestEvent {
  readonly type: string;
  readonly data: unknown;
}

/** The count that an event reports about a whole run, if it is of that sort. */
function countOf(event: TestEvent): { name: (typeof COUNTS)[number]; value: number } | undefined {
  if (event.type !== 'test:diagnostic' || typeof event.data !== 'object' || event.data === null) return undefined;
  const { nesting, message, file }: { nesting?: unknown; message?: unknown; file?: unknown } = event.data;
  if (nesting !== 0 || file !== undefined || typeof message !== 'string') return undefined;
  const [word, value] = message.split(' ');
  const name = COUNTS.find((count) => count === word);
  return name === undefined ? undefined : { name, value: Number(value) };
}

/** Starts each run when the one before has ended. `totals` is complete when `events` has ended. */
export function mergeRuns(starts: readonly (() => TestsStream)[]): { events: () => AsyncGenerator<TestEvent>; totals: TestTotals } {
  const totals: TestTotals = { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0, duration_ms: 0 };
  async function* events(): AsyncGenerator<TestEvent> {
    for (const start of starts) {
      for await (const event of start() as AsyncIterable<TestEvent>) {
        const count = countOf(event);
        if (count !== undefined) totals[count.name] += count.value;
        else if (event.type !== 'test:summary') yield event;
      }
    }
    for (const name of COUNTS) yield { type: 'test:diagnostic', data: { nesting: 0, message: `${name} ${totals[name]}`, level: 'info' } };
  }
  return { events, totals };
}
