// Compiles an expression once and evaluates it many times: the door of this folder.
//
// G1. Compiling and evaluating never throw for anything that an expression or its data can be; both say what went wrong as values.

import { checkExpression } from './checker.ts';
import type { Checked } from './checker.ts';
import type { Environment } from './environment.ts';
import type { Expression } from './expression.ts';
import { CostExceeded, Frame } from './frame.ts';
import { validateLiterals } from './literal-validation.ts';
import { parseExpression } from './parser.ts';
import { planExpression } from './planner.ts';
import { printIssues } from './source.ts';
import type { Issue } from './source.ts';
import { DYN } from './type.ts';
import type { CelType } from './type.ts';
import { CelError } from './value.ts';
import type { Value } from './value.ts';

/** What upstream lets one evaluation of one expression cost. */
export const PER_CALL_LIMIT = 1_000_000;

export interface Evaluation {
  /** A CelError where the evaluation failed. */
  readonly value: Value;
  readonly cost: number;
}

export interface Program {
  readonly text: string;
  readonly expression: Expression;
  /** The type of the result. */
  readonly type: CelType;
  readonly checked: Checked | undefined;
  /** The variables that the expression reads. */
  readonly variables: readonly string[];
  evaluate(variables: Readonly<Record<string, Value>>, costLimit?: number): Evaluation;
}

export type Compilation =
  | { readonly ok: true; readonly program: Program }
  | { readonly ok: false; readonly issues: readonly Issue[]; readonly message: string };

export interface CompileOptions {
  /** Off: nothing is type-checked, and every call finds its overload while evaluating. */
  readonly check?: boolean;
}

/** A program, or upstream's text that says why the expression is refused. */
export function compile(environment: Environment, text: string, options: CompileOptions = {}): Compilation {
  const parsed = parseExpression(text, { bindings: environment.bindings });
  if (!parsed.ok) return refused(text, parsed.issues);
  const { expression } = parsed;
  const checked = options.check === false ? undefined : checkExpression(environment, expression);
  if (checked !== undefined && checked.issues.length > 0) return refused(text, checked.issues);
  const hopeless = environment.validateLiterals && checked !== undefined ? validateLiterals(expression) : [];
  if (hopeless.length > 0) return refused(text, hopeless);
  return { ok: true, program: programOf(environment, text, expression, checked) };
}

const refused = (text: string, issues: readonly Issue[]): Compilation => ({ ok: false, issues, message: printIssues(text, issues) });

function programOf(environment: Environment, text: string, expression: Expression, checked: Checked | undefined): Program {
  const { plan, variables, slots } = planExpression(environment, expression, checked);
  const inputs = [...variables].map(([name, slot]) => ({ name, slot, absent: new CelError(`no such attribute(s): ${name}`) }));
  return {
    text,
    expression,
    type: checked?.types.get(expression) ?? DYN,
    checked,
    variables: inputs.map(({ name }) => name),
    evaluate(values, costLimit = PER_CALL_LIMIT) {
      const frame = new Frame(Array.from<Value>({ length: slots }), costLimit);
      for (const { name, slot, absent } of inputs) frame.slots[slot] = Object.hasOwn(values, name) ? (values[name] ?? null) : absent;
      try {
        return { value: plan(frame), cost: frame.cost };
      } catch (error) {
        if (!(error instanceof CostExceeded)) throw error;
        return { value: new CelError(error.message), cost: frame.cost };
      }
    },
  };
}
