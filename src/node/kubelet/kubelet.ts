// The kubelet: runs the Pods that the API binds to its node, and reports on them and on the node.
//
// K1. All state that matters is in the API and in the runtime: a kubelet that starts finds its Pods by their labels and touches none.
// K2. When the signal fires everything here ends, and containers run on.

import { node as nodeKind } from '../../api/core/v1/node.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { pod as podKind } from '../../api/core/v1/pod.ts';
import type { Taint } from '../../api/core/v1/toleration.ts';
import { aborted, TaskScope } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { Client } from '../../client/client.ts';
import { ApiEventRecorder } from '../../runtime/event-recorder.ts';
import type { EventRecorder } from '../../runtime/event-recorder.ts';
import { Informers } from '../../runtime/informers.ts';
import type { CriClient } from '../runtime/index.ts';
import type { NodeScope } from '../scope/index.ts';
import { readOrUndefined } from '../scope/index.ts';
import { refusal } from './admission.ts';
import { ContainerEnder } from './container-ender.ts';
import { ContainerStarter } from './container-starter.ts';
import { createContainerEnvironment } from './environment/index.ts';
import { Housekeeping } from './housekeeping.ts';
import { ImagePuller } from './images/puller.ts';
import { readMachine } from './node-status/machine.ts';
import type { MachineFacts } from './node-status/machine.ts';
import { renewNodeLease } from './node-status/node-lease.ts';
import { nodeReference, NodeReporter } from './node-status/node-reporter.ts';
import { PodCgroups } from './pod-cgroups.ts';
import { PodFiles } from './pod-files.ts';
import { PodRemover } from './pod-remover.ts';
import { PodSyncer } from './pod-syncer.ts';
import { PodWorkers } from './pod-workers.ts';
import { RestartBackoff } from './restart-backoff.ts';
import { RuntimeReader } from './runtime-reader.ts';
import { RuntimeWatch } from './runtime-watch.ts';
import type { ContainerEnvironment, KubeletParts, KubeletView, PodVolumes } from './seams.ts';
import { TerminationMessages } from './termination-message.ts';
import { createPodVolumes } from './volumes/index.ts';
import { kubeletView } from './view.ts';

export interface KubeletOptions {
  readonly scope: NodeScope;
  readonly cri: CriClient;
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly nodeName: string;
  readonly volumes?: (parts: KubeletParts, signal: AbortSignal) => PodVolumes;
  readonly environment?: (parts: KubeletParts) => ContainerEnvironment;
  /** Serves the kubelet's endpoints until the signal fires. */
  readonly serve?: (kubelet: { readonly parts: KubeletParts; readonly view: KubeletView }, signal: AbortSignal) => Promise<void>;
  /** The addresses of the cluster's DNS server. */
  readonly clusterDns?: readonly string[];
  readonly clusterDomain?: string;
  readonly kubeletPort?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly maxPods?: number;
}

/** Runs until the signal fires. */
export async function runKubelet(options: KubeletOptions, signal: AbortSignal): Promise<void> {
  const { logger } = options;
  const tasks = new TaskScope(signal, (error) => logger.error('a part of the kubelet ended', { error }));
  try {
    const machine = await readMachine(options.scope);
    await new Kubelet(options, machine, tasks).run(tasks.signal);
  } finally {
    await tasks.end();
  }
}

class Kubelet {
  readonly #options: KubeletOptions;
  readonly #machine: MachineFacts;
  readonly #tasks: TaskScope;
  readonly #events: EventRecorder;
  readonly #informers: Informers;
  readonly #node: NodeReporter;
  readonly #parts: KubeletParts;

