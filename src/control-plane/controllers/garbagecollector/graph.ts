// Who owns whom: the graph that the garbage collector decides by. Pure: each change says whose deletion or orphaning to look into.
//
// G1. An owner that no informer has shown yet is a virtual node, and is looked into at once: it may not exist.
// G2. What an informer shows replaces what was guessed of a virtual node.

import type { KubeObject } from '../../../machinery/kind.ts';
import type { OwnerReference } from '../../../machinery/object-meta.ts';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** Where an object lies. */
export interface Identity {
  readonly uid: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface GraphNode {
  identity: Identity;
  owners: readonly OwnerReference[];
  readonly dependents: Set<GraphNode>;
  virtual: boolean;
  isBeingDeleted: boolean;
  isDeletingDependents: boolean;
  isOrphaning: boolean;
}

/** Nodes to look into. */
export interface Effects {
  readonly remove: readonly GraphNode[];
  readonly orphan: readonly GraphNode[];
}

const NOTHING: Effects = { remove: [], orphan: [] };

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

/** Whether the reference can mean this node: kind, name, and a namespace that the dependent can reach. */
export function namesNode(reference: OwnerReference, dependent: Identity, { identity }: GraphNode): boolean {
  const reachable = identity.namespace === '' || identity.namespace === dependent.namespace;
  return (
    reference.kind === identity.kind &&
    groupOf(reference.apiVersion) === groupOf(identity.apiVersion) &&
    reference.name === identity.name &&
    reachable
  );
}

/** Dependents whose existence keeps the node while it is deleted in the foreground. */
export function blockingDependents(node: GraphNode): GraphNode[] {
  return [...node.dependents].filter(({ owners }) =>
    owners.some(({ uid, blockOwnerDeletion }) => uid === node.identity.uid && blockOwnerDeletion === true),
  );
}

export class OwnershipGraph {
  readonly #nodes = new Map<string, GraphNode>();

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** An informer shows an object. */
  observe(object: KubeObject): Effects {
    const { uid = '', namespace = '', name = '', ownerReferences = [], deletionTimestamp, finalizers = [] } = object.metadata;
    const remove = new Set<GraphNode>();
    const identity: Identity = { uid, apiVersion: object.apiVersion, kind: object.kind, namespace, name };
    const node = this.#nodes.get(uid) ?? this.#insert(identity, false);
    if (node.virtual) {
      node.virtual = false;
      node.identity = identity;
      // Those that named it by another place do not mean it.
      for (const dependent of node.dependents) {
        if (dependent.owners.some((reference) => reference.uid === uid && !namesNode(reference, dependent.identity, node)))
          remove.add(dependent);
      }
    }
    this.#setOwners(node, ownerReferences, remove);
    const goes = deletionTimestamp !== undefined;
    if (goes) node.isBeingDeleted = true;
    const orphan: GraphNode[] = [];
    const orphans = goes && finalizers.includes(ORPHAN);
    if (orphans && !node.isOrphaning) orphan.push(node);
    node.isOrphaning = orphans;
    if (goes && finalizers.includes(FOREGROUND) && !node.isDeletingDependents) {
      node.isDeletingDependents = true;
      for (const dependent of node.dependents) remove.add(dependent);
      remove.add(node);
    }
    return { remove: [...remove], orphan };
  }

  /** An object is gone: its dependents, and owners that waited for it, are looked into. */
  forget(uid: string): Effects {
    const node = this.#nodes.get(uid);
    if (node === undefined) return NOTHING;
    this.#nodes.delete(uid);
    const remove = new Set<GraphNode>(node.dependents);
    for (const reference of node.owners) {
      const owner = this.#nodes.get(reference.uid);
      owner?.dependents.delete(node);
      if (owner?.isDeletingDependents === true) remove.add(owner);
    }
    return { remove: [...remove], orphan: [] };
  }

  #insert(identity: Identity, virtual: boolean): GraphNode {
    const node: GraphNode = {
      identity,
      owners: [],
      dependents: new Set(),
      virtual,
      isBeingDeleted: false,
      isDeletingDependents: false,
      isOrphaning: false,
    };
    this.#nodes.set(identity.uid, node);
    return node;
  }

  #setOwners(node: GraphNode, next: readonly OwnerReference[], remove: Set<GraphNode>): void {
    const before = node.owners;
    node.owners = next;
    for (const old of before) {
      const now = next.find(({ uid }) => uid === old.uid);
      const owner = this.#nodes.get(old.uid);
      if (now === undefined) owner?.dependents.delete(node);
      const stillBlocks = now?.blockOwnerDeletion === true;
      if (owner !== undefined && old.blockOwnerDeletion === true && !stillBlocks && owner.isDeletingDependents) remove.add(owner);
    }
    for (const reference of next) {
      if (before.some(({ uid }) => uid === reference.uid)) continue;
      this.#attach(node, reference, remove);
    }
  }

  #attach(node: GraphNode, reference: OwnerReference, remove: Set<GraphNode>): void {
    const { uid, apiVersion, kind, name } = reference;
    let owner = this.#nodes.get(uid);
    if (owner === undefined) {
      owner = this.#insert({ uid, apiVersion, kind, name, namespace: node.identity.namespace }, true);
      remove.add(owner);
    } else if (!owner.virtual && !namesNode(reference, node.identity, owner)) {
      remove.add(node);
    } else if (owner.isDeletingDependents) {
      remove.add(node);
    }
    owner.dependents.add(node);
  }
}
