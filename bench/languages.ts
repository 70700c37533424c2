// The small languages of kubectl and CronJobs: JSONPath, Go templates and cron schedules, each beside the barest code that does such work.

import { systemClock } from '../src/base/clock.ts';
import { parseSchedule } from '../src/machinery/cron/schedule.ts';
import { parseTemplate } from '../src/machinery/go-template/template.ts';
import { parseJsonPath } from '../src/machinery/json-path/json-path.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';

const ROUNDS = 4;
const ROUND_MS = 60;

/** Calls a second, the best of several rounds after a warm-up. */
function rate(work: () => number): number {
  let best = 0;
  let sink = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const start = systemClock.monotonicMs();
    let calls = 0;
    let elapsed = 0;
    while (elapsed < ROUND_MS) {
      for (let index = 0; index < 10; index += 1) sink += work();
      calls += 10;
      elapsed = systemClock.monotonicMs() - start;
    }
    if (round > 0) best = Math.max(best, (calls / elapsed) * 1000);
  }
  return Number.isNaN(sink) ? 0 : best;
}

const LIST = {
  items: Array.from({ length: 50 }, (_, index) => ({
    metadata: { name: `web-${index}`, labels: { app: 'web' } },
    status: { phase: index % 2 === 0 ? 'Running' : 'Pending', restarts: index },
  })),
};

/** Every figure of the small languages, as it is measured. */
export async function* figures(): AsyncGenerator<Figure> {
  const barest = rate(() => LIST.items.map(({ metadata, status }) => `${metadata.name}\t${status.phase}\n`).join('').length);
  const path = parseJsonPath('{range .items[*]}{.metadata.name}{"\\t"}{.status.phase}{"\\n"}{end}');
  if (path.ok) {
    const print = (): number => {
      const printed = path.value.execute(LIST);
      return printed.ok ? printed.value.length : 0;
    };
    yield judge({ figure: 'JSONPath over 50 objects', value: rate(print), unit: '/s', baseline: barest });
    await systemClock.yieldTurn();
  }
  const template = parseTemplate('{{range .items}}{{.metadata.name}}{{"\\t"}}{{.status.phase}}{{"\\n"}}{{end}}');
  if (template.ok) {
    yield judge({
      figure: 'Go template over 50 objects',
      value: rate(() => template.value.execute(LIST).out.length),
      unit: '/s',
      baseline: barest,
    });
    await systemClock.yieldTurn();
  }
  const noon = Date.UTC(2026, 0, 1, 12);
  for (const spec of ['*/5 * * * *', 'TZ=Europe/Berlin 30 3 * * mon-fri', 'TZ=America/New_York 0 0 29 2 *']) {
    const schedule = parseSchedule(spec);
    if (!schedule.ok) continue;
    yield judge({ figure: `next activation of ${spec}`, value: rate(() => schedule.value.next(noon) ?? 0), unit: '/s' });
    await systemClock.yieldTurn();
  }
}

if (import.meta.main) for await (const figure of figures()) console.log(formatFigure(figure));
