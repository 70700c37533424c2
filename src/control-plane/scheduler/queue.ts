// Pods that wait for a Node: those to try now, those that back off, those that wait for the cluster to change, and gated ones.
//
// Q1. Pods are tried by priority, then in the order in which they became ready.
// Q2. A rejected Pod waits until an event may undo a rejection of one of the plugins that made it, or for five minutes.
// Q3. Tried again, it backs off for 1 s, doubled with each attempt up to 10 s; while nothing else is ready it need not wait that out,
//     unless it failed for another reason than being rejected.
// Q4. A gated Pod waits until it has no gates.

import type { Clock, Timer } from '../../base/clock.ts';
import { Heap } from './heap.ts';
import type { PodInfo } from './pod-info.ts';

const FIRST_BACKOFF_MS = 1_000;
const LAST_BACKOFF_MS = 10_000;
const LONGEST_WAIT_MS = 300_000;

type State = 'active' | 'backoff' | 'failed' | 'unschedulable' | 'gated' | 'taken';

interface Entry {
  pod: PodInfo;
  state: State;
  /** Grows with every change of state, so that heaps know which of their items are void. */
  turn: number;
  order: number;
  attempts: number;
  untilMs: number;
  sinceMs: number;
  rejectedBy: ReadonlySet<string>;
}

interface Item {
  readonly entry: Entry;
  readonly turn: number;
  readonly order: number;
  readonly priority: number;
  readonly untilMs: number;
}

/** A Pod whose turn it is. */
export interface TakenPod {
  readonly pod: PodInfo;
  /** How often it was tried, this time included. */
  readonly attempts: number;
}

const isVoid = ({ entry, turn }: Item): boolean => entry.turn !== turn;
const byPriority = (left: Item, right: Item): boolean =>
  left.priority === right.priority ? left.order < right.order : left.priority > right.priority;
const byTime = (left: Item, right: Item): boolean =>
  left.untilMs === right.untilMs ? byPriority(left, right) : left.untilMs < right.untilMs;

