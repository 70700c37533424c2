// `tyke apiserver`: the API server as a process of its own, over a store and keys in one folder.

import { join } from 'node:path';
import { flushCompileCache } from 'node:module';
import { aborted } from '../../base/abort.ts';
import { systemClock } from '../../base/clock.ts';
import { secureRandom } from '../../base/random.ts';
import { startApiServer } from '../../cluster/api-server.ts';
import { kubeletConnector } from '../../cluster/kubelet-connector.ts';
import { writeContext } from '../../cluster/lifecycle/kubeconfig-file.ts';
import { firstServiceAddress } from '../../cluster/service-range.ts';
import { ClusterPki } from '../../cluster/pki/cluster-pki.ts';
import { listen } from '../../server/http/listener.ts';
import { openSqliteStore } from '../../store/sqlite.ts';
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
  const store = await openSqliteStore({ folder: join(flags.dataDir, 'store'), clock, logger });
  const address = flags.advertiseAddress ?? flags.bindAddress;
  const server = await startApiServer({
    store,
    clock,
    random,
    logger,
    tokenKey: await pki.tokenKey(),
    serviceCidrs: [flags.serviceClusterIpRange],
    kubelets: kubeletConnector(await pki.caCert(), await pki.kubeletClient()),
    trusted: { clientCa: await pki.caCert(), requestHeaderCa: await pki.frontProxyCaCert() },
    advertise: () => ({ address, port: flags.securePort }),
  });
  const { cert, key } = await pki.apiServer({ apiAddresses: [address, flags.bindAddress, firstServiceAddress(flags.serviceClusterIpRange)], apiNames: [] });
  const listener = await listen({
    address: flags.bindAddress,
    port: flags.securePort,
    tls: { cert, key, clientCa: await pki.caCert() },
    handle: server.handle,
    authenticator: server.authenticator,
    observer: server.metrics.requests,
    clock,
    random,
    logger,
  });
  await writeKubeconfigs(flags.dataDir, pki, `https://${address}:${listener.port}`);
  await server.ready(signal);
  flushCompileCache();
  logger.info('the API server is ready', { port: listener.port });
  await aborted(signal);
  await listener.close();
  await server.close();
  await store.close();
}

const COMPONENTS = { 'controller-manager': 'system:kube-controller-manager', scheduler: 'system:kube-scheduler', proxy: 'system:kube-proxy' } as const;

async function writeKubeconfigs(dataDir: string, pki: ClusterPki, server: string): Promise<void> {
  const ca = await pki.caCert();
  await writeContext(join(dataDir, 'admin.conf'), 'tyke', { server, ca, ...(await pki.client('admin', 'kubernetes-admin', ['system:masters'])) });
  for (const [name, user] of Object.entries(COMPONENTS)) await writeContext(join(dataDir, `${name}.conf`), 'tyke', { server, ca, ...(await pki.client(name, user)) });
}
