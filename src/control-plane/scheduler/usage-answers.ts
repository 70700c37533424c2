// The answers of the resource plugins, kept for each kind of demand: which Nodes are too full, and how good the others are.
//
// U1. Pods that ask for the same share their answers; only Nodes whose numbers changed are looked at again.

import type { ResourcePlugin } from './framework.ts';
import { freshMark } from './change-log.ts';
import type { ChangeMark } from './change-log.ts';
import type { NodeTable } from './node-table.ts';
import type { PodUsage } from './pod-usage.ts';
import type { RejectionCodes } from './verdicts.ts';

/** The answers for one demand, by slot. */
export interface UsageAnswers {
  /** Codes of rejections; 0 where every resource plugin agrees. */
  codes: Uint16Array;
  /** Sums of the weighted scores. */
  scores: Float64Array;
  readonly mark: ChangeMark;
}

/** Keeps answers for the demands that are met; the meter gives equal demands as one object. */
export class UsageAnswerCache {
  readonly #plugins: readonly ResourcePlugin[];
  readonly #codes: RejectionCodes;
  readonly #known = new WeakMap<PodUsage, UsageAnswers>();

  constructor(plugins: readonly ResourcePlugin[], codes: RejectionCodes) {
    this.#plugins = plugins;
    this.#codes = codes;
  }

  /** Current answers for the demand. */
  of(usage: PodUsage, nodes: NodeTable): UsageAnswers {
    let answers = this.#known.get(usage);
    if (answers === undefined) {
      answers = { codes: new Uint16Array(0), scores: new Float64Array(0), mark: freshMark() };
      this.#known.set(usage, answers);
    }
    if (answers.codes.length < nodes.size) {
      const length = Math.max(64, nodes.size, answers.codes.length * 2);
      answers.codes = new Uint16Array(length);
      answers.scores = new Float64Array(length);
      answers.mark.epoch = -1;
    }
    const changed = nodes.numbers.since(answers.mark);
    if (changed === undefined || changed.length > nodes.size)
      for (let slot = 0; slot < nodes.size; slot++) this.#ask(answers, usage, nodes, slot);
    else for (const slot of changed) if (slot < nodes.size) this.#ask(answers, usage, nodes, slot);
    return answers;
  }

  #ask(answers: UsageAnswers, usage: PodUsage, nodes: NodeTable, slot: number): void {
    let sum = 0;
    let code = 0;
    for (const plugin of this.#plugins) {
      const rejection = code === 0 ? plugin.filter?.(usage, nodes, slot) : undefined;
      if (rejection !== undefined)
        code = this.#codes.codeOf({ plugin: plugin.name, reasons: rejection.reasons, preemptable: rejection.preemptable });
      sum += plugin.score?.(usage, nodes, slot) ?? 0;
    }
    answers.codes[slot] = code;
    answers.scores[slot] = sum;
  }
}
