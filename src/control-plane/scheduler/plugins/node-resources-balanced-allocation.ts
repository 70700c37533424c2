// NodeResourcesBalancedAllocation: prefers Nodes whose processors and memory the Pod brings closer to being equally used.

import { MAX_SCORE } from '../framework.ts';
import type { ResourcePlugin } from '../framework.ts';

const WEIGHT = 1;
const HALF = MAX_SCORE / 2;

function evenness(cpu: number, cpuSize: number, memory: number, memorySize: number): number {
  if (cpuSize === 0 || memorySize === 0) return MAX_SCORE;
  const deviation = Math.abs(Math.min(1, cpu / cpuSize) - Math.min(1, memory / memorySize)) / 2;
  return Math.trunc((1 - deviation) * MAX_SCORE);
}

export const nodeResourcesBalancedAllocation: ResourcePlugin = {
  name: 'NodeResourcesBalancedAllocation',

  // It rejects nothing.
  retryOn: [],

  score({ amounts }, { cpu, memory }, slot) {
    const addedCpu = amounts.get('cpu') ?? 0;
    const addedMemory = amounts.get('memory') ?? 0;
    // A Pod that asks for nothing changes no balance.
    if (addedCpu === 0 && addedMemory === 0) return 0;
    const cpuSize = cpu.allocatable[slot] ?? 0;
    const memorySize = memory.allocatable[slot] ?? 0;
    const usedCpu = cpu.requested[slot] ?? 0;
    const usedMemory = memory.requested[slot] ?? 0;
    const after = evenness(usedCpu + addedCpu, cpuSize, usedMemory + addedMemory, memorySize);
    const before = evenness(usedCpu, cpuSize, usedMemory, memorySize);
    return WEIGHT * (HALF + Math.trunc((HALF + after - before) / 2));
  },
};
