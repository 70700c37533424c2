// Runs a parsed template over data and collects what it prints.
//
// E1. Errors read as text/template words them: where, in which template, at which expression. What was printed before stays printed.
// E2. Data is read by own keys only.
// E3. Steps, nesting and output are limited, so that a template cannot run for ever.

import { getOwn, isJsonObject } from '../json-object.ts';
import { quote } from '../quote.ts';
import { utf8Length } from '../utf8.ts';
import { callProblem, functionNamed, isTrue } from './functions.ts';
import type { Parameter, TemplateFunction } from './functions.ts';
import { goText, sortedKeys } from './go-print.ts';
import { goFloat, goInt, GoNumber, integerOf, kindOf } from './go-value.ts';
import { nodeText } from './node.ts';
import type { BranchNode, CommandNode, ListNode, Node, Operand, PipeNode, Statement, TemplateNode } from './node.ts';
import { TemplateError } from './parser.ts';
import { isNilItem, isNothing, itemOf, NOTHING, staticType, unboxed, valueOf } from './value.ts';
import type { Value } from './value.ts';

const MAXIMUM_STEPS = 2_000_000;
const MAXIMUM_LENGTH = 100_000_000;
const MAXIMUM_DEPTH = 400;
const UPSTREAM_DEPTH = 100_000;

export interface Program {
  readonly name: string;
  readonly text: string;
  readonly trees: ReadonlyMap<string, ListNode>;
  /** Whether a missing key is an error. */
  readonly strict: boolean;
}

/** What all running templates share. */
interface Run {
  readonly program: Program;
  readonly out: string[];
  steps: number;
  length: number;
}

type Jump = 'break' | 'continue' | undefined;

/** Runs the program's own template; `out` receives what it prints, even when it then throws a TemplateError. */
export function execute(program: Program, data: unknown, out: string[]): void {
  const tree = program.trees.get(program.name);
  const dot = valueOf(data ?? undefined);
  if (tree !== undefined) new Execution({ program, out, steps: 0, length: 0 }, program.name, dot, 0).walkList(dot, tree);
}

class Execution {
  readonly #run: Run;
  readonly #name: string;
  readonly #depth: number;
  readonly #variables: { readonly name: string; value: Value }[];
  #node: Node | undefined;

  constructor(run: Run, name: string, dot: Value, depth: number) {
    this.#run = run;
    this.#name = name;
    this.#depth = depth;
    this.#variables = [{ name: '$', value: dot }];
  }