/** The waiting Pods. */
export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #unschedulable = new Set<Entry>();
  readonly #active = new Heap<Item>(byPriority, isVoid);
  readonly #backoff = new Heap<Item>(byTime, isVoid);
  readonly #failed = new Heap<Item>(byTime, isVoid);
  #order = 0;
  #waiter: ((ready: boolean) => void) | undefined;
  #timer: { readonly atMs: number; readonly timer: Timer } | undefined;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Pods by state, for metrics. */
  counts(): Readonly<Record<State, number>> {
    const counts: Record<State, number> = { active: 0, backoff: 0, failed: 0, unschedulable: 0, gated: 0, taken: 0 };
    for (const { state } of this.#entries.values()) counts[state]++;
    return counts;
  }

  /** Adds a Pod, or takes note of its new form: one that changed what it asks for is tried again. */
  put(pod: PodInfo): void {
    const present = this.#entries.get(pod.key);
    if (present === undefined || present.pod.uid !== pod.uid) {
      if (present !== undefined) this.remove(pod.key);
      const entry: Entry = { pod, state: 'taken', turn: 0, order: 0, attempts: 0, untilMs: 0, sinceMs: 0, rejectedBy: new Set() };
      this.#entries.set(pod.key, entry);
      this.#ready(entry);
      return;
    }
    const changed = asksDifferently(present.pod, pod);
    present.pod = pod;
    if (changed && present.state !== 'taken') this.#ready(present);
  }

  /** The Pod is bound, gone or nobody's business any more. */
  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#enter(entry, 'taken');
    this.#entries.delete(key);
  }

  /** The next Pod, if one is ready. Tell afterwards what became of it: `remove`, `rejected` or `failed`. */
  take(): TakenPod | undefined {
    this.#wakeSleepers();
    const { entry } = this.#active.pop() ?? this.#backoff.pop() ?? {};
    if (entry === undefined) return undefined;
    this.#enter(entry, 'taken');
    entry.attempts++;
    return { pod: entry.pod, attempts: entry.attempts };
  }

  /** Resolves with true when `take` has something, with false once the queue is closed. */
  whenReady(): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    this.#wakeSleepers();
    if (this.#active.peek() !== undefined || this.#backoff.peek() !== undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.#waiter = resolve;
    });
  }

  /** The Pod fits nowhere, by the word of these plugins. */
  rejected({ key, uid }: PodInfo, plugins: ReadonlySet<string>): void {
    const entry = this.#taken(key, uid);
    if (entry === undefined) return;
    entry.rejectedBy = plugins;
    this.#setBackoff(entry);
    this.#enter(entry, 'unschedulable');
    this.#unschedulable.add(entry);
    this.#arm();
  }

  /** The attempt broke: it is repeated after its back-off, whatever happens. */
  failed({ key, uid }: PodInfo): void {
    const entry = this.#taken(key, uid);
    if (entry === undefined) return;
    this.#setBackoff(entry);
    this.#enter(entry, 'failed');
    this.#failed.push(this.#itemOf(entry));
    this.#arm();
  }

  /** Tries rejected Pods again for which `helps` says that a rejection of these plugins may be undone. */
  retry(helps: (pod: PodInfo, rejectedBy: ReadonlySet<string>) => boolean): void {
    for (const entry of [...this.#unschedulable]) if (helps(entry.pod, entry.rejectedBy)) this.#ready(entry);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    this.#tell(false);
  }

  #taken(key: string, uid: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry?.state === 'taken' && entry.pod.uid === uid ? entry : undefined;
  }

  #setBackoff(entry: Entry): void {
    entry.sinceMs = this.#clock.monotonicMs();
    entry.untilMs = entry.sinceMs + Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (entry.attempts - 1));
  }

  #enter(entry: Entry, state: State): void {
    this.#unschedulable.delete(entry);
    entry.state = state;
    entry.turn++;
  }

  #ready(entry: Entry): void {
    const gated = (entry.pod.pod.spec.schedulingGates ?? []).length > 0;
    const waits = entry.untilMs > this.#clock.monotonicMs();
    this.#enter(entry, gated ? 'gated' : waits ? 'backoff' : 'active');
    if (gated) return;
    entry.order = this.#order++;
    (waits ? this.#backoff : this.#active).push(this.#itemOf(entry));
    this.#tell(true);
  }

  #itemOf(entry: Entry): Item {
    return { entry, turn: entry.turn, order: entry.order, priority: entry.pod.priority, untilMs: entry.untilMs };
  }

  /** Makes Pods active whose back-off or longest wait has passed. */
  #wakeSleepers(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const heap of [this.#backoff, this.#failed]) {
      for (let item = heap.peek(); item !== undefined && item.untilMs <= nowMs; item = heap.peek()) {
        heap.pop();
        this.#ready(item.entry);
      }
    }
    // In the order in which they were rejected, so the first that has not waited long enough ends it.
    for (const entry of this.#unschedulable) {
      if (entry.sinceMs + LONGEST_WAIT_MS > nowMs) break;
      this.#ready(entry);
    }
  }

  /** Sets the timer for the next Pod that nothing but time will wake. */
  #arm(): void {
    if (this.#closed) return;
    const [eldest] = this.#unschedulable;
    const atMs = Math.min(
      this.#failed.peek()?.untilMs ?? Number.POSITIVE_INFINITY,
      eldest === undefined ? Number.POSITIVE_INFINITY : eldest.sinceMs + LONGEST_WAIT_MS,
    );
    if (this.#timer !== undefined && this.#timer.atMs <= atMs) return;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    if (atMs === Number.POSITIVE_INFINITY) return;
    const timer = this.#clock.after(atMs - this.#clock.monotonicMs(), () => {
      this.#timer = undefined;
      this.#wakeSleepers();
      this.#arm();
    });
    this.#timer = { atMs, timer };
  }

  #tell(ready: boolean): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.(ready);
  }
}

/** Whether a Pod changed in a way that may matter to a plugin. Reports of its status, ours among them, do not. */
function asksDifferently({ pod: before }: PodInfo, { pod: after }: PodInfo): boolean {
  return (
    before.metadata.generation !== after.metadata.generation ||
    JSON.stringify(before.metadata.labels) !== JSON.stringify(after.metadata.labels)
  );
}
