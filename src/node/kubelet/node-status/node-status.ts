// The status of the node, from what the machine and the runtime say. Pure.

import type { Node, NodeCondition, NodeStatus } from '../../../api/core/v1/node.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import type { MachineFacts } from './machine.ts';

export const KUBELET_VERSION = 'v1.36.3';

export interface NodeFacts {
  readonly machine: MachineFacts;
  readonly nodeName: string;
  readonly address: string;
  readonly maxPods: number;
  readonly kubeletPort: number;
  /** `containerd://1.6.20`; '' while the runtime is away. */
  readonly runtimeVersion: string;
  /** Why the node is not ready; undefined when it is. */
  readonly problem: string | undefined;
  readonly images: NonNullable<NodeStatus['images']>;
  readonly handlers: NonNullable<NodeStatus['runtimeHandlers']>;
  readonly nowMs: number;
}

const EVICTION_MEMORY_BYTES = 100 * 1024 * 1024;
const DISK_SHARE = 0.9;
const MAX_IMAGES = 50;

/** What the kubelet reports of the node. */
export function nodeStatus(facts: NodeFacts, before: NodeStatus | undefined): NodeStatus {
  const { machine } = facts;
  const pods = String(facts.maxPods);
  const capacity = {
    cpu: String(machine.cpus),
    'ephemeral-storage': `${Math.floor(machine.diskBytes / 1024)}Ki`,
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: `${Math.floor(machine.memoryBytes / 1024)}Ki`,
    pods,
  };
  const allocatable = {
    ...capacity,
    'ephemeral-storage': String(Math.floor(machine.diskBytes * DISK_SHARE)),
    memory: `${Math.floor((machine.memoryBytes - EVICTION_MEMORY_BYTES) / 1024)}Ki`,
  };
  const kept = before === undefined ? {} : { volumesInUse: before.volumesInUse, volumesAttached: before.volumesAttached };
  return {
    ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
    capacity,
    allocatable,
    conditions: nodeConditions(facts, before?.conditions),
    addresses: [
      { type: 'InternalIP', address: facts.address },
      { type: 'Hostname', address: facts.nodeName },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: facts.kubeletPort } },
    nodeInfo: {
      machineID: machine.machineId,
      systemUUID: machine.systemUuid,
      bootID: machine.bootId,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: facts.runtimeVersion,
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: machine.architecture,
    },
    images: facts.images.slice(0, MAX_IMAGES),
    runtimeHandlers: facts.handlers,
  };
}

const PRESSURES = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
] as const;

function nodeConditions(facts: NodeFacts, before: readonly NodeCondition[] | undefined): readonly NodeCondition[] {
  const now = printTime(facts.nowMs);
  const condition = (type: string, status: string, reason: string, message: string): NodeCondition => {
    const old = (before ?? []).find((each) => each.type === type);
    return {
      type,
      status,
      lastHeartbeatTime: now,
      lastTransitionTime: old?.status === status ? old.lastTransitionTime : now,
      reason,
      message,
    };
  };
  const ready =
    facts.problem === undefined
      ? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
      : condition('Ready', 'False', 'KubeletNotReady', facts.problem);
  const own = [...PRESSURES.map(([type, reason, message]) => condition(type, 'False', reason, message)), ready];
  const foreign = (before ?? []).filter(({ type }) => !own.some((each) => each.type === type));
  return [...foreign, ...own];
}

/** Whether anything but the heartbeat differs. */
export function differs(before: NodeStatus, next: NodeStatus): boolean {
  const still = (status: NodeStatus): string =>
    JSON.stringify({ ...status, conditions: (status.conditions ?? []).map((condition) => ({ ...condition, lastHeartbeatTime: '' })) });
  return still(before) !== still(next);
}

/** The labels that every node has. */
export function nodeLabels(nodeName: string, architecture: string): Readonly<Record<string, string>> {
  return {
    'beta.kubernetes.io/arch': architecture,
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': architecture,
    'kubernetes.io/hostname': nodeName,
    'kubernetes.io/os': 'linux',
  };
}

/** Whether the node is ready by what it reported. */
export const isReady = (node: Pick<Node, 'status'>): boolean =>
  (node.status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');