  #fail(problem: string): never {
    const { name, text } = this.#run.program;
    const node = this.#node;
    if (node === undefined) throw new TemplateError(`template: ${this.#name}: ${problem}`);
    const before = text.slice(0, node.at);
    const column = utf8Length(before.slice(before.lastIndexOf('\n') + 1));
    const place = `${name}:${before.split('\n').length}:${column}`;
    throw new TemplateError(`template: ${place}: executing ${quote(this.#name)} at <${nodeText(node)}>: ${problem}`);
  }

  walkList(dot: Value, list: ListNode): Jump {
    this.#node = list;
    for (const node of list.nodes) {
      const jump = this.#walk(dot, node);
      if (jump !== undefined) return jump;
    }
    return undefined;
  }

  #walk(dot: Value, node: Statement): Jump {
    this.#node = node;
    this.#step();
    switch (node.type) {
      case 'text':
        this.#print(node.text);
        return undefined;
      case 'action': {
        const value = this.#pipeline(dot, node.pipe);
        this.#node = node;
        if (node.pipe.declared.length === 0) this.#print(isNothing(value) ? '<no value>' : goText(value.data));
        return undefined;
      }
      case 'break':
      case 'continue':
        return node.type;
      case 'template':
        this.#template(dot, node);
        return undefined;
      case 'range':
        return this.#range(dot, node);
      default:
        return this.#branch(dot, node);
    }
  }

  #print(text: string): void {
    this.#run.length += text.length;
    if (this.#run.length > MAXIMUM_LENGTH) this.#fail(`printed more than ${MAXIMUM_LENGTH} characters`);
    this.#run.out.push(text);
  }

  #step(): void {
    if (++this.#run.steps > MAXIMUM_STEPS) this.#fail(`exceeded ${MAXIMUM_STEPS} steps`);
  }

  #branch(dot: Value, { type, pipe, list, otherwise }: BranchNode): Jump {
    const mark = this.#variables.length;
    const value = this.#pipeline(dot, pipe);
    const chosen = isTrue(value) ? list : otherwise;
    const jump = chosen === undefined ? undefined : this.walkList(type === 'with' && chosen === list ? value : dot, chosen);
    this.#variables.length = mark;
    return jump;
  }

  #range(dot: Value, node: BranchNode): Jump {
    const start = this.#variables.length;
    const value = unboxed(this.#pipeline(dot, node.pipe));
    const mark = this.#variables.length;
    let ran = false;
    for (const [index, item] of this.#rounds(value, node)) {
      ran = true;
      this.#step();
      this.#bind(node.pipe, index, item);
      const jump = this.walkList(item, node.list);
      this.#variables.length = mark;
      if (jump === 'break') break;
    }
    // The variables of the range are still there for its `else`.
    const jump = ran || node.otherwise === undefined ? undefined : this.walkList(dot, node.otherwise);
    this.#variables.length = start;
    // A `break` in there, allowed by a range around this one, ends at this one all the same.
    return jump === 'break' ? undefined : jump;
  }

  *#rounds({ data }: Value, { pipe }: BranchNode): Generator<readonly [Value, Value]> {
    const kind = kindOf(data);
    if (Array.isArray(data)) {
      for (const [index, item] of data.entries()) yield [valueOf(goInt(index)), itemOf(item ?? null)];
    } else if (kind === 'map' && isJsonObject(data)) {
      for (const key of sortedKeys(data)) yield [valueOf(key), itemOf(data[key])];
    } else if (kind === 'int' || kind === 'uint') {
      if (pipe.declared.length > 1) this.#fail(`can't use ${goText(data)} to iterate over more than one variable`);
      const end = integerOf(data);
      const wrap = (count: bigint): unknown => (data instanceof GoNumber ? new GoNumber(data.type, count) : count);
      for (let count = 0n; count < end; count++) yield [NOTHING, valueOf(wrap(count))];
    } else if (data !== undefined && data !== null) {
      this.#fail(`range can't iterate over ${goText(data)}`);
    }
  }

  #bind({ declared, assigns }: PipeNode, index: Value, item: Value): void {
    const [first, second] = declared;
    const values = second === undefined ? [item] : [index, item];
    if (assigns) {
      for (const [position, value] of values.entries()) this.#setVariable(declared[position] ?? '', value);
      return;
    }
    if (first === undefined) return;
    const top = this.#variables.length - values.length;
    for (const [position, value] of values.entries()) {
      const variable = this.#variables[top + position];
      if (variable !== undefined) variable.value = value;
    }
  }

  #template(dot: Value, node: TemplateNode): void {
    const tree = this.#run.program.trees.get(node.name);
    if (tree === undefined) return this.#fail(`template ${quote(node.name)} not defined`);
    if (this.#depth >= MAXIMUM_DEPTH) this.#fail(`exceeded maximum template depth (${UPSTREAM_DEPTH})`);
    const value = node.pipe === undefined ? NOTHING : this.#pipeline(dot, node.pipe);
    new Execution(this.#run, node.name, value, this.#depth + 1).walkList(value, tree);
  }

  #variable(name: string): Value {
    return this.#variables.findLast((variable) => variable.name === name)?.value ?? this.#fail(`undefined variable: ${name}`);
  }

  #setVariable(name: string, value: Value): void {
    const variable = this.#variables.findLast((each) => each.name === name);
    if (variable === undefined) this.#fail(`undefined variable: ${name}`);
    variable.value = value;
  }

  #pipeline(dot: Value, pipe: PipeNode): Value {
    this.#node = pipe;
    let value: Value | undefined;
    for (const command of pipe.commands) value = unboxed(this.#command(dot, command, value));
    const result = value ?? NOTHING;
    for (const name of pipe.declared) {
      if (pipe.assigns) this.#setVariable(name, result);
      else this.#variables.push({ name, value: result });
    }
    return result;
  }

  /** One command; `final` is what the command before it in the pipeline gave, its last argument. */
  #command(dot: Value, command: CommandNode, final: Value | undefined): Value {
    const [first, ...args] = command.operands;
    if (first === undefined) return NOTHING;
    switch (first.type) {
      case 'field':
      case 'chain':
      case 'variable':
        return this.#path(dot, first, args.length > 0 || final !== undefined);
      case 'identifier':
        return this.#call(dot, first.name, first, command, args, final);
      default:
    }
    if (first.type !== 'pipe') this.#node = first;
    if (args.length > 0 || final !== undefined) this.#fail(`can't give argument to non-function ${nodeText(first)}`);
    if (first.type === 'nil') this.#fail('nil is not a command');
    return first.type === 'pipe' ? this.#pipeline(dot, first) : this.#literal(dot, first);
  }

  #literal(dot: Value, node: Operand): Value {
    this.#node = node;
    switch (node.type) {
      case 'dot':
        return dot;
      case 'bool':
        return valueOf(node.value);
      case 'string':
        return valueOf(node.text);
      case 'number':
        if (node.integer === undefined) return valueOf(goFloat(node.float ?? 0));
        if (node.integer >= 2n ** 63n) this.#fail(`${node.text} overflows int`);
        return valueOf(goInt(node.integer));
      default:
        return this.#fail(`can't handle assignment of ${nodeText(node)} to empty interface argument`);
    }
  }

  /** A field, a variable or a chain, each with the fields behind it. */
  #path(dot: Value, node: Operand & { type: 'field' | 'variable' | 'chain' }, hasArguments: boolean): Value {
    this.#node = node;
    if (node.type === 'field') return this.#fields(dot, node.path, hasArguments);
    if (node.type === 'variable') {
      const [name = '', ...path] = node.path;
      const value = this.#variable(name);
      if (path.length > 0) return this.#fields(value, path, hasArguments);
      if (hasArguments) this.#fail(`can't give argument to non-function ${nodeText(node)}`);
      return value;
    }
    return this.#fields(this.#argument(dot, node.node, 'value'), node.path, hasArguments);
  }

  #fields(start: Value, path: readonly string[], hasArguments: boolean): Value {
    let value = start;
    for (const [index, name] of path.entries()) value = this.#field(value, name, hasArguments && index === path.length - 1);
    return value;
  }

  #field(receiver: Value, name: string, hasArguments: boolean): Value {
    const { data } = receiver;
    if (isNothing(receiver)) return this.#run.program.strict ? this.#fail(`nil data; no entry for key ${quote(name)}`) : NOTHING;
    if (isNilItem(receiver)) this.#fail(`nil pointer evaluating interface {}.${name}`);
    if (kindOf(data) !== 'map' || !isJsonObject(data)) return this.#fail(`can't evaluate field ${name} in type ${staticType(receiver)}`);
    if (hasArguments) this.#fail(`${name} is not a method but has arguments`);
    const item = itemOf(getOwn(data, name));
    if (isNothing(item) && this.#run.program.strict) this.#fail(`map has no entry for key ${quote(name)}`);
    return item;
  }

  #call(dot: Value, name: string, at: Operand, place: Node, args: readonly Operand[], final: Value | undefined): Value {
    this.#node = at;
    const called = functionNamed(name);
    if (called === undefined) return this.#fail(`${quote(name)} is not a defined function`);
    const count = args.length + (final === undefined ? 0 : 1);
    const { fixed, rest } = called;
    if (rest !== undefined && count < fixed.length) {
      this.#fail(`wrong number of args for ${name}: want at least ${fixed.length} got ${args.length}`);
    }
    if (rest === undefined && count !== fixed.length) {
      this.#fail(`wrong number of args for ${name}: want ${fixed.length} got ${count}`);
    }
    if (name === 'and' || name === 'or') return this.#logic(dot, name, args, final);
    const values = this.#arguments(dot, called, args, final);
    const [first] = args;
    const outcome =
      name === 'call'
        ? { ok: false as const, error: callProblem(values[0] ?? NOTHING, first === undefined ? undefined : nodeText(first)) }
        : called.call(values);
    if (outcome.ok) return outcome.value;
    this.#node = place;
    return this.#fail(`error calling ${name}: ${outcome.error}`);
  }

  #arguments(dot: Value, { fixed, rest }: TemplateFunction, args: readonly Operand[], final: Value | undefined): Value[] {
    const values = args.map((arg, index) => this.#argument(dot, arg, fixed[index] ?? rest ?? 'value'));
    if (final !== undefined) values.push(this.#checked(final, fixed[args.length] ?? rest ?? 'value'));
    return values;
  }

  /** `and` and `or` look no further than they must. */
  #logic(dot: Value, name: 'and' | 'or', args: readonly Operand[], final: Value | undefined): Value {
    let value = NOTHING;
    for (const arg of args) {
      value = this.#argument(dot, arg, 'value');
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final ?? value;
  }

  #argument(dot: Value, node: Operand, parameter: Parameter): Value {
    this.#node = node;
    switch (node.type) {
      case 'dot':
        return this.#checked(dot, parameter);
      case 'nil':
        return parameter === 'string' ? this.#fail('cannot assign nil to string') : NOTHING;
      case 'field':
      case 'variable':
      case 'chain':
        return this.#checked(this.#path(dot, node, false), parameter);
      case 'pipe':
        return this.#checked(this.#pipeline(dot, node), parameter);
      case 'identifier':
        return this.#checked(this.#call(dot, node.name, node, node, [], undefined), parameter);
      default:
        if (parameter !== 'string' || node.type === 'string') return this.#literal(dot, node);
        return this.#fail(`expected string; found ${nodeText(node)}`);
    }
  }

  #checked(value: Value, parameter: Parameter): Value {
    if (parameter === 'value') return value;
    if (parameter === 'any') return isNothing(value) ? valueOf(null) : unboxedOrNil(value);
    if (isNothing(value)) this.#fail('invalid value; expected string');
    if (typeof value.data === 'string') return value;
    const type = isNilItem(value) ? 'interface {}' : staticType({ data: value.data, boxed: false });
    return this.#fail(`wrong type for value; expected string; got ${type}`);
  }
}

const unboxedOrNil = ({ data }: Value): Value => valueOf(data ?? null);
