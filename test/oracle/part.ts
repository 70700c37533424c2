// A part is one area where ours is held against upstream: how inputs look, what to ask, and what ours says.

import type { Arbitrary } from 'fast-check';
import type { Outcome, Question } from './question.ts';

export interface Part<Input> {
  readonly name: string;
  /** Inputs must survive JSON: they are recorded as vectors. */
  readonly arbitrary: Arbitrary<Input>;
  question(input: Input): Question;
  /** Ours, in the shape of upstream's answer; throwing stands for a refusal. */
  ours(input: Input): unknown;
  /** What of upstream's answer is compared; all of it unless given. */
  relevant?(answer: unknown): unknown;
  /** Given, refusals must read the same after this, and not only both refuse. */
  refusal?(text: string): string;
  /** Whether the order of members counts too. */
  readonly ordered?: boolean;
  /** How many vectors are recorded; 300 unless given. */
  readonly recorded?: number;
}

/** A part whose input type is of no interest to the runner. */
export interface AnyPart {
  readonly name: string;
  readonly recorded: number;
  readonly ordered: boolean;
  readonly arbitrary: Arbitrary<unknown>;
  question(input: unknown): Question;
  ours(input: unknown): Outcome;
  relevant(outcome: Outcome): Outcome;
  refusal(text: string): string;
}

/** For `Part.refusal`: the whole text counts. */
export const wholeText = (text: string): string => text;

/** Closes a part over its input type. */
export function part<Input>(definition: Part<Input>): AnyPart {
  return {
    name: definition.name,
    recorded: definition.recorded ?? 300,
    ordered: definition.ordered ?? false,
    arbitrary: definition.arbitrary,
    question: (input) => definition.question(input as Input),
    ours: (input) => outcomeOf(() => definition.ours(input as Input)),
    refusal: (text) => definition.refusal?.(text) ?? '',
    relevant: (outcome) =>
      'error' in outcome || definition.relevant === undefined ? outcome : { answer: definition.relevant(outcome.answer) },
  };
}

function outcomeOf(run: () => unknown): Outcome {
  try {
    return { answer: toJson(run()) };
  } catch (cause) {
    return { error: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** What JSON makes of a value: undefined members vanish, so that comparison is about the wire. */
export function toJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner)) as string | undefined;
  return text === undefined ? null : (JSON.parse(text) as unknown);
}
