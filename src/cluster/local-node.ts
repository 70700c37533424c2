// One node on this machine: its scope, its container runtime, its kubelet and its proxy.

import { Client } from '../client/client.ts';
import { node as nodeKind } from '../api/core/v1/node.ts';
import { pod as podKind } from '../api/core/v1/pod.ts';
import type { TaskScope } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { must } from '../base/assert.ts';
import { createContainerEnvironment, createPodVolumes, runKubelet, runKubeletServer, shutdownNode } from '../node/kubelet/index.ts';
import { gatewayAddress, syncRoutes, writeCniConfig } from '../node/network/index.ts';
import { runProxy } from '../node/proxy/index.ts';
import { addRegistry, ContainerdSupervisor, createCriClient, ensurePauseImage } from '../node/runtime/index.ts';
import type { CriClient } from '../node/runtime/index.ts';
import { createNodeScope, deleteNodeScope } from '../node/scope/index.ts';
import type { NodeScope } from '../node/scope/index.ts';
import type { RunningApiServer } from './api-server.ts';
import { keepRunning } from './component.ts';
import type { RunningParts } from './component.ts';
import { kubeletUser, PROXY_USER } from './identities.ts';
import type { ClusterRecord, NodeRecord } from './lifecycle/cluster-record.ts';
import type { ClusterPki } from './pki/cluster-pki.ts';

export interface LocalNodeOptions {
  readonly node: NodeRecord;
  readonly record: ClusterRecord;
  readonly dataDir: string;
  readonly mtu: number;
  readonly pki: ClusterPki;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly kubeletPort: number;
  /** The address of the cluster's DNS Service. */
  readonly clusterDns: string;
}

const READY_POLL_MS = 25;

export class LocalNode {
  readonly #options: LocalNodeOptions;
  #scope: NodeScope | undefined;
  #cri: CriClient | undefined;
  #supervisor: ContainerdSupervisor | undefined;
  #listening = false;

  constructor(options: LocalNodeOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.node.name;
  }

  get runtimePid(): number {
    return this.#supervisor?.status.pid ?? 0;
  }

  /** Makes (or adopts) the scope and the runtime in it. */
  async prepare(signal: AbortSignal): Promise<void> {
    const { node, record, dataDir, mtu, clock, random, logger } = this.#options;
    const scope = await createNodeScope(
      {
        cluster: record.name,
        node: node.name,
        dataDir,
        address: node.address,
        nodeCidr: record.nodeCidr,
        podCidr: node.podCidr,
        clusterPodCidr: record.podCidr,
        serviceCidr: record.serviceCidr,
        gateway: gatewayAddress(record.nodeCidr),
        mtu,
        clock,
      },
      signal,
    );
    this.#scope = scope;
    await writeCniConfig(scope, { mtu });
    for (const registry of record.registries) await addRegistry(scope, registry);
    await syncRoutes(scope, record.nodes, signal);
    this.#supervisor = new ContainerdSupervisor({
      scope,
      clock,
      random,
      logger: logger.with({ component: 'containerd', node: node.name }),
    });
    await this.#supervisor.start(signal);
    this.#cri = createCriClient({ socket: () => scope.socket, clock, random });
    await ensurePauseImage({ scope, client: this.#cri, clock }, signal);
  }

  /** Starts the kubelet and the proxy. */
  async start(apiServer: RunningApiServer, parts: RunningParts, tasks: TaskScope): Promise<void> {
    const { node, pki, clock, random, logger, kubeletPort, clusterDns } = this.#options;
    const scope = must(this.#scope, 'the node scope');
    const cri = must(this.#cri, 'the CRI client');
    const client = new Client(apiServer.transportFor(kubeletUser(node.name), 'kubelet'));
    const serving = await pki.kubeletServing(node.name, node.address);
    const clientCa = await pki.caCert();
    const log = logger.with({ component: 'kubelet', node: node.name });
    tasks.start((signal) =>
      keepRunning(
        `kubelet ${node.name}`,
        (once) =>
          runKubelet(
            {
              scope,
              cri,
              client,
              clock,
              random,
              logger: log,
              nodeName: node.name,
              volumes: createPodVolumes,
              environment: createContainerEnvironment,
              serve: (kubelet, served) =>
                runKubeletServer(
                  { ...kubelet, tls: { ...serving, clientCa }, port: kubeletPort, onListening: () => (this.#listening = true) },
                  served,
                ),
              clusterDns: [clusterDns],
              clusterDomain: 'cluster.local',
              kubeletPort,
            },
            once,
          ),
        parts,
        signal,
      ),
    );
    const proxyClient = new Client(apiServer.transportFor(PROXY_USER, 'kube-proxy'));
    tasks.start((signal) =>
      keepRunning(
        `kube-proxy ${node.name}`,
        (once) =>
          runProxy(
            {
              scope,
              client: proxyClient,
              clock,
              random,
              logger: logger.with({ component: 'kube-proxy', node: node.name }),
              nodeName: node.name,
            },
            once,
          ),
        parts,
        signal,
      ),
    );
  }

  /** Resolves when the API shows the node ready, and its kubelet can be asked: what the API shows may be of an earlier process. */
  async ready(apiServer: RunningApiServer, signal: AbortSignal): Promise<void> {
    const ready = (): boolean =>
      this.#listening &&
      apiServer.lookups
        .cached(nodeKind, '', this.name)
        ?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
    while (!ready()) await this.#options.clock.sleep(READY_POLL_MS, signal);
  }

  /** Ends the node's Pods, as a machine that shuts down does; their objects stay. */
  async shutdown(apiServer: RunningApiServer | undefined, signal: AbortSignal): Promise<void> {
    if (this.#scope === undefined || this.#cri === undefined) return;
    const { clock, logger } = this.#options;
    await shutdownNode(
      {
        scope: this.#scope,
        cri: this.#cri,
        clock,
        logger,
        pods: apiServer?.lookups.cachedList(podKind).filter(({ spec }) => spec.nodeName === this.name) ?? [],
      },
      signal,
    );
  }

  /** Lets go of the runtime without ending it. */
  async detach(): Promise<void> {
    this.#cri?.close();
    await this.#supervisor?.detach();
  }

  /** Ends the runtime and takes the scope down; images and volumes stay. */
  async stop(signal: AbortSignal): Promise<void> {
    const { node, record, dataDir, clock } = this.#options;
    this.#cri?.close();
    await this.#supervisor?.stop(signal);
    await deleteNodeScope({ cluster: record.name, node: node.name, dataDir, clock, keepData: true }, signal);
  }
}
