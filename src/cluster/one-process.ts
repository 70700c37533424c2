// The whole cluster in one process: API server, scheduler, controllers, DNS, and for each node its runtime, kubelet and proxy.
//
// O1. Components meet in the API only; each acts as its own user over an in-process transport.
// O2. When the process ends, containers stay; when the cluster is stopped, Pods end first, then the nodes.

import { join } from 'node:path';
import { TaskScope } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { Client } from '../client/client.ts';
import { listen } from '../server/http/listener.ts';
import type { Listener } from '../server/http/listener.ts';
import type { User } from '../server/user.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { createClusterNetwork, deleteClusterNetwork, gatewayAddress, uplinkMtu } from '../node/network/index.ts';
import { startApiServer } from './api-server.ts';
import type { RunningApiServer } from './api-server.ts';
import { runClusterDns } from './cluster-dns.ts';
import { keepRunning } from './component.ts';
import type { RunningParts } from './component.ts';
import { runControllers } from './controller-manager.ts';
import { kubeletConnector } from './kubelet-connector.ts';
import { dnsServiceAddress, firstServiceAddress } from './service-range.ts';
import { CONTROLLER_MANAGER_USER, SCHEDULER_USER } from './identities.ts';
import type { ClusterRecord } from './lifecycle/cluster-record.ts';
import type { RunStatusWriter } from './lifecycle/run-status.ts';
import { LocalNode } from './local-node.ts';
import { ClusterPki } from './pki/cluster-pki.ts';
import { runScheduler } from '../control-plane/scheduler/index.ts';

export interface OneProcessOptions {
  readonly dataDir: string;
  readonly record: ClusterRecord;
  readonly status: RunStatusWriter;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** How the kubelet's port is reached, and everything else that tests replace. */
  readonly kubeletPort?: number;
}

const DEFAULT_KUBELET_PORT = 10_250;
const LOOPBACK = '127.0.0.1';

/** A cluster that runs in this process. */
export class OneProcess {
  readonly #options: OneProcessOptions;
  readonly #scope: TaskScope;
  readonly #parts: RunningParts;
  #apiServer: RunningApiServer | undefined;
  #listeners: Listener[] = [];
  #nodes: LocalNode[] = [];
  #closeStore: () => Promise<void> = async () => {};

  constructor(options: OneProcessOptions) {
    const { status, clock, random, logger } = options;
    this.#options = options;
    this.#scope = new TaskScope(new AbortController().signal, (error) => logger.error('a part of the cluster failed', { error }));
    this.#parts = { clock, random, logger, onState: (name, state, detail) => status.component(name, state, process.pid, detail) };
  }

