// Names and addresses of a cluster's nodes: they follow from their number, so that a node keeps both for good.

import { nodeAddress, subnetOf } from '../../node/network/index.ts';
import type { NodeRecord } from './cluster-record.ts';

/** `count` nodes: the first bears the cluster's name, the others a number besides. */
export function planNodes(cluster: string, count: number, cidrs: { readonly nodeCidr: string; readonly podCidr: string }): NodeRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    name: index === 0 ? cluster : `${cluster}-${index + 1}`,
    address: nodeAddress(cidrs.nodeCidr, index + 1),
    podCidr: subnetOf(cidrs.podCidr, 24, index + 1),
  }));
}
