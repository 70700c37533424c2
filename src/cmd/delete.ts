// `tyke delete`: removes a cluster with everything it left on the machine.
//
// X1. It works on half-made clusters too, and may be repeated: each part is removed whether or not the others exist.

import { rm } from 'node:fs/promises';
import { systemClock } from '../base/clock.ts';
import { readClusterRecord } from '../cluster/lifecycle/cluster-record.ts';
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
    await rm(dataDir, { recursive: true, force: true });
    progress.finish(`there is no cluster ${JSON.stringify(flags.name)}`);
    return;
  }
  await progress.during('stop', () => stopCluster(dataDir, signal));
  await progress.during('nodes', () =>
    Promise.all(record.nodes.map((node) => deleteNodeScope({ cluster: record.name, node: node.name, dataDir, clock: systemClock }, signal))),
  );
  await progress.during('network', () => deleteClusterNetwork(record.name, systemClock, signal));
  await progress.during('files', async () => {
    await removeContext(record.kubeconfig, record.name);
    await rm(dataDir, { recursive: true, force: true });
  });
  progress.finish(`${record.name} is deleted`);
}
