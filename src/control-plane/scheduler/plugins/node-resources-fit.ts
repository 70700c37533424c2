// NodeResourcesFit: keeps Pods off Nodes without enough free, and prefers the emptier ones.

import { amountsOf } from '../pod-usage.ts';
import type { ClusterEvent, UsagePlugin } from '../framework.ts';
import { MAX_SCORE } from '../framework.ts';
import type { NodeTable, ResourceColumn } from '../node-table.ts';
import type { PodInfo } from '../pod-info.ts';

const NAME = 'NodeResourcesFit';
const WEIGHT = 1;

interface Demand {
  readonly name: string;
  readonly amount: number;
  readonly column: ResourceColumn | undefined;
}

const NATIVE_ORDER = ['cpu', 'memory', 'ephemeral-storage'];

function demandsOf({ usage }: PodInfo, nodes: NodeTable): Demand[] {
  const names = [...NATIVE_ORDER.filter((name) => usage.amounts.has(name)), ...[...usage.amounts.keys()].filter((name) => !NATIVE_ORDER.includes(name))];
  return names.map((name) => ({ name, amount: usage.amounts.get(name) ?? 0, column: nodes.resource(name) }));
}

const free = (column: ResourceColumn | undefined, slot: number): number => (column === undefined ? 0 : (column.allocatable[slot] ?? 0) - (column.requested[slot] ?? 0));

/** Everything that the Node has too little of, and whether its sheer size is the reason. */
function shortages(demands: readonly Demand[], nodes: NodeTable, slot: number): { readonly reasons: string[]; readonly preemptable: boolean } {
  const reasons = free(nodes.pods, slot) < 1 ? ['Too many pods'] : [];
  let preemptable = true;
  for (const { name, amount, column } of demands) {
    if (amount <= free(column, slot)) continue;
    reasons.push(`Insufficient ${name}`);
    if (amount > (column?.allocatable[slot] ?? 0)) preemptable = false;
  }
  return { reasons, preemptable };
}

/** Whether a Node that came or changed could hold the Pod if it were empty, and has gained something. */
function nodeHelps({ usage }: PodInfo, { object, previous }: Extract<ClusterEvent, { resource: 'nodes' }>): boolean {
  const now = amountsOf(object.status.allocatable);
  if ((now.get('pods') ?? 0) < 1 || [...usage.amounts].some(([name, amount]) => amount > (now.get(name) ?? 0))) return false;
  if (previous === undefined) return true;
  const before = amountsOf(previous.status.allocatable);
  return ['pods', ...usage.amounts.keys()].some((name) => (now.get(name) ?? 0) > (before.get(name) ?? 0));
}

export const nodeResourcesFit: UsagePlugin = {
  name: NAME,

  retryOn: [
    { resource: 'nodes', events: ['add', 'update'] },
    { resource: 'pods', events: ['update', 'delete'] },
  ],

  // A Pod that goes always frees at least its place among the Pods of its Node.
  helps: (pod, event) => event.resource === 'pods' || nodeHelps(pod, event),

  filter(pod, { nodes }, verdicts) {
    const demands = demandsOf(pod, nodes);
    const { slots, size } = verdicts;
    const judge = (slot: number): void => {
      const { reasons, preemptable } = shortages(demands, nodes, slot);
      if (reasons.length > 0) verdicts.reject(slot, { plugin: NAME, reasons, preemptable });
    };
    const { allocatable: podsAllowed, requested: podsPresent } = nodes.pods;
    for (let slot = 0; slot < size; slot++) {
      if (slots[slot] === 0 && (podsAllowed[slot] ?? 0) - (podsPresent[slot] ?? 0) < 1) judge(slot);
    }
    for (const { amount, column } of demands) {
      const { allocatable, requested } = column ?? nodes.weighedCpu;
      for (let slot = 0; slot < size; slot++) {
        if (slots[slot] === 0 && (column === undefined || (allocatable[slot] ?? 0) - (requested[slot] ?? 0) < amount)) judge(slot);
      }
    }
  },

  score({ usage }, { nodes }, candidates, scores) {
    const { cpu, memory, weighedCpu, weighedMemory } = nodes;
    for (let index = 0; index < candidates.length; index++) {
      const slot = candidates[index] ?? 0;
      const cpuSize = cpu.allocatable[slot] ?? 0;
      const memorySize = memory.allocatable[slot] ?? 0;
      const ofCpu = unused((weighedCpu.requested[slot] ?? 0) + usage.weighedCpu, cpuSize);
      const ofMemory = unused((weighedMemory.requested[slot] ?? 0) + usage.weighedMemory, memorySize);
      const counted = (cpuSize === 0 ? 0 : 1) + (memorySize === 0 ? 0 : 1);
      if (counted > 0) scores[index] = (scores[index] ?? 0) + WEIGHT * Math.trunc((ofCpu + ofMemory) / counted);
    }
  },
};

function unused(requested: number, size: number): number {
  return size === 0 || requested > size ? 0 : Math.trunc(((size - requested) * MAX_SCORE) / size);
}
