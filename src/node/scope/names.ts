// The names of what a cluster and a node own on the machine: all follow from the cluster's and the node's names, so that
// leftovers of a crash are found without a record.

import { createHash } from 'node:crypto';

/** Linux refuses longer names of interfaces. */
const INTERFACE_NAME_LIMIT = 15;

const digest = (text: string, length: number): string => createHash('sha256').update(text).digest('hex').slice(0, length);

/** What one cluster owns in the host's own namespace. */
export interface ClusterNames {
  readonly bridge: string;
  readonly nftTable: string;
  readonly cgroup: string;
}

/** What one node owns besides. */
export interface NodeNames {
  readonly netns: string;
  readonly veth: string;
  readonly bridge: string;
  readonly nftTable: string;
}

export function clusterNames(cluster: string): ClusterNames {
  const plain = `tyke-${cluster}`;
  // Bridges of long names are told apart by a digest; `tyk` cannot be the start of a plain one.
  const bridge = plain.length <= INTERFACE_NAME_LIMIT ? plain : `tyk${digest(cluster, 12)}`;
  return { bridge, nftTable: plain, cgroup: `/${plain}` };
}

export function nodeNames(cluster: string, node: string): NodeNames {
  const { bridge, nftTable } = clusterNames(cluster);
  return { netns: `tyke-${cluster}-${node}`, veth: `tv${digest(`${cluster}/${node}`, 12)}`, bridge, nftTable };
}

/** The node's cgroup in every hierarchy. */
export function nodeCgroup(cluster: string, node: string): string {
  return `${clusterNames(cluster).cgroup}/${node}`;
}
