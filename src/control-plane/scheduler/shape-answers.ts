// The answers of the node plugins, kept for each shape of Pod: which Nodes they reject, and their raw scores.
//
// A1. Pods that are alike in everything that node plugins read share their answers; only Nodes that changed are asked about again.

import type { Pod } from '../../api/core/v1/pod.ts';
import type { Node } from '../../api/core/v1/node.ts';
import type { NodePlugin } from './framework.ts';
import { freshMark } from './change-log.ts';
import type { ChangeMark } from './change-log.ts';
import type { NodeTable } from './node-table.ts';
import type { RejectionCodes } from './verdicts.ts';

/** The answers for one shape, by slot. */
export interface ShapeAnswers {
  /** Codes of rejections; 0 where every node plugin agrees. */
  codes: Uint16Array;
  /** Raw scores, one column for each scoring plugin; undefined while every value is zero. */
  scores: (Float64Array | undefined)[];
  readonly mark: ChangeMark;
}

const MOST_SHAPES = 256;

const shapeOf = (plugins: readonly NodePlugin[], pod: Pod): string => JSON.stringify(plugins.map((plugin) => plugin.reads(pod)));

/** The code of the first rejection of a Node by a node plugin; 0 when there is none. */
export function judge(plugins: readonly NodePlugin[], codes: RejectionCodes, pod: Pod, node: Node): number {
  const view = { node };
  for (const plugin of plugins) {
    const verdict = plugin.filter?.(pod, view);
    if (verdict !== undefined && !verdict.fits)
      return codes.codeOf({ plugin: plugin.name, reasons: verdict.reasons, preemptable: verdict.preemptable });
  }
  return 0;
}

/** Keeps answers for the shapes that were met lately. */
export class ShapeAnswerCache {
  readonly #plugins: readonly NodePlugin[];
  readonly #scoring: readonly NodePlugin[];
  readonly #codes: RejectionCodes;
  readonly #known = new Map<string, ShapeAnswers>();

  constructor(plugins: readonly NodePlugin[], codes: RejectionCodes) {
    this.#plugins = plugins;
    this.#scoring = plugins.filter(({ score }) => score !== undefined);
    this.#codes = codes;
  }

  /** Current answers for the Pod. */
  of(pod: Pod, nodes: NodeTable): ShapeAnswers {
    const shape = shapeOf(this.#plugins, pod);
    let answers = this.#known.get(shape);
    if (answers === undefined) {
      const [eldest] = this.#known.keys();
      if (this.#known.size >= MOST_SHAPES && eldest !== undefined) this.#known.delete(eldest);
      answers = { codes: new Uint16Array(0), scores: this.#scoring.map(() => undefined), mark: freshMark() };
    } else this.#known.delete(shape);
    // Put back at the end, so that the shape met longest ago goes first.
    this.#known.set(shape, answers);
    this.#mend(answers, pod, nodes);
    return answers;
  }

  #mend(answers: ShapeAnswers, pod: Pod, nodes: NodeTable): void {
    if (answers.codes.length < nodes.size) {
      const length = Math.max(64, nodes.size, answers.codes.length * 2);
      answers.codes = new Uint16Array(length);
      answers.scores = answers.scores.map(() => undefined);
      answers.mark.epoch = -1;
    }
    const changed = nodes.identities.since(answers.mark);
    if (changed === undefined) for (let slot = 0; slot < nodes.size; slot++) this.#ask(answers, pod, nodes, slot);
    else for (const slot of changed) if (slot < nodes.size) this.#ask(answers, pod, nodes, slot);
  }

  #ask(answers: ShapeAnswers, pod: Pod, nodes: NodeTable, slot: number): void {
    const node = nodes.nodes[slot];
    if (node === undefined) return;
    answers.codes[slot] = judge(this.#plugins, this.#codes, pod, node);
    this.#scoring.forEach(({ score }, index) => {
      const value = score?.value(pod, { node }) ?? 0;
      if (value !== 0) answers.scores[index] ??= new Float64Array(answers.codes.length);
      const column = answers.scores[index];
      if (column !== undefined) column[slot] = value;
    });
  }
}
