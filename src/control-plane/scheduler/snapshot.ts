// What the scheduler knows of the cluster: Nodes, and the Pods on them, also those whose binding is still under way.
//
// S1. It is changed by informer events and by assuming, both between cycles; a cycle sees it stand still.
// S2. A Pod counts from the moment it is assumed; what the informers then say replaces the assumption.
// S3. Pods may be known before their Node; they count as soon as it comes.

import type { Node } from '../../api/core/v1/node.ts';
import { ImageIndex } from './image-index.ts';
import { NodeTable } from './node-table.ts';
import type { PodInfo } from './pod-info.ts';
import { SpreadGroups } from './spread-groups.ts';

/** A Pod on a Node. */
export interface Placement {
  readonly pod: PodInfo;
  readonly nodeName: string;
  /** Whether the informers have not shown it there yet. */
  readonly assumed: boolean;
}

/** Nodes and what runs on them. */
export class Snapshot {
  readonly nodes = new NodeTable();
  readonly images = new ImageIndex();
  readonly groups = new SpreadGroups();
  readonly #placed = new Map<string, Placement>();
  readonly #onNode = new Map<string, Set<Placement>>();
  readonly #portHolders = new Map<string, Set<Placement>>();

  /** Pods that listen on ports of their Node, by its name. */
  get portHolders(): ReadonlyMap<string, ReadonlySet<Placement>> {
    return this.#portHolders;
  }

  placements(): Iterable<Placement> {
    return this.#placed.values();
  }

  /** Where a Pod is. */
  placementOf(uid: string): Placement | undefined {
    return this.#placed.get(uid);
  }

  setNode(node: Node): void {
    const { slot, added } = this.nodes.set(node);
    this.images.set(node);
    if (!added) return;
    for (const { pod } of this.#onNode.get(node.metadata.name ?? '') ?? []) this.#count(slot, pod, 1);
  }

  removeNode(name: string): void {
    this.nodes.remove(name);
    this.images.remove(name);
  }

  /** Counts a Pod on the Node that was picked for it, before the binding is written. */
  assume(pod: PodInfo, nodeName: string): void {
    this.#place({ pod, nodeName, assumed: true });
  }

  /** Counts a Pod where the API says that it is. */
  confirm(pod: PodInfo, nodeName: string): void {
    this.#place({ pod, nodeName, assumed: false });
  }

  /** Takes a Pod off its Node; gives what was there. */
  remove(uid: string): Placement | undefined {
    const placement = this.#placed.get(uid);
    if (placement === undefined) return undefined;
    const { pod, nodeName } = placement;
    this.#placed.delete(uid);
    drop(this.#onNode, nodeName, placement);
    drop(this.#portHolders, nodeName, placement);
    this.groups.count(pod, nodeName, -1);
    const slot = this.nodes.slotOf(nodeName);
    if (slot !== undefined) this.#count(slot, pod, -1);
    return placement;
  }

  #place(placement: Placement): void {
    const { pod, nodeName } = placement;
    this.remove(pod.uid);
    this.#placed.set(pod.uid, placement);
    put(this.#onNode, nodeName, placement);
    if (pod.ports.length > 0) put(this.#portHolders, nodeName, placement);
    this.groups.count(pod, nodeName, 1);
    const slot = this.nodes.slotOf(nodeName);
    if (slot !== undefined) this.#count(slot, pod, 1);
  }

  #count(slot: number, { usage }: PodInfo, sign: 1 | -1): void {
    this.nodes.count(slot, usage.amounts, usage.weighedCpu, usage.weighedMemory, sign);
  }
}

function put(index: Map<string, Set<Placement>>, nodeName: string, placement: Placement): void {
  const present = index.get(nodeName);
  if (present === undefined) index.set(nodeName, new Set([placement]));
  else present.add(placement);
}

function drop(index: Map<string, Set<Placement>>, nodeName: string, placement: Placement): void {
  const present = index.get(nodeName);
  present?.delete(placement);
  if (present?.size === 0) index.delete(nodeName);
}
