// PodTopologySpread: spreads replicas over Nodes and zones. Only what holds for every replica is here; a Pod's own
// constraints have their place in this file, too.

import { MAX_SCORE } from '../framework.ts';
import type { ClusterPlugin } from '../framework.ts';
import type { NodeTable } from '../node-table.ts';
import type { Snapshot } from '../snapshot.ts';
import type { NodeCounts } from '../spread-groups.ts';

const WEIGHT = 2;
// How uneven Nodes and zones may be before it counts in full.
const NODE_SKEW = 3;
const ZONE_SKEW = 5;

/** Replicas by zone, of the zones that have candidates. */
function countZones(like: NodeCounts, nodes: NodeTable, candidates: Int32Array): ReadonlyMap<string, number> {
  const zones = new Map<string, number>();
  if (!nodes.hasZones) return zones;
  for (const slot of candidates) {
    const zone = nodes.zones[slot] ?? '';
    if (zone !== '') zones.set(zone, 0);
  }
  for (const [name, count] of like) {
    const zone = nodes.zones[nodes.slotOf(name) ?? -1] ?? '';
    const present = zones.get(zone);
    if (present !== undefined) zones.set(zone, present + count);
  }
  return zones;
}

/** How crowded each candidate is with the Pod's like. */
function crowding(like: NodeCounts, { nodes }: Snapshot, candidates: Int32Array): Float64Array {
  const zones = countZones(like, nodes, candidates);
  const nodeWeight = Math.log(candidates.length + 2);
  const zoneWeight = Math.log(zones.size + 2);
  const bySlot = new Uint32Array(nodes.size);
  for (const [name, count] of like) {
    const slot = nodes.slotOf(name);
    if (slot !== undefined) bySlot[slot] = count;
  }
  const crowded = new Float64Array(candidates.length);
  for (let index = 0; index < candidates.length; index++) {
    const slot = candidates[index] ?? 0;
    let sum = (bySlot[slot] ?? 0) * nodeWeight + NODE_SKEW - 1;
    const inZone = zones.size === 0 ? undefined : zones.get(nodes.zones[slot] ?? '');
    if (inZone !== undefined) sum += inZone * zoneWeight + ZONE_SKEW - 1;
    crowded[index] = Math.round(sum);
  }
  return crowded;
}

export const podTopologySpread: ClusterPlugin = {
  name: 'PodTopologySpread',

  // It rejects nothing yet.
  retryOn: [],

  score(pod, snapshot, candidates, scores) {
    if ((pod.pod.spec.topologySpreadConstraints ?? []).length > 0) return;
    const like = snapshot.groups.likeOf(pod, snapshot.placements());
    // The first replica is equally welcome everywhere.
    if (like === undefined || like.size === 0) return;
    const crowded = crowding(like, snapshot, candidates);
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (let index = 0; index < crowded.length; index++) {
      const value = crowded[index] ?? 0;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    for (let index = 0; index < candidates.length; index++) {
      const score = most === 0 ? MAX_SCORE : Math.trunc((MAX_SCORE * (most + least - (crowded[index] ?? 0))) / most);
      scores[index] = (scores[index] ?? 0) + WEIGHT * score;
    }
  },
};
