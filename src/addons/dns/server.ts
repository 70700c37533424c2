// The cluster's DNS server: the names of Services and Pods from the API, all other names from the machine's resolvers.

import { aborted, TaskScope } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { Client } from '../../client/client.ts';
import { Informers } from '../../runtime/informers.ts';
import { Forwarder } from './forwarder.ts';
import { listenDatagrams, listenStreams, type Place } from './listeners.ts';
import { systemUpstreams } from './resolv-conf.ts';
import { Resolver } from './resolver.ts';
import { informedZone } from './zone.ts';

export interface DnsOptions {
  readonly client: Client;
  /** Where to listen. */
  readonly addresses: readonly string[];
  /** 53 unless told. */
  readonly port?: number;
  /** `cluster.local` unless told. */
  readonly clusterDomain?: string;
  /** Who to ask about other names (`host`, `host:port`); the machine's own resolvers unless told. */
  readonly upstreams?: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Called once every address answers. */
  readonly onReady?: (places: readonly Place[]) => void;
}

/** Serves until the signal fires; rejects only with its reason, or when an address is not free. */
export async function runDns(options: DnsOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, random, logger, addresses, port = 53, clusterDomain = 'cluster.local' } = options;
  const informers = new Informers({ client, clock, random, logger }, signal);
  const tasks = new TaskScope(signal, (error) => logger.warn('an answer failed', { error }));
  const closers: (() => Promise<void>)[] = [];
  try {
    const zone = informedZone(informers, clusterDomain.toLowerCase(), () => resolver.forget());
    const fixed = options.upstreams;
    const upstreams = fixed === undefined ? systemUpstreams(clock, addresses) : () => Promise.resolve(fixed);
    const resolver = new Resolver(zone, new Forwarder({ upstreams, clock, random, logger, signal: tasks.signal }), logger, tasks.signal);
    // An empty zone would deny names that exist.
    await informers.whenSynced(signal);
    const places: Place[] = [];
    for (const address of addresses) {
      const listener = { address, clock, logger, tasks, respond: resolver.respond.bind(resolver) };
      const socket = await listenDatagrams({ ...listener, port });
      closers.push(() => new Promise((resolve) => socket.close(resolve)));
      const bound = socket.address().port;
      const server = await listenStreams({ ...listener, port: bound });
      closers.push(() => new Promise((resolve) => server.close(() => resolve())));
      places.push({ address, port: bound });
    }
    logger.info('DNS answers', { places });
    options.onReady?.(places);
    await aborted(signal);
    throw signal.reason;
  } finally {
    await tasks.end();
    await Promise.all(closers.map((close) => close()));
    await informers.end();
  }
}