  /** Brings everything up; resolves when every node is ready. Rejects when a step failed; what was started still runs then. */
  async start(signal: AbortSignal): Promise<void> {
    const { status, record, dataDir, clock } = this.#options;
    const pki = await status.step('keys and certificates', () => ClusterPki.open(join(dataDir, 'pki'), this.#options));
    const mtu = await status.step('network between nodes', async () => {
      const uplink = await uplinkMtu(clock, signal);
      await createClusterNetwork({ ...record, cluster: record.name, mtu: uplink, clock }, signal);
      return uplink;
    });
    // The control plane and the nodes' runtimes do not need each other to start.
    const nodesUp = Promise.all(record.nodes.map((node) => this.#prepareNode(node.name, mtu, pki, signal)));
    const [apiServer] = await Promise.all([this.#startControlPlane(pki, signal), nodesUp]);
    await status.step('nodes ready', async () => {
      await Promise.all(this.#nodes.map((node) => node.start(apiServer, this.#parts, this.#scope)));
      await Promise.all(this.#nodes.map((node) => node.ready(apiServer, signal)));
    });
    status.ready();
  }

  /** Leaves containers running: for a restart or an upgrade. */
  async detach(): Promise<void> {
    await this.#scope.end();
    await Promise.all(this.#nodes.map((node) => node.detach()));
    await this.#closeServer();
  }

  /** Ends every Pod as a node shutdown does, then the nodes and the network. Data stays. */
  async stop(signal: AbortSignal): Promise<void> {
    const { record, clock } = this.#options;
    // The kubelets go first: they would start again what ends here.
    await this.#scope.end();
    await Promise.all(this.#nodes.map((node) => node.shutdown(this.#apiServer, signal)));
    await Promise.all(this.#nodes.map((node) => node.stop(signal)));
    await this.#closeServer();
    await deleteClusterNetwork(record.name, clock, signal);
  }

  async #closeServer(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    await this.#apiServer?.close();
    await this.#closeStore();
  }

  async #prepareNode(name: string, mtu: number, pki: ClusterPki, signal: AbortSignal): Promise<void> {
    const { record, dataDir, status, clock, random, logger, kubeletPort = DEFAULT_KUBELET_PORT } = this.#options;
    const found = record.nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`the cluster has no node ${name}`);
    const node = new LocalNode({ node: found, record, dataDir, mtu, pki, clock, random, logger, kubeletPort, clusterDns: dnsServiceAddress(record.serviceCidr) });
    this.#nodes.push(node);
    await status.step(`runtime of ${name}`, () => node.prepare(signal));
    status.component(`containerd ${name}`, 'running', node.runtimePid);
  }

  async #startControlPlane(pki: ClusterPki, signal: AbortSignal): Promise<RunningApiServer> {
    const { dataDir, record, status, clock, random, logger } = this.#options;
    const store = await status.step('store', () => openSqliteStore({ folder: join(dataDir, 'store'), clock, logger: logger.with({ component: 'store' }) }));
    this.#closeStore = () => store.close();
    const gateway = gatewayAddress(record.nodeCidr);
    const kubeletClient = await pki.kubeletClient();
    const ca = await pki.caCert();
    const apiServer = await status.step('API server', async () => {
      const server = await startApiServer({
        store,
        clock,
        random,
        logger: logger.with({ component: 'kube-apiserver' }),
        tokenKey: await pki.tokenKey(),
        serviceCidrs: [record.serviceCidr],
        kubelets: kubeletConnector(ca, kubeletClient),
        trusted: { clientCa: ca, requestHeaderCa: await pki.frontProxyCaCert() },
        advertise: () => ({ address: gateway, port: record.apiPort }),
      });
      this.#apiServer = server;
      const serving = await pki.apiServer({ apiAddresses: [gateway, firstServiceAddress(record.serviceCidr)], apiNames: [] });
      const tls = { key: serving.key, cert: serving.cert, clientCa: ca };
      const front = { tls, port: record.apiPort, handle: server.handle, authenticator: server.authenticator, observer: server.metrics.requests, clock, random, logger: logger.with({ component: 'kube-apiserver' }) };
      this.#listeners = await Promise.all([LOOPBACK, gateway].map((address) => listen({ ...front, address })));
      await server.ready(signal);
      return server;
    });
    this.#parts.onState('kube-apiserver', 'running');
    this.#keep('kube-scheduler', SCHEDULER_USER, apiServer, (client, inner) => runScheduler({ client, clock, random, logger: logger.with({ component: 'kube-scheduler' }) }, inner));
    this.#keep('kube-controller-manager', CONTROLLER_MANAGER_USER, apiServer, (client, inner) =>
      runControllers({ client, clock, random, logger: logger.with({ component: 'kube-controller-manager' }), rootCa: ca, podCidr: record.podCidr, clientFor: (user) => new Client(apiServer.transportFor(user, 'kube-controller-manager')) }, inner),
    );
    this.#scope.start((inner) =>
      keepRunning('dns', (once) => runClusterDns({ apiServer, address: gateway, serviceAddress: dnsServiceAddress(record.serviceCidr), clock, random, logger: logger.with({ component: 'dns' }) }, once), this.#parts, inner),
    );
    return apiServer;
  }

  #keep(name: string, user: User, apiServer: RunningApiServer, run: (client: Client, signal: AbortSignal) => Promise<void>): void {
    this.#scope.start((signal) => keepRunning(name, (once) => run(new Client(apiServer.transportFor(user, name)), once), this.#parts, signal));
  }
}
