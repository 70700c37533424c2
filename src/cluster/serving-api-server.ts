// An API server over a folder: its store and keys opened, its listeners in front, everything closed together.

import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { listen } from '../server/http/listener.ts';
import type { Listener } from '../server/http/listener.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { startApiServer } from './api-server.ts';
import type { RunningApiServer } from './api-server.ts';
import { kubeletConnector } from './kubelet-connector.ts';
import type { ClusterPki } from './pki/cluster-pki.ts';
import { firstServiceAddress } from './service-range.ts';

export interface ServingOptions {
  /** The store lies below it. */
  readonly dataDir: string;
  readonly pki: ClusterPki;
  /** Where it listens. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Under which of its addresses Pods reach it. */
  readonly advertiseAddress: string;
  readonly serviceCidr: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface ServingApiServer {
  readonly server: RunningApiServer;
  close(): Promise<void>;
}

/** Opens the store and the listeners; the server may still be making what every cluster must have (`server.ready`). */
export async function serveApiServer(options: ServingOptions): Promise<ServingApiServer> {
  const { dataDir, pki, addresses, port, advertiseAddress, serviceCidr, clock, random, logger } = options;
  const ca = await pki.caCert();
  const store = await openSqliteStore({ folder: join(dataDir, 'store'), clock, logger });
  const server = await startApiServer({
    store,
    clock,
    random,
    logger,
    tokenKey: await pki.tokenKey(),
    serviceCidrs: [serviceCidr],
    kubelets: kubeletConnector(ca, await pki.kubeletClient()),
    trusted: { clientCa: ca, requestHeaderCa: await pki.frontProxyCaCert() },
    advertise: () => ({ address: advertiseAddress, port }),
  });
  const listeners: Listener[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
    await server.close();
    await store.close();
  };
  try {
    const { cert, key } = await pki.apiServer({
      apiAddresses: [...addresses, advertiseAddress, firstServiceAddress(serviceCidr)],
      apiNames: [],
    });
    const front = {
      tls: { cert, key, clientCa: ca },
      port,
      handle: server.handle,
      authenticator: server.authenticator,
      observer: server.metrics.requests,
    };
    for (const address of new Set(addresses)) listeners.push(await listen({ ...front, address, clock, random, logger }));
  } catch (error) {
    await close();
    throw error;
  }
  return { server, close };
}
