// `tyke delete`: removes a cluster with everything it left on the machine.
//
// X1. Nothing is removed that no cluster has made: a folder without a cluster's record is left as it is.
// X2. It works on half-made clusters too, and may be repeated: each part is removed whether or not the others exist.

import { systemClock } from '../base/clock.ts';
import { readClusterRecord } from '../cluster/lifecycle/cluster-record.ts';
import { foreignEntries, removeDataFolder } from '../cluster/lifecycle/data-folder.ts';
import { removeContext } from '../cluster/lifecycle/kubeconfig-file.ts';
import { deleteClusterNetwork } from '../node/network/index.ts';
import { deleteNodeScope } from '../node/scope/index.ts';
import { checkName, dataDirOf, requireRoot } from './cluster-location.ts';
import type { ClusterFlags } from './cluster-location.ts';
import { createProgress } from './progress.ts';
import { stopCluster } from './stop.ts';

export async function deleteCluster(flags: ClusterFlags, signal: AbortSignal): Promise<void> {
  checkName(flags.name);
  requireRoot();
  const dataDir = dataDirOf(flags);
  const progress = createProgress();
  const record = await readClusterRecord(dataDir);
  if (record === undefined) {
    // Its record is the first thing that a cluster writes: what is here without one is at most a write that broke off.
    if ((await foreignEntries(dataDir)).length === 0) await removeDataFolder(dataDir);
    progress.finish(`there is no cluster ${JSON.stringify(flags.name)}`);
    return;
  }
  await progress.during('stop', () => stopCluster(dataDir, signal));
  await progress.during('nodes', () =>
    Promise.all(
      record.nodes.map((node) => deleteNodeScope({ cluster: record.name, node: node.name, dataDir, clock: systemClock }, signal)),
    ),
  );
  await progress.during('network', () => deleteClusterNetwork(record.name, systemClock, signal));
  let foreign: readonly string[] = [];
  await progress.during('files', async () => {
    await removeContext(record.kubeconfig, record.name);
    foreign = await removeDataFolder(dataDir);
  });
  if (foreign.length > 0) progress.note(`${dataDir} stays: it holds ${foreign.join(', ')}, which no cluster has made`);
  progress.finish(`${record.name} is deleted`);
}
