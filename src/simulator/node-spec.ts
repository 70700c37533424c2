// What a simulated Node looks like in the API.

import type { Node } from '../api/core/v1/node.ts';
import type { Sparse } from '../client/sparse.ts';
import { printTime } from '../machinery/timestamp.ts';

/** A Node to simulate; everything but the name has a default. */
export interface SimulatedNode {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: NonNullable<Node['spec']['taints']>;
  /** Replaces single resources of the default capacity. */
  readonly capacity?: Readonly<Record<string, string>>;
}

const CAPACITY = { cpu: '8', memory: '32Gi', 'ephemeral-storage': '256Gi', pods: '110' };
const PRESSURES = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
] as const;

/** As many Nodes as asked for, or those described. */
export function simulatedNodes(nodes: number | readonly SimulatedNode[]): readonly SimulatedNode[] {
  return typeof nodes === 'number' ? Array.from({ length: nodes }, (_, index) => ({ name: `node-${index + 1}` })) : nodes;
}

/** The conditions of a healthy Node. */
export function nodeConditions(
  nowMs: number,
  previous: Node['status']['conditions'] = [],
): NonNullable<Sparse<Node>['status']>['conditions'] {
  const at = printTime(nowMs);
  const since = (type: string, status: string): string =>
    previous.find((each) => each.type === type && each.status === status)?.lastTransitionTime ?? at;
  return [
    ...PRESSURES.map(([type, reason, message]) => ({
      type,
      status: 'False',
      reason,
      message,
      lastHeartbeatTime: at,
      lastTransitionTime: since(type, 'False'),
    })),
    {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
      lastHeartbeatTime: at,
      lastTransitionTime: since('Ready', 'True'),
    },
  ];
}

/** The Node's own address: the index makes it its own. */
export const nodeAddress = (index: number): string => `172.${16 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;

/** The object that registers the Node. */
export function nodeObject(
  { name, labels = {}, taints, capacity = {} }: SimulatedNode,
  index: number,
  version: string,
  nowMs: number,
): Sparse<Node> {
  const resources = { ...CAPACITY, ...capacity };
  const platform = { 'kubernetes.io/arch': 'amd64', 'kubernetes.io/os': 'linux', 'kubernetes.io/hostname': name };
  return {
    metadata: { name, labels: { ...platform, ...labels } },
    spec: taints === undefined ? {} : { taints },
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: nodeConditions(nowMs),
      addresses: [
        { type: 'InternalIP', address: nodeAddress(index + 1) },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
      nodeInfo: {
        machineID: name,
        systemUUID: name,
        bootID: name,
        kernelVersion: 'simulated',
        osImage: 'simulated',
        containerRuntimeVersion: 'simulated://1',
        kubeletVersion: version,
        kubeProxyVersion: version,
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  };
}
