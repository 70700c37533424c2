// From the start of `tyke apiserver` to its first good /readyz: over an empty folder, and over one with 10,000 Pods; with the memory it then has.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock as clock } from '../src/base/clock.ts';
import { silentLogger as logger } from '../src/base/logger.ts';
import { secureRandom as random } from '../src/base/random.ts';
import { pod } from '../src/api/core/v1/pod.ts';
import { serviceAccount } from '../src/api/core/v1/service-account.ts';
import { Client } from '../src/client/client.ts';
import { API_SERVER_USER, startApiServer } from '../src/cluster/api-server.ts';
import { freePort } from '../src/cluster/lifecycle/free-port.ts';
import { ClusterPki } from '../src/cluster/pki/cluster-pki.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';
import { bareNodeSeconds, end, launch, prepareBundle, untilReady } from './launched.ts';
import { median } from './median.ts';
import { samplePods } from './sample-pods.ts';

const ROUNDS = 5;
const PODS = 10_000;

/** Seconds until it is ready. */
async function startSeconds(dataDir: string): Promise<number> {
  const port = await freePort('127.0.0.1');
  const startMs = performance.now();
  const child = launch(['apiserver', '--data-dir', dataDir, '--secure-port', String(port)]);
  try {
    await untilReady(port);
    return (performance.now() - startMs) / 1000;
  } finally {
    await end(child);
  }
}

/** Stores Pods as the API server itself writes them. */
async function fill(dataDir: string): Promise<void> {
  const pki = await ClusterPki.open(join(dataDir, 'pki'), { clock, random });
  const store = await openSqliteStore({ folder: join(dataDir, 'store'), clock, logger });
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
  const { signal } = new AbortController();
  await server.ready(signal);
  const client = new Client(server.transportFor(API_SERVER_USER, 'bench'));
  await client.create(serviceAccount, { metadata: { name: 'default', namespace: 'default' } }, { signal });
  await samplePods(PODS, (sample) => client.create(pod, sample, { signal }));
  await server.close();
  await store.close();
}

async function* measure(figure: string, atMost: number, folderOf: (round: number) => string): AsyncGenerator<Figure> {
  const values: number[] = [];
  const baselines: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    values.push(await startSeconds(folderOf(round)));
    baselines.push(await bareNodeSeconds());
  }
  yield judge({ figure, value: median(values), unit: 's', baseline: median(baselines) }, { of: 'value', atMost });
}

export async function* figures(): AsyncGenerator<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
  try {
    await prepareBundle();
    yield* measure('api-server-start-empty', 0.5, (round) => join(folder, String(round)));
    const full = join(folder, 'full');
    await fill(full);
    yield* measure('api-server-start-10000', 1.5, () => full);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) for await (const figure of figures()) console.log(formatFigure(figure));
