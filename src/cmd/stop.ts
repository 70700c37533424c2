// `tyke stop`: ends Pods as a node shutdown does, then the cluster. Its data stays.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { readClusterRecord } from '../cluster/lifecycle/cluster-record.ts';
import { endSupervisor, runningSupervisor } from '../cluster/lifecycle/supervisor.ts';
import { STOP_MARKER } from '../cluster/lifecycle/stop-marker.ts';
import { isRunning } from '../node/scope/index.ts';
import { dataDirOf, requireRoot } from './cluster-location.ts';
import type { ClusterFlags } from './cluster-location.ts';
import { CommandFailure } from './failure.ts';
import { createProgress } from './progress.ts';

const POLL_MS = 25;
const LIMIT_MS = 120_000;

/** Stops the cluster; false when it did not run. */
export async function stopCluster(dataDir: string, signal: AbortSignal): Promise<boolean> {
  const supervisor = await runningSupervisor(dataDir);
  if (supervisor === undefined) return false;
  await writeFile(join(dataDir, STOP_MARKER), '', { mode: 0o600 });
  await endSupervisor(dataDir, supervisor);
  const deadlineMs = systemClock.monotonicMs() + LIMIT_MS;
  while (await isRunning(supervisor)) {
    if (systemClock.monotonicMs() > deadlineMs)
      throw new CommandFailure('stop', 'the cluster has not ended after two minutes', `See ${join(dataDir, 'tyke.log')}.`);
    await systemClock.sleep(POLL_MS, signal);
  }
  return true;
}

export async function stop(flags: ClusterFlags, signal: AbortSignal): Promise<void> {
  requireRoot();
  const dataDir = dataDirOf(flags);
  const progress = createProgress();
  if ((await readClusterRecord(dataDir)) === undefined)
    throw new CommandFailure('stop', `there is no cluster ${JSON.stringify(flags.name)}`, 'tyke start makes one.');
  const stopped = await progress.during('stop', () => stopCluster(dataDir, signal));
  progress.finish(stopped ? `${flags.name} is stopped; tyke start brings the same Pods back` : `${flags.name} was not running`);
}
