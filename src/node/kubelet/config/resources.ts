// What the kernel is told of a container's and a Pod's resources.

import type { Pod } from '../../../api/core/v1/pod.ts';
import { isSidecar, podLimits, podRequests } from '../../../api/core/v1/pod-resources.ts';
import { qosClassOf } from '../../../api/core/v1/pod-qos.ts';
import { milliValue, quantityToNumber } from '../../../machinery/quantity.ts';
import { lookup } from '../../../machinery/schema.ts';
import type { LinuxContainerResourcesInput } from '../../runtime/index.ts';
import type { AnyContainer } from '../seams.ts';

type Amounts = Readonly<Record<string, string>> | undefined;

const MIN_SHARES = 2;
const MAX_SHARES = 262_144;
const PERIOD_US = 100_000;
const MIN_QUOTA_US = 1_000;
const GUARANTEED_OOM_SCORE = -997;
const BEST_EFFORT_OOM_SCORE = 1000;
const SYSTEM_CRITICAL_PRIORITY = 2_000_000_000;

const milliCpu = (amounts: Amounts): number | undefined => {
  const cpu = lookup(amounts, 'cpu');
  return cpu === undefined ? undefined : milliValue(cpu);
};
const bytes = (amounts: Amounts): number => {
  const memory = lookup(amounts, 'memory');
  return memory === undefined ? 0 : quantityToNumber(memory);
};

/** The weight of a CPU request. */
export const cpuShares = (milli: number): number => Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.floor((milli * 1024) / 1000)));

/** The quota of a CPU limit in each period; 0 for none. */
export const cpuQuota = (milli: number): number => (milli === 0 ? 0 : Math.max(MIN_QUOTA_US, Math.floor((milli * PERIOD_US) / 1000)));

/** Limits of one container. */
export function containerResources(pod: Pod, container: AnyContainer, nodeMemoryBytes: number): LinuxContainerResourcesInput {
  const { requests, limits } = container.resources;
  const cpuLimit = milliCpu(limits) ?? milliCpu(pod.spec.resources?.limits);
  const memoryLimit = bytes(limits) || bytes(pod.spec.resources?.limits);
  return {
    cpuShares: cpuShares(milliCpu(requests) ?? cpuLimit ?? 0),
    cpuQuota: cpuQuota(cpuLimit ?? 0),
    cpuPeriod: PERIOD_US,
    oomScoreAdj: oomScore(pod, container, nodeMemoryBytes),
    ...(memoryLimit === 0 ? {} : { memoryLimitInBytes: memoryLimit }),
  };
}

/** Who the kernel kills first when the node runs out of memory. */
export function oomScore(pod: Pod, container: AnyContainer, nodeMemoryBytes: number): number {
  if ((pod.spec.priority ?? 0) >= SYSTEM_CRITICAL_PRIORITY) return GUARANTEED_OOM_SCORE;
  const qos = qosClassOf(pod.spec);
  if (qos === 'Guaranteed') return GUARANTEED_OOM_SCORE;
  if (qos === 'BestEffort') return BEST_EFFORT_OOM_SCORE;
  const share = (requested: number): number => 1000 - Math.trunc((1000 * requested) / nodeMemoryBytes);
  const spare = spareRequestPerContainer(pod);
  let score = share(bytes(container.resources.requests) + spare);
  if (isSidecar(container)) {
    const least = Math.min(...pod.spec.containers.map(({ resources }) => bytes(resources.requests)));
    score = Math.min(score, share(least + spare));
  }
  return Math.min(BEST_EFFORT_OOM_SCORE - 1, Math.max(1000 + GUARANTEED_OOM_SCORE, score));
}

/** The part of the Pod's own memory request that no container has asked for, divided among them. */
function spareRequestPerContainer({ spec }: Pod): number {
  const own = bytes(spec.resources?.requests);
  if (own === 0) return 0;
  const containers = [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)];
  const asked = containers.reduce((sum, { resources }) => sum + bytes(resources.requests), 0);
  return Math.max(0, Math.trunc((own - asked) / containers.length));
}

/** What binds a Pod's group as a whole; undefined where there is no limit. */
export interface PodLimits {
  readonly cpuShares: number;
  readonly cpuQuotaUs: number | undefined;
  readonly cpuPeriodUs: number;
  readonly memoryBytes: number | undefined;
}

/** A limit binds the Pod only when every container has one, or the Pod itself. */
export function podCgroupLimits(pod: Pod): PodLimits {
  const { spec } = pod;
  const qos = qosClassOf(spec);
  const requests = podRequests(spec);
  const limits = podLimits(spec);
  const everyone = [...spec.containers, ...(spec.initContainers ?? [])];
  const declared = (name: 'cpu' | 'memory'): boolean =>
    lookup(spec.resources?.limits, name) !== undefined || everyone.every(({ resources }) => lookup(resources.limits, name) !== undefined);
  const quota = qos !== 'BestEffort' && declared('cpu') ? cpuQuota(milliCpu(limits) ?? 0) : 0;
  const memory = qos !== 'BestEffort' && declared('memory') ? bytes(limits) : 0;
  return {
    cpuShares: qos === 'BestEffort' ? MIN_SHARES : cpuShares(milliCpu(requests) ?? 0),
    cpuQuotaUs: quota === 0 ? undefined : quota,
    cpuPeriodUs: PERIOD_US,
    memoryBytes: memory === 0 ? undefined : memory,
  };
}
