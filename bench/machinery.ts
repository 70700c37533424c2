// The pure parts of machinery: quantities, selectors, patches and time stamps, each beside the barest code that could do such work.

import { systemClock } from '../src/base/clock.ts';
import { deployment } from '../src/api/apps/v1/deployment.ts';
import { nodeApplyType } from '../src/machinery/apply/apply-type.ts';
import { applyPatch } from '../src/machinery/apply/field-manager.ts';
import { applyJsonPatch } from '../src/machinery/patch/json-patch.ts';
import { applyMergePatch } from '../src/machinery/patch/merge-patch.ts';
import { compareQuantity, parseQuantity, printQuantity } from '../src/machinery/quantity.ts';
import { matchesLabels, parseLabelSelector } from '../src/machinery/selectors/label-selector.ts';
import { canonicalTime } from '../src/machinery/timestamp.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';

const ROUNDS = 5;
const ROUND_MS = 60;

/** Calls a second, the best of several rounds after a warm-up; `work` does `batch` calls and says something about them, lest they be optimised away. */
function rate(batch: number, work: () => number): number {
  let best = 0;
  let sink = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const start = systemClock.monotonicMs();
    let calls = 0;
    let elapsed = 0;
    while (elapsed < ROUND_MS) {
      sink += work();
      calls += batch;
      elapsed = systemClock.monotonicMs() - start;
    }
    if (round > 0) best = Math.max(best, (calls / elapsed) * 1000);
  }
  return Number.isNaN(sink) ? 0 : best;
}

const QUANTITIES = ['100m', '64Mi', '2', '1Gi', '250m', '128Mi', '1500m', '16Gi', '0', '110'];

function* quantityFigures(): Generator<Figure> {
  const each = (work: (text: string) => number): number =>
    rate(1000, () => {
      let sum = 0;
      for (let index = 0; index < 100; index += 1) for (const text of QUANTITIES) sum += work(text);
      return sum;
    });
  const barest = each((text) => Number.parseFloat(text));
  yield judge(
    { figure: 'quantity parse', value: each((text) => parseQuantity(text)?.exponent ?? 0), unit: '/s', baseline: barest },
    { of: 'value', atLeast: 2_000_000 },
  );
  const parsed = QUANTITIES.map((text) => parseQuantity(text)).filter((quantity) => quantity !== undefined);
  const pairs = rate(1000, () => {
    let sum = 0;
    for (let index = 0; index < 10; index += 1) for (const a of parsed) for (const b of parsed) sum += compareQuantity(a, b);
    return sum;
  });
  yield judge({ figure: 'quantity compare', value: pairs, unit: '/s' });
  yield judge({ figure: 'quantity parse and print', value: each((text) => printQuantity(text).length), unit: '/s', baseline: barest });
}

function* selectorFigures(): Generator<Figure> {
  const objects = Array.from({ length: 100 }, (_, index) => ({
    app: `web-${index % 10}`,
    tier: index % 2 === 0 ? 'front' : 'back',
    'pod-template-hash': String(index),
  }));
  const each = (matches: (labels: Readonly<Record<string, string>>) => boolean): number =>
    rate(1000, () => {
      let sum = 0;
      for (let index = 0; index < 10; index += 1) for (const labels of objects) if (matches(labels)) sum += 1;
      return sum;
    });
  const baseline = each((labels) => labels['app'] === 'web-3' && labels['tier'] === 'back');
  const equality = parseLabelSelector('app=web-3,tier=back');
  const sets = parseLabelSelector('app in (web-1,web-3),tier notin (front),!legacy');
  if (!equality.ok || !sets.ok) return;
  const target = { of: 'value', atLeast: 5_000_000 } as const;
  yield judge(
    { figure: 'selector match, equality', value: each((labels) => equality.value.matches(labels)), unit: '/s', baseline },
    target,
  );
  yield judge({ figure: 'selector match, sets', value: each((labels) => sets.value.matches(labels)), unit: '/s', baseline }, target);
  const object = { matchLabels: { app: 'web-3', tier: 'back' } };
  yield judge(
    { figure: 'selector match, selector object', value: each((labels) => matchesLabels(object, labels)), unit: '/s', baseline },
    target,
  );
}

