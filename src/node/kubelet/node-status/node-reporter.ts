// Registers the node and keeps its status true: looked at every ten seconds, written when it changed or five minutes passed.

import { node as nodeKind } from '../../../api/core/v1/node.ts';
import type { Node, NodeStatus } from '../../../api/core/v1/node.ts';
import type { Taint } from '../../../api/core/v1/toleration.ts';
import { isAbort } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Client } from '../../../client/client.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import type { EventRecorder } from '../../../runtime/event-recorder.ts';
import type { CriClient, RuntimeHandler } from '../../runtime/index.ts';
import type { MachineFacts } from './machine.ts';
import { differs, isReady, nodeLabels, nodeStatus } from './node-status.ts';

export interface NodeReporterParts {
  readonly client: Client;
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: EventRecorder;
  readonly machine: MachineFacts;
  readonly nodeName: string;
  readonly address: string;
  readonly podCidr: string;
  readonly maxPods: number;
  readonly kubeletPort: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

const LOOK_MS = 10_000;
const REPORT_MS = 300_000;
const RETRY_MS = 500;

/** What Pods and Events of the kubelet hang on before and besides the object itself. */
export function nodeReference(nodeName: string): Node {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, uid: nodeName }, spec: {}, status: {} } as Node;
}

/** The node's object, as this kubelet keeps it. */
export class NodeReporter {
  readonly #parts: NodeReporterParts;
  #node: Node | undefined;
  #reportedMs = -Infinity;

  constructor(parts: NodeReporterParts) {
    this.#parts = parts;
  }

  /** The newest object; undefined until it is registered. */
  get node(): Node | undefined {
    return this.#node;
  }

  /** Takes what the API tells of the node. */
  observe(node: Node | undefined): void {
    this.#node = node;
  }

  /** Creates the object, or brings its labels up to date; tries until it succeeds. */
  async register(signal: AbortSignal): Promise<Node> {
    for (;;) {
      try {
        this.#node = await this.#registerOnce(signal);
        return this.#node;
      } catch (error) {
        if (isAbort(error, signal)) throw error;
        this.#parts.logger.warn('the node could not be registered', { node: this.#parts.nodeName, error });
      }
      await this.#parts.clock.sleep(RETRY_MS, signal);
    }
  }

  async #registerOnce(signal: AbortSignal): Promise<Node> {
    const { client, nodeName, podCidr, machine, labels, taints } = this.#parts;
    const own = { ...nodeLabels(nodeName, machine.architecture), ...labels };
    const found = await client.find(nodeKind, { name: nodeName }, { signal });
    if (found === undefined) {
      const spec = { podCIDR: podCidr, podCIDRs: [podCidr], ...(taints.length === 0 ? {} : { taints: [...taints] }) };
      return client.create(
        nodeKind,
        { metadata: { name: nodeName, labels: own }, spec, status: await this.#status(undefined, signal) },
        { signal },
      );
    }
    const known = found.metadata.labels ?? {};
    if (Object.entries(own).every(([key, value]) => known[key] === value) && found.spec.podCIDR !== undefined) return found;
    const patch = {
      metadata: { labels: own },
      ...(found.spec.podCIDR === undefined ? { spec: { podCIDR: podCidr, podCIDRs: [podCidr] } } : {}),
    };
    return client.patch(nodeKind, { name: nodeName }, patch, { type: 'strategic', signal });
  }

  /** Keeps the status true until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#parts;
    for (;;) {
      let waitMs = LOOK_MS;
      try {
        await this.#report(signal);
        if (this.#node !== undefined && !isReady(this.#node)) waitMs = RETRY_MS;
      } catch (error) {
        if (isAbort(error, signal)) return;
        waitMs = RETRY_MS;
        if (isStatus(error, 'NotFound')) await this.register(signal);
        else logger.warn('the node status was not written', { error });
      }
      await clock.sleep(waitMs, signal);
    }
  }

  async #report(signal: AbortSignal): Promise<void> {
    const { client, clock, nodeName, events } = this.#parts;
    const before = this.#node ?? (await this.register(signal));
    const status = await this.#status(before.status, signal);
    const stale = clock.monotonicMs() - this.#reportedMs >= REPORT_MS;
    if (!stale && !differs(before.status, status)) return;
    const patch = { status: statusPatch(status) };
    this.#node = await client.patch(nodeKind, { name: nodeName }, patch, { type: 'strategic', subresource: 'status', signal });
    this.#reportedMs = clock.monotonicMs();
    const [was, is] = [isReady(before), isReady(this.#node)];
    const subject = nodeReference(nodeName);
    if (is && !was) events.record(subject, 'Normal', 'NodeReady', `Node ${nodeName} status is now: NodeReady`);
    if (was && !is) events.record(subject, 'Normal', 'NodeNotReady', `Node ${nodeName} status is now: NodeNotReady`);
  }

  async #status(before: NodeStatus | undefined, signal: AbortSignal): Promise<NodeStatus> {
    const { machine, nodeName, address, maxPods, kubeletPort, clock } = this.#parts;
    const runtime = await this.#runtime(signal);
    return nodeStatus({ machine, nodeName, address, maxPods, kubeletPort, nowMs: clock.now(), ...runtime }, before);
  }

  async #runtime(signal: AbortSignal) {
    const { cri } = this.#parts;
    try {
      const [version, status, listed] = await Promise.all([
        cri.version({}, { signal, timeoutMs: 5_000 }),
        cri.status({}, { signal, timeoutMs: 5_000 }),
        cri.listImages({}, { signal, timeoutMs: 5_000 }),
      ]);
      const images = listed.images
        .map(({ repoDigests, repoTags, size }) => ({ names: [...repoDigests, ...repoTags].slice(0, 5), sizeBytes: Number(size) }))
        .toSorted((a, b) => b.sizeBytes - a.sizeBytes);
      return {
        runtimeVersion: `${version.runtimeName}://${version.runtimeVersion.replace(/^v/, '').replace(/~.*$/, '')}`,
        problem: problemOf(status.status?.conditions ?? []),
        images,
        handlers: status.runtimeHandlers.map(handler),
      };
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      return { runtimeVersion: '', problem: 'container runtime is down', images: [], handlers: [] };
    }
  }
}

/** Conditions of others are merged by type, lists without a key are replaced. */
const statusPatch = (status: NodeStatus): NodeStatus => status;

function handler({ name, features }: RuntimeHandler) {
  const { recursiveReadOnlyMounts = false, userNamespaces = false } = features ?? {};
  return { name, features: { recursiveReadOnlyMounts, userNamespaces } };
}

function problemOf(
  conditions: readonly { readonly type: string; readonly status: boolean; readonly reason: string; readonly message: string }[],
): string | undefined {
  const bad = ['RuntimeReady', 'NetworkReady'].flatMap((type) => {
    const condition = conditions.find((each) => each.type === type);
    if (condition === undefined || condition.status) return [];
    const detail = `${type}=false reason:${condition.reason} message:${condition.message}`;
    return [type === 'NetworkReady' ? `container runtime network not ready: ${detail}` : `container runtime not ready: ${detail}`];
  });
  return bad.length === 0 ? undefined : bad.join(', ');
}