  constructor(options: KubeletOptions, machine: MachineFacts, tasks: TaskScope) {
    const { client, clock, logger, random, nodeName, scope, cri } = options;
    this.#options = options;
    this.#machine = machine;
    this.#tasks = tasks;
    this.#events = new ApiEventRecorder({ client, clock, logger, source: { component: 'kubelet', host: nodeName } }, tasks.signal);
    this.#informers = new Informers({ client, clock, random, logger }, tasks.signal);
    this.#node = new NodeReporter({
      client,
      cri,
      clock,
      logger,
      events: this.#events,
      machine,
      nodeName,
      address: scope.cidrs.address,
      podCidr: scope.cidrs.podCidr,
      maxPods: options.maxPods ?? 110,
      kubeletPort: options.kubeletPort ?? 10_250,
      labels: options.labels ?? {},
      taints: options.taints ?? [],
    });
    this.#parts = { nodeName, scope, cri, client, informers: this.#informers, clock, random, logger, node: () => this.#node.node };
  }

  async run(signal: AbortSignal): Promise<void> {
    const { nodeName, serve, client, clock, logger } = this.#options;
    const registered = await this.#node.register(signal);
    this.#events.record(nodeReference(nodeName), 'Normal', 'Starting', 'Starting kubelet.');
    this.#start((scope) => this.#node.run(scope));
    const nodeUid = (): string | undefined => this.#node.node?.metadata.uid ?? registered.metadata.uid;
    this.#start((scope) => renewNodeLease({ client, clock, logger, nodeName, nodeUid }, scope));
    const workers = await this.#runPods(signal);
    const view = kubeletView(() => workers.views());
    if (serve !== undefined) this.#start((scope) => serve({ parts: this.#parts, view }, scope));
    await aborted(signal);
    await workers.end();
  }

  #start(work: (signal: AbortSignal) => Promise<void>): void {
    this.#tasks.start(work);
  }

  async #runPods(signal: AbortSignal): Promise<PodWorkers> {
    const { scope, cri, clock, logger, nodeName } = this.#options;
    const volumes = (this.#options.volumes ?? createPodVolumes)(this.#parts, signal);
    const reader = new RuntimeReader({ cri, clock, messages: new TerminationMessages(scope) });
    const cgroups = new PodCgroups(scope, clock);
    const files = new PodFiles({ scope, random: this.#options.random, clusterDomain: this.#clusterDomain });
    const remover = new PodRemover({ cri, reader, volumes, cgroups, files });
    const ender = new ContainerEnder({ cri, clock, events: this.#events });
    const syncer = this.#syncer({ volumes, cgroups, files, ender });
    const { client, random } = this.#options;
    const hostIPs = [scope.cidrs.address];
    const workers = new PodWorkers(
      {
        cri,
        client,
        clock,
        random,
        logger,
        events: this.#events,
        reader,
        syncer,
        ender,
        remover,
        volumes,
        cgroups,
        hostIPs,
        admit: (pod, others) => this.#admit(pod, others),
      },
      signal,
    );
    const pods = this.#informers.of(podKind, { fieldSelector: `spec.nodeName=${nodeName}` });
    const node = this.#informers.of(nodeKind, { fieldSelector: `metadata.name=${nodeName}` });
    node.subscribe(({ type, object }) => this.#node.observe(type === 'deleted' ? undefined : object));
    await Promise.all([node.whenSynced(signal), pods.whenSynced(signal)]);
    pods.subscribe((change) => workers.observe(change));
    const housekeeping = new Housekeeping({
      clock,
      logger,
      cri,
      scope,
      files,
      remover,
      known: (uid) => workers.has(uid),
      views: () => workers.views(),
    });
    const watch = new RuntimeWatch({
      cri,
      clock,
      logger,
      reader,
      wake: (uid, exited) => workers.wake(uid, exited),
      onList: (listed) => this.#start((each) => housekeeping.removeOrphans(listed, each)),
    });
    this.#start((each) => watch.followEvents(each));
    this.#start((each) => watch.relistRegularly(each));
    this.#start((each) => housekeeping.run(each));
    this.#start((each) => housekeeping.runLogs(each));
    return workers;
  }

  #syncer(made: { volumes: PodVolumes; cgroups: PodCgroups; files: PodFiles; ender: ContainerEnder }): PodSyncer {
    const { scope, cri, client, clock } = this.#options;
    const { ender } = made;
    const shared = { cri, clock, events: this.#events, hostIPs: [scope.cidrs.address], podLogs: scope.folders.podLogs, ...made };
    const starter = new ContainerStarter({
      ...shared,
      images: new ImagePuller({ cri, client, clock, events: this.#events, backoff: new RestartBackoff() }),
      environment: (this.#options.environment ?? createContainerEnvironment)(this.#parts),
      nodeMemoryBytes: this.#machine.memoryBytes,
      endFailed: (pod, container, id, signal) =>
        ender.end(pod, container, { id, name: container.name }, '', { message: 'FailedPostStartHook' }, signal),
    });
    return new PodSyncer({ ...shared, starter, sandboxFacts: () => this.#sandboxFacts() });
  }

  async #sandboxFacts() {
    const nodeResolvConf = (await readOrUndefined(this.#options.scope.hostPath('/etc/resolv.conf'))) ?? '';
    return { clusterDns: this.#options.clusterDns ?? [], clusterDomain: this.#clusterDomain, nodeResolvConf };
  }

  get #clusterDomain(): string {
    return this.#options.clusterDomain ?? 'cluster.local';
  }

  #admit(pod: Pod, others: readonly Pod[]) {
    const node = this.#node.node;
    return node === undefined ? undefined : refusal(pod, node, others);
  }
}
