// What the API server keeps of each Pod in memory, and its longest pause for collecting garbage, while many Pods are written.
// 10,000 Pods, or as many as BENCH_PODS says (150,000 for the figure of record).

import { PerformanceObserver } from 'node:perf_hooks';
import { systemClock as clock } from '../src/base/clock.ts';
import { silentLogger as logger } from '../src/base/logger.ts';
import { secureRandom as random } from '../src/base/random.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pod } from '../src/api/core/v1/pod.ts';
import { serviceAccount } from '../src/api/core/v1/service-account.ts';
import { Client } from '../src/client/client.ts';
import { API_SERVER_USER, startApiServer } from '../src/cluster/api-server.ts';
import { ClusterPki } from '../src/cluster/pki/cluster-pki.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';
import { samplePods } from './sample-pods.ts';

const PODS = Number(process.env['BENCH_PODS'] ?? '10000');

/** Bytes that live, once all that is not needed is gone; buffers outside the heap included. */
async function liveBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  // Twice, in turns: weak references and finalizers need one to be seen by the next.
  for (let round = 0; round < 3; round++) {
    await clock.yieldTurn();
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export async function* figures(): AsyncGenerator<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-memory-'));
  const pki = await ClusterPki.open(join(folder, 'pki'), { clock, random });
  const store = await openSqliteStore({ folder: join(folder, 'store'), clock, logger });
  const server = await startApiServer({
    store,
    clock,
    random,
    logger,
    tokenKey: await pki.tokenKey(),
    serviceCidrs: ['10.96.0.0/16'],
    kubelets: { connect: () => ({ host: '127.0.0.1', port: 1 }) },
    advertise: () => ({ address: '192.0.2.1', port: 6443 }),
  });
  try {
    const { signal } = new AbortController();
    await server.ready(signal);
    const client = new Client(server.transportFor(API_SERVER_USER, 'bench'));
    await client.create(serviceAccount, { metadata: { name: 'default', namespace: 'default' } }, { signal });
    await samplePods(1_000, (sample) =>
      client.create(pod, { ...sample, metadata: { ...sample.metadata, name: `warm-${sample.metadata?.name ?? ''}` } }, { signal }),
    );
    const before = await liveBytes();
    const residentBefore = process.memoryUsage.rss();
    let longestMs = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longestMs = Math.max(longestMs, duration);
    });
    observer.observe({ entryTypes: ['gc'] });
    await samplePods(PODS, (sample) => client.create(pod, sample, { signal }));
    await clock.yieldTurn();
    observer.disconnect();
    const resident = (process.memoryUsage.rss() - residentBefore) / PODS / 1024;
    const perPod = ((await liveBytes()) - before) / PODS / 1024;
    yield judge({ figure: `memory-per-pod-${PODS}`, value: perPod, unit: 'KB' }, { of: 'value', atMost: 12 });
    // The store's thread and what the heap has not given back are in it.
    yield judge({ figure: `resident-per-pod-${PODS}`, value: resident, unit: 'KB' });
    yield judge({ figure: `longest-gc-${PODS}`, value: longestMs, unit: 'ms' });
  } finally {
    await server.close();
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) for await (const figure of figures()) console.log(formatFigure(figure));
