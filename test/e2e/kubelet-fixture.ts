// One real node with a kubelet, and an API server core in the same process: for end-to-end tests of the kubelet.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Event } from '../../src/api/core/v1/event.ts';
import { event } from '../../src/api/core/v1/event.ts';
import { namespace } from '../../src/api/core/v1/namespace.ts';
import { node as nodeKind } from '../../src/api/core/v1/node.ts';
import type { Pod } from '../../src/api/core/v1/pod.ts';
import { pod as podKind } from '../../src/api/core/v1/pod.ts';
import { isPodConditionTrue } from '../../src/api/core/v1/pod-conditions.ts';
import { configMap } from '../../src/api/core/v1/config-map.ts';
import { service } from '../../src/api/core/v1/service.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { secureRandom as random } from '../../src/base/random.ts';
import type { Logger } from '../../src/base/logger.ts';
import { Client } from '../../src/client/client.ts';
import type { Sparse } from '../../src/client/sparse.ts';
import { leaseStrategy } from '../../src/control-plane/apiserver/strategies/coordination/lease.ts';
import { eventStrategy } from '../../src/control-plane/apiserver/strategies/core/event.ts';
import { namespaceStrategy } from '../../src/control-plane/apiserver/strategies/core/namespace.ts';
import { nodeStrategy } from '../../src/control-plane/apiserver/strategies/core/node.ts';
import { podStrategy } from '../../src/control-plane/apiserver/strategies/core/pod.ts';
import { secretStrategy } from '../../src/control-plane/apiserver/strategies/core/secret.ts';
import { resource } from '../../src/control-plane/apiserver/strategies/resource.ts';
import type { KubeletOptions } from '../../src/node/kubelet/index.ts';
import { runKubelet } from '../../src/node/kubelet/index.ts';
import {
  chooseClusterCidrs,
  createClusterNetwork,
  deleteClusterNetwork,
  gatewayAddress,
  nodeAddress,
  subnetOf,
  syncRoutes,
  takenCidrs,
  uplinkMtu,
  writeCniConfig,
} from '../../src/node/network/index.ts';
import type { CriClient } from '../../src/node/runtime/index.ts';
import { ContainerdSupervisor, createCriClient, ensurePauseImage, loadImage } from '../../src/node/runtime/index.ts';
import type { NodeScope } from '../../src/node/scope/index.ts';
import { createNodeScope, deleteNodeScope } from '../../src/node/scope/index.ts';
import { createInProcessTransport } from '../../src/server/in-process-transport.ts';
import type { ServerCore } from '../../src/server/server-core.ts';
import { openServerCore } from '../../src/server/server-core.ts';
import type { Strategy } from '../../src/server/strategy.ts';
import { openMemoryStore } from '../../src/store/memory.ts';
import type { MemoryStore } from '../../src/store/memory.ts';
import { busyboxDockerArchive, BUSYBOX_IMAGE } from './images.ts';

const WAIT_LIMIT_MS = 30_000;
const NODE = 'n1';

export type PodTemplate = Sparse<Pod['spec']>;

/** A node with its kubelet. */
export class KubeletFixture {
  readonly cluster = `kubelet${process.pid}`;
  readonly signal = new AbortController().signal;
  #dataDir = '';
  #store: MemoryStore | undefined;
  #core: ServerCore | undefined;
  #scope: NodeScope | undefined;
  #supervisor: ContainerdSupervisor | undefined;
  #cri: CriClient | undefined;
  #client: Client | undefined;
  #kubelet: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  get scope(): NodeScope {
    assert.ok(this.#scope !== undefined);
    return this.#scope;
  }

