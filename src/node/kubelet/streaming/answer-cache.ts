// Answers of the API server that may be believed for a while.

import type { Clock } from '../../../base/clock.ts';

const MAX_ANSWERS = 1000;

export class AnswerCache<T> {
  readonly #clock: Clock;
  readonly #answers = new Map<string, { readonly answer: T; readonly untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The answer that is known, or that `ask` gives together with how long it holds. */
  async get(question: string, ask: () => Promise<{ answer: T; keepMs: number }>): Promise<T> {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#answers.get(question);
    if (known !== undefined && nowMs < known.untilMs) return known.answer;
    const { answer, keepMs } = await ask();
    this.#answers.delete(question);
    this.#answers.set(question, { answer, untilMs: nowMs + keepMs });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MAX_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
    return answer;
  }
}
