// What a scheduler plugin is, and the words in which it answers.
//
// F1. A node plugin's answer depends on the Node and on what `reads` names of the Pod, so answers are kept per Pod shape and Node.
// F2. A resource plugin's answer depends on one Node's numbers and the Pod's, so it is kept until either changes.
// F3. A cluster plugin's answer depends on which Pods run where; it judges all Nodes at once, for every Pod anew.
// F4. Every rejection names its plugin and its reasons, and says whether evicting Pods could undo it.

import type { Node } from '../../api/core/v1/node.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { NodeTable } from './node-table.ts';
import type { PodInfo } from './pod-info.ts';
import type { PodUsage } from './pod-usage.ts';
import type { Snapshot } from './snapshot.ts';
import type { Verdicts } from './verdicts.ts';

/** The best score that a plugin gives. */
export const MAX_SCORE = 100;

export interface Fits {
  readonly fits: true;
}

export interface Rejects {
  readonly fits: false;
  readonly reasons: readonly string[];
  /** Whether fewer Pods on the Node could change the answer. */
  readonly preemptable: boolean;
}

export type Verdict = Fits | Rejects;

export const fits: Fits = { fits: true };

/** Keeps the Pod off the Node, for a reason in upstream's words. */
export const rejects = (reason: string, { preemptable }: { readonly preemptable: boolean }): Rejects => ({
  fits: false,
  reasons: [reason],
  preemptable,
});

/** A rejection and the plugin that made it. */
export interface Rejection {
  readonly plugin: string;
  readonly reasons: readonly string[];
  readonly preemptable: boolean;
}

/** Something that happened in the cluster. */
export type ClusterEvent =
  | { readonly resource: 'nodes'; readonly event: 'add' | 'update'; readonly object: Node; readonly previous: Node | undefined }
  | { readonly resource: 'pods'; readonly event: 'update' | 'delete'; readonly object: Pod; readonly previous: Pod | undefined };

/** Which events may undo a plugin's rejection. `update` of `pods` means the waiting Pod itself, which is always tried again then. */
export interface RetryHint {
  readonly resource: ClusterEvent['resource'];
  readonly events: readonly ClusterEvent['event'][];
}

/** What a node plugin sees. */
export interface NodeView {
  readonly node: Node;
}

/** A score that depends on the Node and the Pod's shape only; it is scaled to 0…100 over the Nodes that fit. */
export interface NodeScore {
  readonly weight: number;
  /** Which raw values are better. */
  readonly better: 'higher' | 'lower';
  value(pod: Pod, view: NodeView): number;
}

export interface NodePlugin {
  readonly name: string;
  readonly retryOn: readonly RetryHint[];
  /** What of the Pod the answers depend on. */
  reads(pod: Pod): unknown;
  /** The only Nodes that can be meant, where the Pod names them. */
  pins?(pod: Pod): ReadonlySet<string> | undefined;
  filter?(pod: Pod, view: NodeView): Verdict;
  readonly score?: NodeScore;
}

/** A plugin that looks at one Node's own numbers: what it has, what is taken, what the Pod would take. */
export interface ResourcePlugin {
  readonly name: string;
  readonly retryOn: readonly RetryHint[];
  /** Whether the event could make a Node fit that this plugin rejected. */
  helps?(pod: PodInfo, event: ClusterEvent): boolean;
  /** Why the Node in a slot cannot hold the Pod; undefined when it can. */
  filter?(usage: PodUsage, nodes: NodeTable, slot: number): Rejects | undefined;
  /** The weighted score of the Node in a slot. */
  score?(usage: PodUsage, nodes: NodeTable, slot: number): number;
}

/** A plugin that looks at the cluster as a whole: which Pods run where. */
export interface ClusterPlugin {
  readonly name: string;
  readonly retryOn: readonly RetryHint[];
  /** Whether the event could make a Node fit that this plugin rejected. */
  helps?(pod: PodInfo, event: ClusterEvent): boolean;
  /** Rejects Nodes that are still unrejected and do not fit. */
  filter?(pod: PodInfo, snapshot: Snapshot, verdicts: Verdicts): void;
  /** Adds weighted scores for the candidate slots: `scores[i]` belongs to `candidates[i]`. */
  score?(pod: PodInfo, snapshot: Snapshot, candidates: Int32Array, scores: Float64Array): void;
}

/** All plugins. They are asked in this order; the first that rejects a Node is the one that is told of. */
export interface Plugins {
  readonly node: readonly NodePlugin[];
  readonly beforeResources: readonly ClusterPlugin[];
  readonly resource: readonly ResourcePlugin[];
  readonly afterResources: readonly ClusterPlugin[];
}
