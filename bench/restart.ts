// Tyke ended and started again while 50 Pods run: until the new process answers for all of them, with no container touched. Needs root.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { must } from '../src/base/assert.ts';
import { pod } from '../src/api/core/v1/pod.ts';
import type { Pod } from '../src/api/core/v1/pod.ts';
import { serviceAccount } from '../src/api/core/v1/service-account.ts';
import { StatusError } from '../src/machinery/status-error.ts';
import { endSupervisor, runningSupervisor } from '../src/cluster/lifecycle/supervisor.ts';
import { isRunning } from '../src/node/scope/index.ts';
import { BUSYBOX_IMAGE } from '../test/e2e/images.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';
import { prepareBundle } from './launched.ts';
import { median } from './median.ts';
import { RealCluster } from './real-cluster.ts';

const PODS = 50;
const ROUNDS = 3;

interface Summary {
  readonly pods?: readonly { readonly podRef: { readonly name: string }; readonly containers?: readonly unknown[] }[];
}

async function pods({ client, signal }: RealCluster): Promise<readonly Pod[]> {
  return (await client.list(pod, { namespace: 'default', signal })).items;
}

async function fill(cluster: RealCluster): Promise<void> {
  const { client, signal } = cluster;
  await cluster.until(
    'the ServiceAccount',
    async () => (await client.find(serviceAccount, { namespace: 'default', name: 'default' }, { signal })) !== undefined,
  );
  const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: BUSYBOX_IMAGE, command: ['sleep', '100000'] }] };
  for (let index = 0; index < PODS; index++)
    await client.create(pod, { metadata: { name: `pod-${index}`, namespace: 'default' }, spec }, { signal });
  await cluster.until('all Pods to run', async () => (await pods(cluster)).every(({ status }) => status.phase === 'Running'), 100);
}

/** How many Pods the kubelet itself answers for, with a container that runs; none while it does not answer. */
async function adopted({ client, name, signal }: RealCluster): Promise<number> {
  const path = `/api/v1/nodes/${name}/proxy/stats/summary`;
  let bytes: Uint8Array;
  try {
    bytes = await client.transport.raw({ method: 'GET', path, signal });
  } catch (error) {
    if (error instanceof StatusError) return 0;
    throw error;
  }
  const summary = JSON.parse(Buffer.from(bytes).toString()) as Summary;
  return (summary.pods ?? []).filter(({ containers = [] }) => containers.length > 0).length;
}

/** Which containers run, by their identifiers and restarts. */
const containersOf = (all: readonly Pod[]): string =>
  JSON.stringify(
    all.map(({ metadata, status }) => [
      metadata.name,
      status.containerStatuses?.map(({ containerID, restartCount }) => [containerID, restartCount]),
    ]),
  );

/** Ends Tyke as an upgrade does: containers stay. */
async function endTyke(cluster: RealCluster): Promise<void> {
  const dataDir = join(cluster.folder, 'data');
  const supervisor = must(await runningSupervisor(dataDir), 'the supervisor');
  await endSupervisor(dataDir, supervisor);
  while (await isRunning(supervisor)) await sleep(20);
}

export async function* figures(): AsyncGenerator<Figure> {
  await prepareBundle();
  const cluster = await RealCluster.start('br');
  try {
    await cluster.loadImage();
    await fill(cluster);
    const before = containersOf(await pods(cluster));
    const ready: number[] = [];
    const all: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await endTyke(cluster);
      const startMs = performance.now();
      await cluster.startAgain();
      ready.push((performance.now() - startMs) / 1000);
      await cluster.until('all Pods to be adopted', async () => (await adopted(cluster)) === PODS, 10);
      all.push((performance.now() - startMs) / 1000);
      if (containersOf(await pods(cluster)) !== before) throw new Error('a container was touched');
    }
    yield judge({ figure: 'restart-ready-50', value: median(ready), unit: 's' });
    yield judge({ figure: 'restart-adopted-50', value: median(all), unit: 's' }, { of: 'value', atMost: 2 });
  } finally {
    await cluster.delete();
  }
}

if (import.meta.main) for await (const figure of figures()) console.log(formatFigure(figure));
