// What a cluster of one node costs when nothing happens: memory of Tyke and of the whole tree with containerd, and Tyke's share of a core.
// It rests for one minute, or for as many seconds as BENCH_IDLE_SECONDS says (300 for the figure of record). Needs root.

import { setTimeout as sleep } from 'node:timers/promises';
import { must } from '../src/base/assert.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';
import { prepareBundle } from './launched.ts';
import { cpuSeconds, pssMegabytes, treeOf } from './processes.ts';
import { runningSupervisor } from '../src/cluster/lifecycle/supervisor.ts';
import { join } from 'node:path';
import { RealCluster } from './real-cluster.ts';

const REST_SECONDS = Number(process.env['BENCH_IDLE_SECONDS'] ?? '60');

export async function* figures(): AsyncGenerator<Figure> {
  await prepareBundle();
  const cluster = await RealCluster.start('bi');
  try {
    const { pid } = await cluster.status();
    // The first seconds belong to the start.
    const settleSeconds = Math.min(20, REST_SECONDS / 3);
    await sleep(settleSeconds * 1000);
    const [beforeCpu, beforeMs] = [cpuSeconds([pid]), performance.now()];
    await sleep((REST_SECONDS - settleSeconds) * 1000);
    const share = ((cpuSeconds([pid]) - beforeCpu) / ((performance.now() - beforeMs) / 1000)) * 100;
    const supervisor = must(await runningSupervisor(join(cluster.folder, 'data')), 'the supervisor');
    yield judge({ figure: 'idle-memory-tyke', value: pssMegabytes([pid]), unit: 'MB' }, { of: 'value', atMost: 170 });
    yield judge({ figure: 'idle-memory-tree', value: pssMegabytes(treeOf(supervisor.pid)), unit: 'MB' }, { of: 'value', atMost: 240 });
    yield judge({ figure: 'idle-cpu', value: share, unit: '% of a core' }, { of: 'value', atMost: 1 });
  } finally {
    await cluster.delete();
  }
}

if (import.meta.main) for await (const figure of figures()) console.log(formatFigure(figure));
