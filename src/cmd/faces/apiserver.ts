// `tyke apiserver`: the API server as a process of its own, over a store and keys in one folder.

import { join } from 'node:path';
import { flushCompileCache } from 'node:module';
import { aborted } from '../../base/abort.ts';
import { systemClock } from '../../base/clock.ts';
import { secureRandom } from '../../base/random.ts';
import { writeContext } from '../../cluster/lifecycle/kubeconfig-file.ts';
import { serveApiServer } from '../../cluster/serving-api-server.ts';
import { ClusterPki } from '../../cluster/pki/cluster-pki.ts';
import { createLogger } from '../logger.ts';

export interface ApiServerFlags {
  readonly dataDir: string;
  readonly bindAddress: string;
  readonly advertiseAddress?: string;
  readonly securePort: number;
  readonly serviceClusterIpRange: string;
  readonly verbose: boolean;
}

/** Runs until the signal fires. Kubeconfigs for the admin and for components are written into the data folder. */
export async function apiServerFace(flags: ApiServerFlags, signal: AbortSignal): Promise<void> {
  const clock = systemClock;
  const random = secureRandom;
  const logger = createLogger({ verbose: flags.verbose, fd: 2 }).with({ component: 'kube-apiserver' });
  const pki = await ClusterPki.open(join(flags.dataDir, 'pki'), { clock, random });
  const address = flags.advertiseAddress ?? flags.bindAddress;
  const { server, close } = await serveApiServer({
    dataDir: flags.dataDir,
    pki,
    addresses: [flags.bindAddress],
    port: flags.securePort,
    advertiseAddress: address,
    serviceCidr: flags.serviceClusterIpRange,
    clock,
    random,
    logger,
  });
  try {
    await writeKubeconfigs(flags.dataDir, pki, `https://${address}:${flags.securePort}`);
    await server.ready(signal);
    flushCompileCache();
    logger.info('the API server is ready', { port: flags.securePort });
    await aborted(signal);
  } catch (error) {
    // Asked to end before it was ready is no failure.
    if (!signal.aborted) throw error;
  } finally {
    await close();
  }
}

const COMPONENTS = {
  'controller-manager': 'system:kube-controller-manager',
  scheduler: 'system:kube-scheduler',
  proxy: 'system:kube-proxy',
} as const;

async function writeKubeconfigs(dataDir: string, pki: ClusterPki, server: string): Promise<void> {
  const ca = await pki.caCert();
  await writeContext(join(dataDir, 'admin.conf'), 'tyke', {
    server,
    ca,
    ...(await pki.client('admin', 'kubernetes-admin', ['system:masters'])),
  });
  for (const [name, user] of Object.entries(COMPONENTS))
    await writeContext(join(dataDir, `${name}.conf`), 'tyke', { server, ca, ...(await pki.client(name, user)) });
}
