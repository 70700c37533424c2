// A whole API server over the memory store, for tests of this leaf: no socket, no file, a clock that the test drives.

import { seededRandom } from '../../base/random.ts';
import { VirtualClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { Client } from '../../client/client.ts';
import { createInProcessTransport } from '../../server/in-process-transport.ts';
import { openServerCore } from '../../server/server-core.ts';
import type { ServerCore } from '../../server/server-core.ts';
import type { User } from '../../server/user.ts';
import { openMemoryStore } from '../../store/memory.ts';
import { createAdmission, createApiServerParts, ServiceAccountTokens } from './index.ts';
import type { ApiServerOptions, ApiServerParts } from './index.ts';

export const ROOT: User = { name: 'root', uid: '', groups: ['system:masters', 'system:authenticated'], extra: {} };

export function createTestParts(options: Partial<ApiServerOptions> = {}): ApiServerParts {
  return createApiServerParts({
    clock: new VirtualClock(),
    random: seededRandom(1),
    logger: silentLogger,
    kubelets: { connect: () => ({ host: '127.0.0.1', port: 1 }) },
    advertise: () => ({ address: '192.0.2.1', port: 6443 }),
    tokens: Object.create(ServiceAccountTokens.prototype) as ServiceAccountTokens,
    ...options,
  });
}

export interface TestServer {
  readonly core: ServerCore;
  readonly parts: ApiServerParts;
  /** Acts as root. */
  readonly client: Client;
  readonly signal: AbortSignal;
  clientOf(user: User): Client;
  /** Makes what every cluster has. */
  bootstrap(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a server. `namespaces` are made unless it is bootstrapped. */
export async function openTestServer(options: Partial<ApiServerOptions> = {}): Promise<TestServer> {
  const { clock = new VirtualClock(), random = seededRandom(1), logger = silentLogger } = options;
  const store = openMemoryStore({ clock });
  const parts = createTestParts({ ...options, clock, random, logger });
  const core = await openServerCore({
    store,
    clock,
    random,
    logger,
    strategies: parts.strategies,
    admission: (lookups) => createAdmission({ lookups, clock, random }),
    authorizer: parts.authorizer,
    compactionIntervalMs: 0,
    freeze: true,
  });
  const controller = new AbortController();
  const { signal } = controller;
  const clientOf = (user: User): Client => new Client(createInProcessTransport({ handle: core.handle, random, user, userAgent: 'test' }));
  const client = clientOf(ROOT);
  let loops: Promise<void> | undefined;
  return {
    core,
    parts,
    client,
    signal,
    clientOf,
    async bootstrap() {
      loops = parts.runLoops({ client, lookups: core.lookups, signal });
      await parts.bootstrapReady(signal);
    },
    async close() {
      controller.abort(new DOMException('the test is over', 'AbortError'));
      await loops;
      await core.close();
      await store.close();
    },
  };
}
