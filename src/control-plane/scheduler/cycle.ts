// One scheduling cycle: all Nodes are judged for a Pod, those that fit are weighed, and one is picked.
//
// C1. A cycle is synchronous and changes nothing but its own scratch space: the snapshot stands still.
// C2. Every Node is judged; none is left out to save time.
// C3. Of equally good Nodes one is drawn by the injected chance.

import type { Random } from '../../base/random.ts';
import { conflictingPins, diagnosisMessage, NO_NODES_MESSAGE, notPinned } from './diagnosis.ts';
import type { RejectedNodes } from './diagnosis.ts';
import { MAX_SCORE } from './framework.ts';
import type { NodePlugin, NodeScore, Plugins } from './framework.ts';
import type { PodInfo } from './pod-info.ts';
import type { KeptVerdicts } from './rejections.ts';
import { judge, ShapeAnswerCache } from './shape-answers.ts';
import type { Snapshot } from './snapshot.ts';
import { UsageAnswerCache } from './usage-answers.ts';
import { RejectionCodes, Verdicts } from './verdicts.ts';

/** What a cycle found. */
export type Decision =
  | { readonly kind: 'picked'; readonly nodeName: string }
  | {
      readonly kind: 'rejected';
      readonly message: string;
      /** The plugins that rejected Nodes; empty when there are no Nodes. */
      readonly plugins: ReadonlySet<string>;
      readonly verdicts: KeptVerdicts;
    };

/** Decides for one Pod after another. */
export class Cycle {
  readonly #plugins: Plugins;
  readonly #scoring: readonly NodePlugin[];
  readonly #snapshot: Snapshot;
  readonly #random: Random;
  readonly #codes = new RejectionCodes();
  readonly #verdicts = new Verdicts(this.#codes);
  readonly #shapes: ShapeAnswerCache;
  readonly #usages: UsageAnswerCache;
  #candidates = new Int32Array(0);
  #scores = new Float64Array(0);
  #lastKept: KeptVerdicts | undefined;

  constructor(plugins: Plugins, snapshot: Snapshot, random: Random) {
    this.#plugins = plugins;
    this.#scoring = plugins.node.filter(({ score }) => score !== undefined);
    this.#snapshot = snapshot;
    this.#random = random;
    this.#shapes = new ShapeAnswerCache(plugins.node, this.#codes);
    this.#usages = new UsageAnswerCache(plugins.resource, this.#codes);
  }

