// Figures of a node, its Pods and containers, read off control groups when somebody asks: /stats/summary and /metrics/resource.
//
// N1. A rate is measured between two questions; the first answer has none.

import { statfs } from 'node:fs/promises';

import { cgroupProcesses } from '../../scope/index.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import type { ContainerView, KubeletParts, KubeletView, PodView } from '../seams.ts';
import { readCgroupFigures } from './cgroup-figures.ts';
import type { CgroupFigures } from './cgroup-figures.ts';
import { metricsText } from './metrics-text.ts';
import type { MetricFamily } from './metrics-text.ts';
import { readInterfaces } from './network-figures.ts';

const MIN_RATE_INTERVAL_MS = 100;

interface Sample {
  readonly atMs: number;
  readonly figures: CgroupFigures;
}

interface PodSample {
  readonly view: PodView;
  readonly group: string;
  readonly own: Sample | undefined;
  readonly containers: readonly { readonly view: ContainerView; readonly group: string; readonly sample: Sample }[];
}

export interface NodeStats {
  /** What /stats/summary shows. */
  summary(): Promise<object>;
  /** Prometheus text of what resources are used. */
  resourceMetrics(): Promise<string>;
  /** Prometheus text about the kubelet itself. */
  metrics(): Promise<string>;
}

export function createNodeStats(parts: KubeletParts, view: KubeletView): NodeStats {
  return new Stats(parts, view);
}

class Stats implements NodeStats {
  readonly #parts: KubeletParts;
  readonly #view: KubeletView;
  #earlier = new Map<string, Sample>();

  constructor(parts: KubeletParts, view: KubeletView) {
    this.#parts = parts;
    this.#view = view;
  }

