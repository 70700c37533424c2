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
import type { User } from '../server/user.ts';
import { createClusterNetwork, deleteClusterNetwork, gatewayAddress, uplinkMtu } from '../node/network/index.ts';
import type { RunningApiServer } from './api-server.ts';
import { runClusterDns } from './cluster-dns.ts';
import { keepRunning } from './component.ts';
import type { RunningParts } from './component.ts';
import { runControllers } from './controller-manager.ts';
import { dnsServiceAddress } from './service-range.ts';
import { serveApiServer } from './serving-api-server.ts';
import type { ServingApiServer } from './serving-api-server.ts';
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
  #serving: ServingApiServer | undefined;
  #nodes: LocalNode[] = [];

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
    await this.#serving?.close();
  }

  /** Ends every Pod as a node shutdown does, then the nodes and the network. Data stays. */
  async stop(signal: AbortSignal): Promise<void> {
    const { record, clock } = this.#options;
    // The kubelets go first: they would start again what ends here.
    await this.#scope.end();
    await Promise.all(this.#nodes.map((node) => node.shutdown(this.#serving?.server, signal)));
    await Promise.all(this.#nodes.map((node) => node.stop(signal)));
    await this.#serving?.close();
    await deleteClusterNetwork(record.name, clock, signal);
  }

  async #prepareNode(name: string, mtu: number, pki: ClusterPki, signal: AbortSignal): Promise<void> {
    const { record, dataDir, status, clock, random, logger, kubeletPort = DEFAULT_KUBELET_PORT } = this.#options;
    const found = record.nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`the cluster has no node ${name}`);
    const node = new LocalNode({
      node: found,
      record,
      dataDir,
      mtu,
      pki,
      clock,
      random,
      logger,
      kubeletPort,
      clusterDns: dnsServiceAddress(record.serviceCidr),
    });
    this.#nodes.push(node);
    await status.step(`runtime of ${name}`, () => node.prepare(signal));
    status.component(`containerd ${name}`, 'running', node.runtimePid);
  }

  async #startControlPlane(pki: ClusterPki, signal: AbortSignal): Promise<RunningApiServer> {
    const { dataDir, record, status, clock, random, logger } = this.#options;
    const gateway = gatewayAddress(record.nodeCidr);
    const ca = await pki.caCert();
    const apiServer = await status.step('API server', async () => {
      const serving = await serveApiServer({
        dataDir,
        pki,
        addresses: [LOOPBACK, gateway],
        port: record.apiPort,
        advertiseAddress: gateway,
        serviceCidr: record.serviceCidr,
        clock,
        random,
        logger: logger.with({ component: 'kube-apiserver' }),
      });
      this.#serving = serving;
      await serving.server.ready(signal);
      return serving.server;
    });
    this.#parts.onState('kube-apiserver', 'running');
    this.#keep('kube-scheduler', SCHEDULER_USER, apiServer, (client, inner) =>
      runScheduler({ client, clock, random, logger: logger.with({ component: 'kube-scheduler' }) }, inner),
    );
    this.#keep('kube-controller-manager', CONTROLLER_MANAGER_USER, apiServer, (client, inner) =>
      runControllers(
        {
          client,
          clock,
          random,
          logger: logger.with({ component: 'kube-controller-manager' }),
          rootCa: ca,
          podCidr: record.podCidr,
          clientFor: (user) => new Client(apiServer.transportFor(user, 'kube-controller-manager')),
        },
        inner,
      ),
    );
    this.#scope.start((inner) =>
      keepRunning(
        'dns',
        (once) =>
          runClusterDns(
            {
              apiServer,
              address: gateway,
              serviceAddress: dnsServiceAddress(record.serviceCidr),
              clock,
              random,
              logger: logger.with({ component: 'dns' }),
            },
            once,
          ),
        this.#parts,
        inner,
      ),
    );
    return apiServer;
  }

  #keep(name: string, user: User, apiServer: RunningApiServer, run: (client: Client, signal: AbortSignal) => Promise<void>): void {
    this.#scope.start((signal) =>
      keepRunning(name, (once) => run(new Client(apiServer.transportFor(user, name)), once), this.#parts, signal),
    );
  }
}
