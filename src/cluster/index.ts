// The library's public face: a whole control plane inside a test, with its controllers, scheduler and simulated nodes.
//
// K1. The deterministic profile: memory store, in-process transport, simulator, virtual clock, seeded chance; no socket, file or thread.
// K2. A fork shares nothing that changes: what happens in one cluster is never seen in the other.

import { generateKeyPairSync } from 'node:crypto';
import { TaskScope } from '../base/abort.ts';
import { VirtualClock } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import type { Logger } from '../base/logger.ts';
import { seededRandom } from '../base/random.ts';
import type { Random } from '../base/random.ts';
import { Client } from '../client/client.ts';
import { runScheduler } from '../control-plane/scheduler/index.ts';
import type { User } from '../server/user.ts';
import { runSimulator } from '../simulator/index.ts';
import { openMemoryStore } from '../store/memory.ts';
import { startApiServer } from './api-server.ts';
import type { RunningApiServer } from './api-server.ts';
import { runControllers } from './controller-manager.ts';
import { CONTROLLER_MANAGER_USER, SCHEDULER_USER } from './identities.ts';

export { Client } from '../client/client.ts';
export { VirtualClock } from '../base/clock.ts';

export interface StartClusterOptions {
  /** Simulated nodes; one unless told, 0 for none. */
  readonly nodes?: number;
  /** A virtual clock unless given. */
  readonly clock?: Clock;
  /** Chance and identifiers follow from it. */
  readonly seed?: number;
  readonly logger?: Logger;
  /** The API server alone: no controllers, scheduler or nodes. */
  readonly apiServerOnly?: boolean;
}

/** A control plane in this process. */
export interface Cluster {
  /** Acts as an administrator. */
  readonly client: Client;
  readonly clock: Clock;
  /** A client that acts as any user, with that user's rights. */
  clientFor(user: User): Client;
  /** The API server alone, on a copy of everything stored. */
  fork(): Promise<Cluster>;
  /** Ends everything that was started. */
  stop(): Promise<void>;
}

type MemoryStore = ReturnType<typeof openMemoryStore>;

const ADMIN: User = { name: 'kubernetes-admin', uid: '', groups: ['system:masters', 'system:authenticated'], extra: {} };
const SERVICE_CIDR = '10.96.0.0/16';
const POD_CIDR = '10.244.0.0/16';

interface Profile {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tokenKey: { readonly privateKey: string; readonly publicKey: string };
}

function profileOf(options: StartClusterOptions): Profile {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    clock: options.clock ?? new VirtualClock(),
    random: seededRandom(options.seed ?? 1),
    logger: options.logger ?? silentLogger,
    tokenKey: { privateKey, publicKey },
  };
}

async function openServer(store: MemoryStore, profile: Profile): Promise<RunningApiServer> {
  return startApiServer({
    ...profile,
    store,
    serviceCidrs: [SERVICE_CIDR],
    kubelets: { connect: ({ metadata }) => ({ host: metadata.name ?? '', port: 10_250 }) },
    // An address for documentation (RFC 5737): nobody listens there, and Endpoints may not name loopback.
    advertise: () => ({ address: '192.0.2.1', port: 6443 }),
  });
}

/** A cluster over a store; `tasks` holds what runs besides the API server. */
function clusterOver(store: MemoryStore, server: RunningApiServer, profile: Profile, tasks: TaskScope): Cluster {
  return {
    client: new Client(server.transportFor(ADMIN, 'tyke-library')),
    clock: profile.clock,
    clientFor: (user) => new Client(server.transportFor(user, 'tyke-library')),
    async fork() {
      const copy = store.fork();
      const forked = await openServer(copy, profile);
      const scope = new TaskScope(new AbortController().signal, (error) => profile.logger.error('a part of the cluster failed', { error }));
      return clusterOver(copy, forked, profile, scope);
    },
    async stop() {
      await tasks.end();
      await server.close();
      await store.close();
    },
  };
}

/** Starts a control plane; resolves when it is ready to be used. */
export async function startCluster(options: StartClusterOptions = {}): Promise<Cluster> {
  const profile = profileOf(options);
  const { clock, random, logger } = profile;
  const store = openMemoryStore({ clock });
  const server = await openServer(store, profile);
  const tasks = new TaskScope(new AbortController().signal, (error) => logger.error('a part of the cluster failed', { error }));
  await server.ready(tasks.signal);
  if (options.apiServerOnly !== true) {
    const as = (user: User): Client => new Client(server.transportFor(user, user.name));
    const parts = { clock, random, logger };
    tasks.start((signal) =>
      runControllers({ ...parts, client: as(CONTROLLER_MANAGER_USER), rootCa: '', podCidr: POD_CIDR, clientFor: as }, signal),
    );
    tasks.start((signal) => runScheduler({ ...parts, client: as(SCHEDULER_USER) }, signal));
    const nodes = options.nodes ?? 1;
    if (nodes > 0) tasks.start((signal) => runSimulator({ ...parts, client: as(ADMIN), nodes }, signal));
  }
  return clusterOver(store, server, profile, tasks);
}
