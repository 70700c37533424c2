// Expressions: a typical admission rule, compiled once and evaluated over and over, beside the same rule written by hand.

import { systemClock } from '../src/base/clock.ts';
import { environmentWith } from '../src/machinery/cel/library/kubernetes.ts';
import { compile } from '../src/machinery/cel/program.ts';
import { toValue } from '../src/machinery/cel/shape.ts';
import { DYN } from '../src/machinery/cel/type.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';

const ROUNDS = 5;
const ROUND_MS = 60;
const TEXT = "object.spec.replicas <= 5 && object.metadata.labels.all(k, k.startsWith('a'))";
const OBJECT = { metadata: { name: 'web', labels: { app: 'web', area: 'front' } }, spec: { replicas: 3 } };

function rate(work: () => boolean): number {
  let best = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const start = systemClock.monotonicMs();
    let calls = 0;
    let elapsed = 0;
    while (elapsed < ROUND_MS) {
      for (let index = 0; index < 100; index += 1) if (work()) calls += 1;
      elapsed = systemClock.monotonicMs() - start;
    }
    if (round > 0) best = Math.max(best, (calls / elapsed) * 1000);
  }
  return best;
}

/** Every figure of expressions, as it is measured. */
export async function* figures(): AsyncGenerator<Figure> {
  const compiled = compile(environmentWith({ variables: { object: DYN } }), TEXT);
  if (!compiled.ok) return;
  const { program } = compiled;
  const value = rate(() => program.evaluate({ object: toValue(OBJECT) }).value === true);
  const baseline = rate(() => OBJECT.spec.replicas <= 5 && Object.keys(OBJECT.metadata.labels).every((key) => key.startsWith('a')));
  yield judge({ figure: 'admission expression', value, unit: '/s', baseline }, { of: 'value', atLeast: 300_000 });
  await systemClock.yieldTurn();
  const compilations = rate(() => compile(environmentWith({ variables: { object: DYN } }), TEXT).ok);
  yield judge({ figure: 'compile an admission expression', value: compilations, unit: '/s' });
}

if (import.meta.main) for await (const figure of figures()) console.log(formatFigure(figure));
