// Which ranges a new cluster uses, so that clusters stand side by side and reach what the machine reaches already.

import type { Clock } from '../../base/clock.ts';
import { runChecked } from '../scope/index.ts';
import { addressIn, overlaps } from './cidr.ts';

export interface ClusterCidrs {
  readonly nodeCidr: string;
  readonly podCidr: string;
  readonly serviceCidr: string;
}

const upTo = (count: number, range: (index: number) => string): string[] => Array.from({ length: count }, (_, index) => range(index));

// Upstream's customary ranges come first.
const NODES = upTo(64, (index) => `10.213.${index}.0/24`);
const PODS = ['10.244.0.0/16', ...upTo(64, (index) => `10.${128 + index}.0.0/16`)];
const SERVICES = ['10.96.0.0/16', ...upTo(32, (index) => `10.${32 + index}.0.0/16`)];

/** The first ranges of each kind that touch none of those taken. */
export function chooseClusterCidrs(taken: readonly string[]): ClusterCidrs {
  const first = (candidates: readonly string[], what: string): string => {
    const free = candidates.find((candidate) => !taken.some((other) => overlaps(candidate, other)));
    if (free === undefined) throw new Error(`no range is free for ${what}: the machine's routes take them all`);
    return free;
  };
  return { nodeCidr: first(NODES, 'nodes'), podCidr: first(PODS, 'Pods'), serviceCidr: first(SERVICES, 'Services') };
}

/** The ranges that the machine's addresses and routes cover. */
export async function takenCidrs(clock: Clock, signal: AbortSignal): Promise<string[]> {
  const { stdout } = await runChecked(['ip', '-4', 'route', 'show', 'table', 'all'], clock, { signal });
  return parseRoutedCidrs(stdout);
}

/** The destinations in the text of `ip route`, but for the default and for single broadcast and multicast addresses. */
export function parseRoutedCidrs(text: string): string[] {
  const words = text.split('\n').map((line) => line.trim().split(/\s+/));
  return words
    .map(([first = '', second = '']) => (['local', 'unreachable', 'blackhole', 'prohibit'].includes(first) ? second : first))
    .filter((target) => /^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(target));
}

/** The host's own address on the cluster's bridge: the nodes' gateway. */
export function gatewayAddress(nodeCidr: string): string {
  return addressIn(nodeCidr, 1);
}

/** The address of the cluster's node number `index`, counted from 1. */
export function nodeAddress(nodeCidr: string, index: number): string {
  return addressIn(nodeCidr, 1 + index);
}
