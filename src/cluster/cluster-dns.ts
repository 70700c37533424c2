// The cluster's DNS as it runs beside the control plane: the server on the nodes' gateway, and the Service that announces it.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { announceDns, runDns } from '../addons/dns/index.ts';
import { Client } from '../client/client.ts';
import type { RunningApiServer } from './api-server.ts';
import { API_SERVER_USER } from './api-server.ts';
import { grantDnsRights } from './dns-rights.ts';
import { DNS_USER } from './identities.ts';

export interface ClusterDnsOptions {
  readonly apiServer: RunningApiServer;
  /** Where it listens: reachable from every node. */
  readonly address: string;
  /** The address of its Service. */
  readonly serviceAddress: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export async function runClusterDns(options: ClusterDnsOptions, signal: AbortSignal): Promise<void> {
  const { apiServer, address, serviceAddress, clock, random, logger } = options;
  const admin = new Client(apiServer.transportFor(API_SERVER_USER, 'dns'));
  await grantDnsRights(admin, signal);
  await announceDns(admin, { clusterIP: serviceAddress, addresses: [address] }, signal);
  await runDns(
    { client: new Client(apiServer.transportFor(DNS_USER, 'dns')), addresses: [address], port: 53, clock, random, logger },
    signal,
  );
}
