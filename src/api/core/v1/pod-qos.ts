// The quality-of-service class of a Pod: who is reclaimed from first when a node runs short.

import { addQuantities, compareQuantity, printQuantity, quantitySign } from '../../../machinery/quantity.ts';
import type { PodSpec } from './pod-spec.ts';
import type { ResourceRequirements } from './resource-requirements.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COMPUTE = ['cpu', 'memory'] as const;
type Sums = Map<string, string>;

/** Guaranteed: every container limits cpu and memory and requests as much; BestEffort: nothing asked or limited; else Burstable. */
export function qosClassOf(spec: Pick<PodSpec, 'resources' | 'containers' | 'initContainers'>): QosClass {
  const podLevel = spec.resources !== undefined;
  const parts: readonly ResourceRequirements[] = podLevel
    ? [spec.resources]
    : [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => resources);
  const requests: Sums = new Map();
  const limits: Sums = new Map();
  let allLimited = true;
  for (const part of parts) {
    addTo(requests, part.requests);
    const limited = addTo(limits, part.limits);
    const saysNothing = podLevel && Object.keys(part.limits ?? {}).length === 0;
    if (limited < COMPUTE.length && !saysNothing) allLimited = false;
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const equal = requests.size === limits.size && [...requests].every(([name, amount]) => sameAmount(amount, limits.get(name)));
  return allLimited && equal ? 'Guaranteed' : 'Burstable';
}

function addTo(sums: Sums, list: Readonly<Record<string, string>> | undefined): number {
  const named = COMPUTE.filter((name) => list?.[name] !== undefined && quantitySign(list[name]) > 0);
  for (const name of named) {
    const amount = list?.[name] ?? '0';
    const sum = sums.get(name);
    sums.set(name, sum === undefined ? amount : printQuantity(addQuantities(sum, amount)));
  }
  return named.length;
}

const sameAmount = (a: string, b: string | undefined): boolean => b !== undefined && compareQuantity(a, b) === 0;