  /** Picks a Node for the Pod, or says why there is none. */
  decide(pod: PodInfo): Decision {
    const { nodes } = this.#snapshot;
    const verdicts = this.#verdicts;
    verdicts.reset(nodes.size);
    if (nodes.size === 0) return { kind: 'rejected', message: NO_NODES_MESSAGE, plugins: new Set(), verdicts: this.#keep() };
    const pinning = this.#plugins.node.find((plugin) => plugin.pins?.(pod.pod) !== undefined);
    const columns = pinning === undefined ? this.#judgeAll(pod) : this.#judgePinned(pod, pinning);
    const { beforeResources, afterResources } = this.#plugins;
    for (const plugin of beforeResources) plugin.filter?.(pod, this.#snapshot, verdicts);
    const { codes, scores } = this.#usages.of(pod.usage, nodes);
    this.#mergeCodes(codes);
    for (const plugin of afterResources) plugin.filter?.(pod, this.#snapshot, verdicts);
    const candidates = this.#collect();
    const [only] = candidates;
    if (only === undefined) return this.#reject(pod);
    return { kind: 'picked', nodeName: nodes.names[candidates.length === 1 ? only : this.#best(pod, candidates, columns, scores)] ?? '' };
  }

  /** The first rejection of a Node stands. */
  #mergeCodes(codes: Uint16Array): void {
    const { slots, size } = this.#verdicts;
    for (let slot = 0; slot < size; slot++) if (slots[slot] === 0) slots[slot] = codes[slot] ?? 0;
  }

  #judgeAll({ pod }: PodInfo): readonly (Float64Array | undefined)[] {
    const { nodes } = this.#snapshot;
    const { codes, scores } = this.#shapes.of(pod, nodes);
    this.#verdicts.slots.set(codes.subarray(0, nodes.size));
    return scores;
  }

  /** A Pod that names its Nodes, as those of DaemonSets do, is a shape of its own: only these Nodes are looked at. */
  #judgePinned({ pod }: PodInfo, plugin: NodePlugin): readonly (Float64Array | undefined)[] {
    const { nodes } = this.#snapshot;
    const { slots, size } = this.#verdicts;
    const names = plugin.pins?.(pod) ?? new Set<string>();
    slots.fill(this.#codes.codeOf(names.size === 0 ? conflictingPins(plugin.name) : notPinned(plugin.name)), 0, size);
    const columns = this.#scoring.map(() => new Float64Array(size));
    for (const name of names) {
      const slot = nodes.slotOf(name);
      const node = nodes.nodes[slot ?? -1];
      if (slot === undefined || node === undefined) continue;
      slots[slot] = judge(this.#plugins.node, this.#codes, pod, node);
      this.#scoring.forEach(({ score }, index) => {
        const column = columns[index];
        if (score !== undefined && column !== undefined) column[slot] = score.value(pod, { node });
      });
    }
    return columns;
  }

  #collect(): Int32Array {
    const { slots, size } = this.#verdicts;
    if (this.#candidates.length < size) this.#candidates = new Int32Array(slots.length);
    let count = 0;
    for (let slot = 0; slot < size; slot++) if (slots[slot] === 0) this.#candidates[count++] = slot;
    return this.#candidates.subarray(0, count);
  }

  #best(pod: PodInfo, candidates: Int32Array, columns: readonly (Float64Array | undefined)[], usageScores: Float64Array): number {
    if (this.#scores.length < candidates.length) this.#scores = new Float64Array(this.#candidates.length);
    const scores = this.#scores.subarray(0, candidates.length);
    for (let index = 0; index < candidates.length; index++) scores[index] = usageScores[candidates[index] ?? 0] ?? 0;
    this.#scoring.forEach(({ score }, index) => {
      const column = columns[index];
      if (score !== undefined && column !== undefined) addScaled(score, column, candidates, scores);
    });
    const { beforeResources, afterResources } = this.#plugins;
    for (const plugin of beforeResources) plugin.score?.(pod, this.#snapshot, candidates, scores);
    for (const plugin of afterResources) plugin.score?.(pod, this.#snapshot, candidates, scores);
    return candidates[this.#drawBest(scores)] ?? 0;
  }

  /** The index of the highest score; one of several by chance (C3). */
  #drawBest(scores: Float64Array): number {
    let best = Number.NEGATIVE_INFINITY;
    let equals = 0;
    for (let index = 0; index < scores.length; index++) {
      const score = scores[index] ?? 0;
      if (score > best) {
        best = score;
        equals = 1;
      } else if (score === best) equals++;
    }
    let skip = equals === 1 ? 0 : Math.floor(this.#random.fraction() * equals);
    for (let index = 0; index < scores.length; index++) if (scores[index] === best && skip-- === 0) return index;
    return 0;
  }

  #reject(pod: PodInfo): Decision {
    const kept = this.#keep();
    const counts = new Map<number, number>();
    for (const code of kept.verdicts) counts.set(code, (counts.get(code) ?? 0) + 1);
    const rejected: RejectedNodes[] = [...counts].map(([code, count]) => ({ count, rejection: this.#codes.rejectionOf(code) }));
    const message = diagnosisMessage(kept.names.length, rejected, pod.pod.spec.preemptionPolicy);
    return { kind: 'rejected', message, plugins: new Set(rejected.map(({ rejection }) => rejection.plugin)), verdicts: kept };
  }

  /** The verdicts as they are now; the very ones of the last time where they are equal. */
  #keep(): KeptVerdicts {
    const names = this.#snapshot.nodes.keptNames();
    const verdicts = this.#verdicts.slots.subarray(0, this.#verdicts.size);
    const last = this.#lastKept;
    if (last?.names === names && verdicts.every((code, slot) => code === last.verdicts[slot])) return last;
    this.#lastKept = { names, verdicts: verdicts.slice(), codes: this.#codes };
    return this.#lastKept;
  }
}

/** Scales raw values to 0…100 over the candidates and adds them; says nothing where all are alike. */
function addScaled({ weight, better }: NodeScore, column: Float64Array, candidates: Int32Array, scores: Float64Array): void {
  let most = 0;
  for (let index = 0; index < candidates.length; index++) most = Math.max(most, column[candidates[index] ?? 0] ?? 0);
  if (most === 0) return;
  for (let index = 0; index < candidates.length; index++) {
    const scaled = Math.trunc((MAX_SCORE * (column[candidates[index] ?? 0] ?? 0)) / most);
    scores[index] = (scores[index] ?? 0) + weight * (better === 'higher' ? scaled : MAX_SCORE - scaled);
  }
}
