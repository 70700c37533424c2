// ImageLocality: prefers Nodes that have the Pod's images already, the more so the larger and the more common these are.

import { MAX_SCORE } from '../framework.ts';
import type { ClusterPlugin } from '../framework.ts';

const WEIGHT = 1;
const MIB = 1024 * 1024;
const LEAST = 23 * MIB;
const MOST_PER_CONTAINER = 1000 * MIB;

export const imageLocality: ClusterPlugin = {
  name: 'ImageLocality',

  // It rejects nothing.
  retryOn: [],

  score({ pod }, { nodes, images }, candidates, scores) {
    const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
    const wanted = [...containers.map(({ image }) => image), ...(pod.spec.volumes ?? []).map(({ image }) => image?.reference)];
    const held = wanted.map((name) => (name === undefined ? undefined : images.holders(name))).filter((holders) => holders !== undefined);
    if (held.length === 0) return;
    const most = MOST_PER_CONTAINER * containers.length;
    for (let index = 0; index < candidates.length; index++) {
      const name = nodes.names[candidates[index] ?? 0] ?? '';
      let sum = 0;
      for (const holders of held) sum += Math.trunc(((holders.get(name) ?? 0) * holders.size) / nodes.size);
      const bounded = Math.min(Math.max(sum, LEAST), most);
      scores[index] = (scores[index] ?? 0) + WEIGHT * Math.trunc((MAX_SCORE * (bounded - LEAST)) / (most - LEAST));
    }
  },
};