  async summary(): Promise<object> {
    const { nodeName, scope } = this.#parts;
    const before = this.#earlier;
    const [node, pods, fs, imageFs] = await Promise.all([
      this.#sample(scope.cgroupRoot),
      this.#pods(),
      this.#fileSystem(scope.folders.kubelet),
      this.#fileSystem(scope.folders.containerdRoot),
    ]);
    this.#remember(node, pods);
    const shown = await Promise.all(pods.map((pod) => this.#podSummary(pod, before)));
    return {
      node: {
        nodeName,
        systemContainers: [],
        ...(node === undefined ? {} : this.#usage(scope.cgroupRoot, node, before)),
        fs,
        runtime: { imageFs, containerFs: imageFs },
      },
      pods: shown,
    };
  }

  async resourceMetrics(): Promise<string> {
    const [node, pods] = await Promise.all([this.#sample(this.#parts.scope.cgroupRoot), this.#pods()]);
    const seconds = ({ figures, atMs }: Sample): { value: number; atMs: number } => ({ value: figures.cpuUsageNs / 1e9, atMs });
    const memory = ({ figures, atMs }: Sample): { value: number; atMs: number } => ({ value: figures.workingSetBytes, atMs });
    const nodes = node === undefined ? [] : [node];
    const ofPod = ({ view: { pod } }: PodSample): Record<string, string> => ({
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name ?? '',
    });
    const containers = pods.flatMap((pod) =>
      pod.containers.map((container) => ({ labels: { container: container.view.name, ...ofPod(pod) }, ...container })),
    );
    const whole = pods.flatMap((pod) => (pod.own === undefined ? [] : [{ labels: ofPod(pod), sample: pod.own }]));
    const family = (name: string, type: MetricFamily['type'], help: string, points: MetricFamily['points']): MetricFamily => ({
      name,
      type,
      help,
      points,
    });
    return metricsText([
      family(
        'container_cpu_usage_seconds_total',
        'counter',
        'Processor time of the container',
        containers.map(({ labels, sample }) => ({ labels, ...seconds(sample) })),
      ),
      family(
        'container_memory_working_set_bytes',
        'gauge',
        'Working set of the container',
        containers.map(({ labels, sample }) => ({ labels, ...memory(sample) })),
      ),
      family(
        'container_start_time_seconds',
        'gauge',
        'Start of the container',
        containers.map(({ labels, view }) => ({ labels, value: view.createdAtMs / 1000 })),
      ),
      family(
        'node_cpu_usage_seconds_total',
        'counter',
        'Processor time of the node',
        nodes.map((sample) => ({ labels: {}, ...seconds(sample) })),
      ),
      family(
        'node_memory_working_set_bytes',
        'gauge',
        'Working set of the node',
        nodes.map((sample) => ({ labels: {}, ...memory(sample) })),
      ),
      family(
        'pod_cpu_usage_seconds_total',
        'counter',
        'Processor time of the Pod',
        whole.map(({ labels, sample }) => ({ labels, ...seconds(sample) })),
      ),
      family(
        'pod_memory_working_set_bytes',
        'gauge',
        'Working set of the Pod',
        whole.map(({ labels, sample }) => ({ labels, ...memory(sample) })),
      ),
      family('resource_scrape_error', 'gauge', 'Whether figures are missing', [{ labels: {}, value: node === undefined ? 1 : 0 }]),
    ]);
  }

  metrics(): Promise<string> {
    const pods = this.#view.pods();
    const states = Map.groupBy(
      pods.flatMap(({ containers }) => containers),
      ({ state }) => state,
    );
    const running = pods.filter(({ sandboxId }) => sandboxId !== undefined).length;
    return Promise.resolve(
      metricsText([
        {
          name: 'kubelet_node_name',
          type: 'gauge',
          help: 'The name of the node',
          points: [{ labels: { node: this.#parts.nodeName }, value: 1 }],
        },
        { name: 'kubelet_running_pods', type: 'gauge', help: 'Pods with a running sandbox', points: [{ labels: {}, value: running }] },
        {
          name: 'kubelet_running_containers',
          type: 'gauge',
          help: 'Containers by state',
          points: [...states].map(([state, { length }]) => ({ labels: { container_state: state }, value: length })),
        },
      ]),
    );
  }

  async #sample(group: string): Promise<Sample | undefined> {
    const figures = await readCgroupFigures(this.#parts.scope.cgroups, group);
    return figures && { figures, atMs: this.#parts.clock.now() };
  }

  #groupOf({ cgroup }: PodView): string {
    const { cgroupRoot } = this.#parts.scope;
    return cgroup === cgroupRoot || cgroup.startsWith(`${cgroupRoot}/`) ? cgroup : `${cgroupRoot}${cgroup}`;
  }

  #pods(): Promise<PodSample[]> {
    return Promise.all(
      this.#view.pods().map(async (view) => {
        const group = this.#groupOf(view);
        const running = view.containers.filter(({ state }) => state === 'running');
        const [own, ...samples] = await Promise.all([this.#sample(group), ...running.map(({ id }) => this.#sample(`${group}/${id}`))]);
        const containers = running.flatMap((container, index) => {
          const sample = samples[index];
          return sample === undefined ? [] : [{ view: container, group: `${group}/${container.id}`, sample }];
        });
        return { view, group, own, containers };
      }),
    );
  }

  #remember(node: Sample | undefined, pods: readonly PodSample[]): void {
    const next = new Map<string, Sample>();
    const keep = (group: string, sample: Sample | undefined): void => {
      const earlier = this.#earlier.get(group);
      const tooSoon = earlier !== undefined && sample !== undefined && sample.atMs - earlier.atMs < MIN_RATE_INTERVAL_MS;
      const kept = tooSoon ? earlier : sample;
      if (kept !== undefined) next.set(group, kept);
    };
    keep(this.#parts.scope.cgroupRoot, node);
    for (const { group, own, containers } of pods) {
      keep(group, own);
      for (const container of containers) keep(container.group, container.sample);
    }
    this.#earlier = next;
  }

  #usage(group: string, { figures, atMs }: Sample, before: ReadonlyMap<string, Sample>): { cpu: object; memory: object } {
    const time = printTime(atMs);
    const earlier = before.get(group);
    const elapsedMs = earlier === undefined ? 0 : atMs - earlier.atMs;
    // N1
    const rate =
      earlier === undefined || elapsedMs < MIN_RATE_INTERVAL_MS
        ? undefined
        : ((figures.cpuUsageNs - earlier.figures.cpuUsageNs) / elapsedMs) * 1000;
    const { limitBytes, usageBytes, workingSetBytes, rssBytes, pageFaults, majorPageFaults } = figures;
    return {
      cpu: {
        time,
        ...(rate === undefined ? {} : { usageNanoCores: Math.max(0, Math.round(rate)) }),
        usageCoreNanoSeconds: figures.cpuUsageNs,
      },
      memory: {
        time,
        ...(limitBytes === undefined ? {} : { availableBytes: Math.max(0, limitBytes - workingSetBytes) }),
        usageBytes,
        workingSetBytes,
        rssBytes,
        pageFaults,
        majorPageFaults,
      },
    };
  }

  async #podSummary({ view, group, own, containers }: PodSample, before: ReadonlyMap<string, Sample>): Promise<object> {
    const { scope } = this.#parts;
    const { name, namespace, uid } = view.pod.metadata;
    const processes = await cgroupProcesses(scope.cgroups, group);
    const [pid] = processes;
    const interfaces = pid === undefined || view.pod.spec.hostNetwork === true ? [] : await readInterfaces(pid);
    const main = interfaces.find((each) => each.name === 'eth0') ?? interfaces[0];
    return {
      podRef: { name, namespace, uid },
      startTime: view.pod.status.startTime ?? view.pod.metadata.creationTimestamp,
      containers: containers.map((container) => ({
        name: container.view.name,
        startTime: printTime(container.view.createdAtMs),
        ...this.#usage(container.group, container.sample, before),
      })),
      ...(own === undefined ? {} : this.#usage(group, own, before)),
      ...(main === undefined || own === undefined ? {} : { network: { time: printTime(own.atMs), ...main, interfaces } }),
      process_stats: { process_count: processes.size },
    };
  }

  async #fileSystem(folder: string): Promise<object> {
    const { bsize, blocks, bavail, bfree, files, ffree } = await statfs(this.#parts.scope.hostPath(folder));
    return {
      time: printTime(this.#parts.clock.now()),
      availableBytes: bavail * bsize,
      capacityBytes: blocks * bsize,
      usedBytes: (blocks - bfree) * bsize,
      inodesFree: ffree,
      inodes: files,
      inodesUsed: files - ffree,
    };
  }
}