function* patchFigures(): Generator<Figure> {
  const document: unknown = {
    metadata: { name: 'web', labels: { app: 'web' }, annotations: { note: 'x' } },
    spec: {
      replicas: 3,
      template: { spec: { containers: Array.from({ length: 4 }, (_, index) => ({ name: `c${index}`, image: 'a', env: [] })) } },
    },
  };
  const baseline = rate(1, () => JSON.stringify(JSON.parse(JSON.stringify(document))).length);
  const operations = [
    { op: 'test', path: '/spec/replicas', value: 3 },
    { op: 'replace', path: '/spec/template/spec/containers/2/image', value: 'b' },
    { op: 'add', path: '/metadata/labels/x', value: 'y' },
  ];
  const merge = { spec: { replicas: 4 }, metadata: { annotations: { note: null } } };
  const target = { of: 'ratio', atLeast: 1 } as const;
  yield judge(
    {
      figure: 'JSON patch of three operations',
      value: rate(1, () => Number(applyJsonPatch(document, operations).ok)),
      unit: '/s',
      baseline,
    },
    target,
  );
  yield judge({ figure: 'merge patch', value: rate(1, () => Number(applyMergePatch(document, merge).ok)), unit: '/s', baseline }, target);
}

/** An apply that changes nothing, of a Deployment of some sixty fields. */
function* applyFigures(): Generator<Figure> {
  const config = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'default',
      labels: { app: 'web', tier: 'front', team: 'a' },
      annotations: { note: 'x', owner: 'y' },
    },
    spec: {
      replicas: 3,
      minReadySeconds: 5,
      revisionHistoryLimit: 4,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels: { app: 'web', tier: 'front' } },
        spec: {
          serviceAccountName: 'web',
          terminationGracePeriodSeconds: 20,
          nodeSelector: { disk: 'ssd' },
          containers: ['main', 'side'].map((name) => ({
            name,
            image: 'registry/app:1',
            args: ['--port', '80'],
            env: ['A', 'B', 'C'].map((variable) => ({ name: variable, value: '1' })),
            ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }],
            resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '64Mi' } },
            livenessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 5 },
          })),
        },
      },
    },
  };
  const type = nodeApplyType(deployment.struct);
  const request = {
    manager: 'bench',
    apiVersion: 'apps/v1',
    subresource: '',
    now: '2026-01-01T00:00:00Z',
    versions: { typeOf: () => type, convert: (object: unknown) => object },
    config,
    force: false,
    named: 'default/web; apps/v1, Kind=Deployment',
  };
  const { entries } = applyPatch({ ...request, live: {}, liveEntries: undefined });
  const baseline = 1e6 / rate(1, () => JSON.stringify(JSON.parse(JSON.stringify(config))).length);
  const value = 1e6 / rate(1, () => applyPatch({ ...request, live: config, liveEntries: entries }).entries?.length ?? 0);
  yield judge({ figure: 'apply without a change', value, unit: 'µs', baseline }, { of: 'ratio', atMost: 6 });
}

function* timeFigures(): Generator<Figure> {
  const stamps = Array.from({ length: 100 }, (_, index) => `2026-03-${String(1 + (index % 28)).padStart(2, '0')}T12:34:56Z`);
  const each = (work: (text: string) => number): number => rate(100, () => stamps.reduce((sum, text) => sum + work(text), 0));
  const baseline = each((text) => Date.parse(text));
  yield judge(
    { figure: 'time stamps made canonical', value: each((text) => canonicalTime(text)?.length ?? 0), unit: '/s', baseline },
    { of: 'ratio', atLeast: 0.5 },
  );
}

/** Every figure of machinery, as it is measured. */
export async function* figures(): AsyncGenerator<Figure> {
  for (const group of [quantityFigures, selectorFigures, patchFigures, applyFigures, timeFigures]) {
    for (const figure of group()) {
      yield figure;
      await systemClock.yieldTurn();
    }
  }
}

if (import.meta.main) for await (const figure of figures()) console.log(formatFigure(figure));
