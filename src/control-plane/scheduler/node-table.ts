// Nodes as columns of numbers, so that looking at all of them costs microseconds.
//
// N1. Slots are dense: 0 to size-1. Removing a Node moves the last one into its slot.
// N2. Two logs tell which slots changed, so that kept answers are mended and not made anew.

import { must } from '../../base/assert.ts';
import type { Node } from '../../api/core/v1/node.ts';
import { amountsOf } from './pod-usage.ts';
import { ChangeLog } from './change-log.ts';
import type { Amounts } from './pod-usage.ts';

const FIRST_CAPACITY = 64;
const ZONE_LABEL = 'topology.kubernetes.io/zone';

function grown(column: Float64Array, capacity: number): Float64Array {
  const larger = new Float64Array(capacity);
  larger.set(column);
  return larger;
}

/** One resource of all Nodes. */
export class ResourceColumn {
  allocatable: Float64Array;
  requested: Float64Array;

  constructor(capacity: number) {
    this.allocatable = new Float64Array(capacity);
    this.requested = new Float64Array(capacity);
  }

  grow(capacity: number): void {
    this.allocatable = grown(this.allocatable, capacity);
    this.requested = grown(this.requested, capacity);
  }

  move(from: number, to: number): void {
    this.allocatable[to] = this.allocatable[from] ?? 0;
    this.requested[to] = this.requested[from] ?? 0;
    this.allocatable[from] = 0;
    this.requested[from] = 0;
  }
}

/** What node plugins read of a Node: as long as it stays the same, so do their answers. */
const signatureOf = ({ metadata, spec }: Node): string => JSON.stringify([metadata.uid, metadata.labels, spec.taints, spec.unschedulable]);

/** All Nodes. */
export class NodeTable {
  /** Slots whose Node is another, or has other labels, taints or cordon. */
  readonly identities = new ChangeLog();
  /** Slots that have other numbers. */
  readonly numbers = new ChangeLog();
  readonly cpu = new ResourceColumn(FIRST_CAPACITY);
  readonly memory = new ResourceColumn(FIRST_CAPACITY);
  /** Allowed and present Pods. */
  readonly pods = new ResourceColumn(FIRST_CAPACITY);
  /** Requests as they are weighed (containers that ask for nothing count as small ones); nothing is allocatable here. */
  readonly weighedCpu = new ResourceColumn(FIRST_CAPACITY);
  readonly weighedMemory = new ResourceColumn(FIRST_CAPACITY);
  readonly #resources = new Map<string, ResourceColumn>([
    ['cpu', this.cpu],
    ['memory', this.memory],
  ]);
  readonly #slots = new Map<string, number>();
  readonly #nodes: Node[] = [];
  readonly #names: string[] = [];
  readonly #zones: string[] = [];
  readonly #signatures: string[] = [];
  #kept: readonly string[] | undefined;
  #zoned = 0;
  #capacity = FIRST_CAPACITY;

  get size(): number {
    return this.#nodes.length;
  }

  /** Names by slot. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Names by slot as they are now: a copy that stays, shared until a Node comes or goes. */
  keptNames(): readonly string[] {
    this.#kept ??= this.#names.slice();
    return this.#kept;
  }

  /** Nodes by slot. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** Zones by slot; empty where a Node is in none. */
  get zones(): readonly string[] {
    return this.#zones;
  }

  get hasZones(): boolean {
    return this.#zoned > 0;
  }

  slotOf(name: string): number | undefined {
    return this.#slots.get(name);
  }

  /** The column of a resource; undefined where no Node has it and no Pod asked for it. */
  resource(name: string): ResourceColumn | undefined {
    return this.#resources.get(name);
  }

  /** Adds or replaces a Node; the slot is returned, and whether it is new. */
  set(node: Node): { readonly slot: number; readonly added: boolean } {
    const name = node.metadata.name ?? '';
    const present = this.#slots.get(name);
    const slot = present ?? this.#nodes.length;
    if (slot >= this.#capacity) this.#grow();
    this.#slots.set(name, slot);
    const signature = signatureOf(node);
    if (this.#signatures[slot] !== signature || present === undefined) this.identities.add(slot);
    if (present === undefined) this.#kept = undefined;
    this.#nodes[slot] = node;
    this.#names[slot] = name;
    this.#signatures[slot] = signature;
    this.#setZone(slot, node.metadata.labels?.[ZONE_LABEL] ?? '');
    this.#setAllocatable(slot, amountsOf(node.status.allocatable));
    return { slot, added: present === undefined };
  }

  remove(name: string): void {
    const slot = this.#slots.get(name);
    if (slot === undefined) return;
    const last = this.#nodes.length - 1;
    this.#kept = undefined;
    this.#setZone(slot, '');
    this.#slots.delete(name);
    for (const column of this.#columns()) column.move(last, slot);
    const moved = must(this.#nodes[last], 'the last node');
    if (slot !== last) this.#slots.set(moved.metadata.name ?? '', slot);
    for (const list of [this.#nodes, this.#names, this.#zones, this.#signatures] as unknown[][]) {
      list[slot] = list[last];
      list.length = last;
    }
    this.identities.add(slot);
    this.numbers.add(slot);
  }

  /** Counts what a Pod takes (`sign` 1) or gives back (-1). */
  count(slot: number, amounts: Amounts, weighedCpu: number, weighedMemory: number, sign: 1 | -1): void {
    for (const [name, amount] of amounts) add(this.#column(name).requested, slot, sign * amount);
    add(this.pods.requested, slot, sign);
    add(this.weighedCpu.requested, slot, sign * weighedCpu);
    add(this.weighedMemory.requested, slot, sign * weighedMemory);
    this.numbers.add(slot);
  }

  #setZone(slot: number, zone: string): void {
    const before = this.#zones[slot] ?? '';
    this.#zones[slot] = zone;
    this.#zoned += (zone === '' ? 0 : 1) - (before === '' ? 0 : 1);
  }

  #setAllocatable(slot: number, amounts: Amounts): void {
    this.numbers.add(slot);
    for (const [name, column] of this.#resources) column.allocatable[slot] = amounts.get(name) ?? 0;
    for (const [name, amount] of amounts) {
      if (name === 'pods') this.pods.allocatable[slot] = amount;
      else this.#column(name).allocatable[slot] = amount;
    }
    if (!amounts.has('pods')) this.pods.allocatable[slot] = 0;
  }

  #column(name: string): ResourceColumn {
    let column = this.#resources.get(name);
    if (column === undefined) {
      column = new ResourceColumn(this.#capacity);
      this.#resources.set(name, column);
    }
    return column;
  }

  *#columns(): Iterable<ResourceColumn> {
    yield* this.#resources.values();
    yield* [this.pods, this.weighedCpu, this.weighedMemory];
  }

  #grow(): void {
    this.#capacity *= 2;
    for (const column of this.#columns()) column.grow(this.#capacity);
  }
}

function add(column: Float64Array, slot: number, amount: number): void {
  column[slot] = (column[slot] ?? 0) + amount;
}
