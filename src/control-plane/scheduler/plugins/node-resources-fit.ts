// NodeResourcesFit: keeps Pods off Nodes without enough free, and prefers the emptier ones.

import { amountsOf } from '../pod-usage.ts';
import type { PodUsage } from '../pod-usage.ts';
import { MAX_SCORE } from '../framework.ts';
import type { ClusterEvent, Rejects, ResourcePlugin } from '../framework.ts';
import type { NodeTable, ResourceColumn } from '../node-table.ts';
import type { PodInfo } from '../pod-info.ts';

const WEIGHT = 1;

const free = (column: ResourceColumn | undefined, slot: number): number =>
  column === undefined ? 0 : (column.allocatable[slot] ?? 0) - (column.requested[slot] ?? 0);

/** Everything that the Node has too little of, and whether its sheer size is the reason. */
function shortages({ amounts }: PodUsage, nodes: NodeTable, slot: number): Rejects | undefined {
  const reasons = free(nodes.pods, slot) < 1 ? ['Too many pods'] : [];
  let preemptable = true;
  for (const [name, amount] of amounts) {
    const column = nodes.resource(name);
    if (amount <= free(column, slot)) continue;
    reasons.push(`Insufficient ${name}`);
    if (amount > (column?.allocatable[slot] ?? 0)) preemptable = false;
  }
  return reasons.length === 0 ? undefined : { fits: false, reasons, preemptable };
}

/** Whether a Node that came or changed could hold the Pod if it were empty, and has gained something. */
function nodeHelps({ usage }: PodInfo, { object, previous }: Extract<ClusterEvent, { resource: 'nodes' }>): boolean {
  const now = amountsOf(object.status.allocatable);
  if ((now.get('pods') ?? 0) < 1 || [...usage.amounts].some(([name, amount]) => amount > (now.get(name) ?? 0))) return false;
  if (previous === undefined) return true;
  const before = amountsOf(previous.status.allocatable);
  return ['pods', ...usage.amounts.keys()].some((name) => (now.get(name) ?? 0) > (before.get(name) ?? 0));
}

/** How much of a Node stays unused, of 100. */
function unused(requested: number, size: number): number {
  return size === 0 || requested > size ? 0 : Math.trunc(((size - requested) * MAX_SCORE) / size);
}

export const nodeResourcesFit: ResourcePlugin = {
  name: 'NodeResourcesFit',

  retryOn: [
    { resource: 'nodes', events: ['add', 'update'] },
    { resource: 'pods', events: ['update', 'delete'] },
  ],

  // A Pod that goes always frees at least its place among the Pods of its Node.
  helps: (pod, event) => event.resource === 'pods' || nodeHelps(pod, event),

  filter: shortages,

  score(usage, { cpu, memory, weighedCpu, weighedMemory }, slot) {
    const cpuSize = cpu.allocatable[slot] ?? 0;
    const memorySize = memory.allocatable[slot] ?? 0;
    const counted = (cpuSize === 0 ? 0 : 1) + (memorySize === 0 ? 0 : 1);
    if (counted === 0) return 0;
    const ofCpu = unused((weighedCpu.requested[slot] ?? 0) + usage.weighedCpu, cpuSize);
    const ofMemory = unused((weighedMemory.requested[slot] ?? 0) + usage.weighedMemory, memorySize);
    return WEIGHT * Math.trunc((ofCpu + ofMemory) / counted);
  },
};