  get cri(): CriClient {
    assert.ok(this.#cri !== undefined);
    return this.#cri;
  }

  get client(): Client {
    assert.ok(this.#client !== undefined);
    return this.#client;
  }

  async open(options: Partial<KubeletOptions> = {}): Promise<void> {
    this.#dataDir = await mkdtemp(join(tmpdir(), 'tyke-kubelet-'));
    await this.#openApi();
    await this.#openNode();
    this.startKubelet(options);
    await this.until(async () => {
      const found = await this.client.find(nodeKind, { name: NODE }, { signal: this.signal });
      return found?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
    }, 'the node to be ready');
  }

  async #openApi(): Promise<void> {
    const unserved = { kind: 'action', verbs: [], responds: undefined, handle: () => Promise.reject(new Error('not served')) } as const;
    const strategies = [
      podStrategy({}),
      nodeStrategy(unserved),
      leaseStrategy,
      eventStrategy,
      namespaceStrategy,
      secretStrategy,
      resource(service, {}),
      resource(configMap, {}),
    ];
    this.#store = openMemoryStore({ clock });
    this.#core = await openServerCore({
      store: this.#store,
      clock,
      random,
      logger: silentLogger,
      strategies: strategies as readonly Strategy[],
      freeze: true,
    });
    const user = { name: 'system:node:n1', uid: '', groups: ['system:nodes', 'system:masters'], extra: {} };
    this.#client = new Client(createInProcessTransport({ handle: this.#core.handle, random, user, userAgent: 'kubelet' }));
    for (const name of ['default', 'kube-node-lease']) await this.client.create(namespace, { metadata: { name } }, { signal: this.signal });
  }

  async #openNode(): Promise<void> {
    const { cluster, signal } = this;
    const { nodeCidr, podCidr: clusterPodCidr, serviceCidr } = chooseClusterCidrs(await takenCidrs(clock, signal));
    const mtu = await uplinkMtu(clock, signal);
    const self = { name: NODE, address: nodeAddress(nodeCidr, 1), podCidr: subnetOf(clusterPodCidr, 24, 1) };
    await createClusterNetwork({ cluster, nodeCidr, podCidr: clusterPodCidr, serviceCidr, nodes: [self], mtu, clock }, signal);
    const gateway = gatewayAddress(nodeCidr);
    const cidrs = { nodeCidr, podCidr: self.podCidr, clusterPodCidr, serviceCidr };
    const scope = await createNodeScope(
      { cluster, node: NODE, dataDir: this.#dataDir, address: self.address, ...cidrs, gateway, mtu, clock },
      signal,
    );
    this.#scope = scope;
    await writeCniConfig(scope, { mtu });
    await syncRoutes(scope, [self], signal);
    this.#supervisor = new ContainerdSupervisor({ scope, clock, random, logger: silentLogger });
    await this.#supervisor.start(signal);
    const cri = createCriClient({ socket: () => scope.socket, clock, random });
    this.#cri = cri;
    await ensurePauseImage({ scope, client: cri, clock }, signal);
    await loadImage({ scope, client: cri, clock }, await busyboxDockerArchive(), signal);
  }

  startKubelet(options: Partial<KubeletOptions> = {}): void {
    const stop = new AbortController();
    const { scope, cri, client } = this;
    const logger = process.env['KUBELET_LOG'] === undefined ? silentLogger : stderrLogger;
    const ended = runKubelet(
      { scope, cri, client, clock, random, logger, nodeName: NODE, clusterDns: ['10.96.0.10'], ...options },
      stop.signal,
    );
    this.#kubelet = { stop, ended };
  }

  /** Ends the kubelet; containers run on. */
  async stopKubelet(): Promise<void> {
    this.#kubelet?.stop.abort(new DOMException('the test stops the kubelet', 'AbortError'));
    await this.#kubelet?.ended.catch((error: unknown) => {
      if (!(error instanceof DOMException)) throw error;
    });
    this.#kubelet = undefined;
  }

  async close(): Promise<void> {
    await this.stopKubelet();
    await this.#supervisor?.detach();
    this.#cri?.close();
    await deleteNodeScope({ cluster: this.cluster, node: NODE, dataDir: this.#dataDir, clock }, this.signal);
    await deleteClusterNetwork(this.cluster, clock, this.signal);
    await this.#core?.close();
    await this.#store?.close();
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  async until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
    const deadlineMs = clock.monotonicMs() + WAIT_LIMIT_MS;
    while (!(await condition())) {
      assert.ok(clock.monotonicMs() < deadlineMs, `waited in vain for ${what}`);
      await clock.sleep(20, this.signal);
    }
  }

  /** Creates a Pod on the node; its one container is busybox with this script unless the spec says more. */
  create(name: string, script: string, spec: PodTemplate = {}, container: Sparse<Pod['spec']['containers'][number]> = {}): Promise<Pod> {
    const containers = [{ name: 'main', image: BUSYBOX_IMAGE, command: ['sh', '-c', script], ...container }];
    const whole = { terminationGracePeriodSeconds: 1, containers, ...spec, nodeName: NODE };
    return this.client.create(podKind, { metadata: { name, namespace: 'default' }, spec: whole } as Sparse<Pod>, { signal: this.signal });
  }

  find(name: string): Promise<Pod | undefined> {
    return this.client.find(podKind, { namespace: 'default', name }, { signal: this.signal });
  }

  /** Waits until the Pod is as wanted, and gives it. */
  async pod(name: string, wanted: (pod: Pod) => boolean, what: string): Promise<Pod> {
    let found: Pod | undefined;
    try {
      await this.until(async () => {
        found = await this.find(name);
        return found !== undefined && wanted(found);
      }, `${name} ${what}`);
    } catch (error) {
      throw new Error(`${name}: ${what}: ${JSON.stringify(found?.status, undefined, 1)}\n${(await this.events(name)).join('\n')}`, {
        cause: error,
      });
    }
    assert.ok(found !== undefined);
    return found;
  }

  ready(name: string): Promise<Pod> {
    return this.pod(name, (pod) => isPodConditionTrue(pod, 'Ready'), 'to be ready');
  }

  /** Deletes the Pod and waits until its object is gone. */
  async remove(name: string, gracePeriodSeconds?: number): Promise<void> {
    const grace = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
    await this.client.delete(podKind, { namespace: 'default', name }, { ...grace, signal: this.signal });
    await this.until(async () => (await this.find(name)) === undefined, `${name} to be gone`);
  }

  /** The Events about a Pod as `type reason: message`. */
  async events(name: string): Promise<readonly string[]> {
    const { items } = await this.client.list(event, { namespace: 'default', signal: this.signal });
    const own = items.filter(({ involvedObject }: Event) => involvedObject.name === name);
    return own.map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  }

  async log(pod: Pod, container = 'main', attempt = 0): Promise<string> {
    const { readFile } = await import('node:fs/promises');
    const { namespace: ns, name, uid } = pod.metadata;
    const path = `${this.scope.folders.podLogs}/${ns}_${name}_${uid}/${container}/${attempt}.log`;
    return readFile(this.scope.hostPath(path), 'utf8');
  }
}

const line =
  (level: string) =>
  (message: string, facts?: Readonly<Record<string, unknown>>): void => {
    console.error(level, message, facts);
  };
const stderrLogger: Logger = { debug() {}, info: line('info'), warn: line('warn'), error: line('error'), with: () => stderrLogger };
