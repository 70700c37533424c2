// Reads the text of an expression into its syntax tree and expands macros on the way.
//
// P1. Nesting is bounded by MAX_DEPTH and the text by MAX_CODE_POINTS, so no text can exhaust the stack or the time.
// P2. The first syntax error ends the parse; what the lexer could not read is reported as well.

import { call, literal } from './expression.ts';
import type { Entry, Expression, StructField } from './expression.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';
import { readBytes, readInt, readString, readUint } from './literal-text.ts';
import { expandMacro } from './macros.ts';
import type { Issue } from './source.ts';
import { ARGUMENT_STARTS, continuations, ELEMENT_STARTS, ENTRY_STARTS, EXPRESSION_STARTS, quoteInput } from './syntax-text.ts';
import { Uint } from './value.ts';
import type { Value } from './value.ts';

const MAX_DEPTH = 250;
const MAX_CODE_POINTS = 100_000;

const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const RELATIONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);

export interface ParseOptions {
  /** `a.?b`, `a[?b]` and `[?a]`; on unless told otherwise. */
  readonly optionalSyntax?: boolean;
  /** The macro `cel.bind`, which Kubernetes does not have. */
  readonly bindings?: boolean;
}

export type ParseResult =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Stops the parse; only thrown and caught in this file. */
class Stop extends Error {
  readonly issue: Issue;
  constructor(offset: number, message: string) {
    super(message);
    this.issue = { offset, message };
  }
}

/** The syntax tree of a text, or why it has none. */
export function parseExpression(text: string, options: ParseOptions = {}): ParseResult {
  const size = text.length > MAX_CODE_POINTS ? Array.from(text).length : text.length;
  if (size > MAX_CODE_POINTS) {
    return {
      ok: false,
      issues: [{ offset: 0, message: `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}` }],
    };
  }
  const { tokens, issues } = tokenize(text);
  const parser = new Parser(tokens, options);
  try {
    const expression = parser.whole();
    const found = [...issues, ...parser.issues];
    return found.length === 0 ? { ok: true, expression } : { ok: false, issues: found };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { ok: false, issues: [...issues, ...parser.issues, error.issue] };
  }
}

class Parser {
  readonly issues: Issue[] = [];
  readonly #tokens: readonly Token[];
  readonly #options: ParseOptions;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], options: ParseOptions) {
    this.#tokens = tokens;
    this.#options = options;
  }

  whole(): Expression {
    const expression = this.#expression();
    const token = this.#token();
    if (token.kind !== 'end') {
      const word = this.#peek(1).kind === 'end' ? 'extraneous' : 'mismatched';
      throw new Stop(token.offset, `Syntax error: ${word} input ${quoteInput(token.text)} expecting <EOF>`);
    }
    return expression;
  }

  #token(): Token {
    return this.#peek(0);
  }

  #peek(ahead: number): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] ?? { kind: 'end', text: '<EOF>', offset: 0 };
  }

  #is(text: string): boolean {
    const token = this.#token();
    return token.text === text && (token.kind === 'operator' || token.kind === 'keyword');
  }

  #take(text: string): Token | undefined {
    if (!this.#is(text)) return undefined;
    const token = this.#token();
    this.#at += 1;
    return token;
  }

  #expect(text: string, expected: string): Token {
    return this.#take(text) ?? this.#fail(expected);
  }

  #fail(expected: string): never {
    const token = this.#token();
    throw new Stop(token.offset, `Syntax error: mismatched input ${quoteInput(token.text)} expecting ${expected}`);
  }

  #deeper<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new Stop(this.#token().offset, `expression recursion limit exceeded: ${MAX_DEPTH}`);
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #expression(): Expression {
    return this.#deeper(() => {
      const condition = this.#logical('||', '_||_', () => this.#logical('&&', '_&&_', () => this.#relation()));
      const question = this.#take('?');
      if (question === undefined) return condition;
      const yes = this.#logical('||', '_||_', () => this.#logical('&&', '_&&_', () => this.#relation()));
      this.#expect(':', "':'");
      return call(question.offset, '_?_:_', condition, yes, this.#expression());
    });
  }

  /** Chains of one logical operator become a balanced tree, so that long ones are not deep. */
  #logical(operator: string, name: string, operand: () => Expression): Expression {
    const terms = [operand()];
    const offsets: number[] = [];
    for (let token = this.#take(operator); token !== undefined; token = this.#take(operator)) {
      offsets.push(token.offset);
      terms.push(operand());
    }
    const balance = (from: number, to: number): Expression => {
      const first = terms[from];
      if (from === to && first !== undefined) return first;
      const middle = Math.floor((from + to) / 2);
      return call(offsets[middle] ?? 0, name, balance(from, middle), balance(middle + 1, to));
    };
    return balance(0, terms.length - 1);
  }

  #relation(): Expression {
    return this.#chain(RELATIONS, () => this.#chain(new Set(['+', '-']), () => this.#chain(new Set(['*', '/', '%']), () => this.#unary())));
  }

  #chain(operators: ReadonlySet<string>, operand: () => Expression): Expression {
    let left = operand();
    let length = 0;
    for (;;) {
      const token = this.#token();
      if ((token.kind !== 'operator' && token.kind !== 'keyword') || !operators.has(token.text)) return left;
      this.#at += 1;
      length += 1;
      if (this.#depth + length > MAX_DEPTH) throw new Stop(token.offset, 'max recursion depth exceeded');
      left = call(token.offset, token.text === 'in' ? '@in' : `_${token.text}_`, left, operand());
    }
  }

  #unary(): Expression {
    for (const [sign, name] of [['!', '!_'] as const, ['-', '-_'] as const]) {
      const first = this.#token();
      let count = 0;
      while (this.#is(sign)) {
        const next = this.#peek(1).kind;
        if (sign === '-' && (next === 'int' || next === 'float')) break;
        this.#at += 1;
        count += 1;
      }
      if (count === 0) continue;
      const member = this.#member();
      return count % 2 === 1 ? call(first.offset, name, member) : member;
    }
    return this.#member();
  }

  #member(): Expression {
    let expression = this.#primary();
    for (let length = 1; ; length += 1) {
      if (this.#depth + length > MAX_DEPTH) throw new Stop(this.#token().offset, 'max recursion depth exceeded');
      const token = this.#token();
      if (this.#take('.') !== undefined) expression = this.#selection(expression, token);
      else if (this.#take('[') !== undefined) {
        const optional = this.#optionalMark('[?', token.offset);
        const index = this.#expression();
        this.#expect(']', continuations("']', '?'"));
        expression = call(token.offset, optional ? '_[?_]' : '_[_]', expression, index);
      } else return expression;
    }
  }

  #selection(operand: Expression, dot: Token): Expression {
    if (this.#is('?')) {
      const optional = this.#optionalMark('.?', dot.offset);
      const name = this.#token();
      const field = this.#fieldName('.?');
      return optional ? call(dot.offset, '_?._', operand, literal(name.offset, field)) : operand;
    }
    const token = this.#token();
    const field = this.#fieldName('.');
    const open = token.kind === 'identifier' ? this.#take('(') : undefined;
    if (open === undefined) return { kind: 'select', offset: dot.offset, operand, field, test: false };
    return this.#called(open, field, operand, this.#arguments());
  }

  #fieldName(operator: string): string {
    const token = this.#token();
    if (token.kind === 'identifier') {
      this.#at += 1;
      return token.text;
    }
    if (token.kind === 'escaped') {
      this.#at += 1;
      return token.text.slice(1, -1);
    }
    if (token.kind === 'end' || token.kind === 'keyword' || token.kind === 'operator') {
      throw new Stop(token.offset, `Syntax error: no viable alternative at input '${operator}${token.kind === 'end' ? '' : token.text}'`);
    }
    throw new Stop(token.offset, `Syntax error: no viable alternative at input '${operator}${token.text}'`);
  }

  #optionalMark(syntax: string, offset: number): boolean {
    if (this.#take('?') === undefined) return false;
    if (this.#options.optionalSyntax === false) this.issues.push({ offset, message: `unsupported syntax '${syntax}'` });
    return true;
  }

  #arguments(): Expression[] {
    if (this.#take(')') !== undefined) return [];
    if (!this.#startsExpression()) this.#fail(ARGUMENT_STARTS);
    const args = [this.#expression()];
    while (this.#take(',') !== undefined) args.push(this.#expression());
    this.#expect(')', continuations("')', ',', '?'"));
    return args;
  }

  #called(open: Token, name: string, target: Expression | undefined, args: readonly Expression[]): Expression {
    const expanded = expandMacro({ kind: 'call', offset: open.offset, name, target, args }, this.#options.bindings === true);
    if ('message' in expanded) {
      this.issues.push(expanded);
      return literal(open.offset, null);
    }
    return expanded;
  }

  #startsExpression(): boolean {
    const token = this.#token();
    if (token.kind === 'end' || token.kind === 'escaped') return false;
    if (token.kind === 'operator') return '[{(.-!'.includes(token.text);
    return token.text !== 'in' || token.kind !== 'keyword';
  }

  #primary(): Expression {
    const token = this.#token();
    if (!this.#startsExpression()) this.#fail(EXPRESSION_STARTS);
    if (this.#take('(') !== undefined) {
      const inner = this.#expression();
      const next = this.#token();
      if (this.#take(')') === undefined) throw new Stop(next.offset, `Syntax error: missing ')' at ${quoteInput(next.text)}`);
      return inner;
    }
    if (this.#take('[') !== undefined) return this.#list(token);
    if (this.#take('{') !== undefined) return { kind: 'map', offset: token.offset, entries: this.#entries() };
    if (token.kind === 'identifier' || this.#is('.')) return this.#named();
    return this.#literal();
  }

  #named(): Expression {
    const dot = this.#take('.');
    const token = this.#token();
    if (token.kind !== 'identifier') return this.#fail('IDENTIFIER');
    const struct = this.#struct(dot === undefined ? '' : '.');
    if (struct !== undefined) return struct;
    this.#at += 1;
    const name = `${dot === undefined ? '' : '.'}${token.text}`;
    if (RESERVED.has(token.text)) this.issues.push({ offset: token.offset, message: `reserved identifier: ${token.text}` });
    const open = this.#take('(');
    if (open === undefined) return { kind: 'identifier', offset: token.offset, name };
    return this.#called(open, name, undefined, this.#arguments());
  }

  /** `a.b.C{…}`, looked for by reading ahead over the dotted name. */
  #struct(prefix: string): Expression | undefined {
    let ahead = 1;
    while (this.#peek(ahead).text === '.' && this.#peek(ahead + 1).kind === 'identifier') ahead += 2;
    const open = this.#peek(ahead);
    if (open.kind !== 'operator' || open.text !== '{') return undefined;
    const names: string[] = [];
    for (let at = 0; at < ahead; at += 2) names.push(this.#peek(at).text);
    this.#at += ahead + 1;
    return { kind: 'struct', offset: open.offset, name: prefix + names.join('.'), fields: this.#structFields() };
  }

  #structFields(): StructField[] {
    const fields: StructField[] = [];
    while (!this.#is('}')) {
      if (fields.length > 0 && this.#take(',') === undefined) this.#fail("{'}', ','}");
      if (this.#is('}')) break;
      if (fields.length === 0 && this.#take(',') !== undefined) break;
      const optional = this.#optionalMark('?', this.#token().offset);
      const name = this.#fieldName('{');
      const colon = this.#expect(':', "':'");
      fields.push({ offset: colon.offset, name, value: this.#expression(), optional });
    }
    this.#expect('}', "'}'");
    return fields;
  }

  #list(open: Token): Expression {
    const elements: Expression[] = [];
    const optional = new Set<number>();
    while (!this.#is(']')) {
      if (elements.length > 0 && this.#take(',') === undefined) this.#fail("{']', ','}");
      if (this.#is(']')) break;
      if (elements.length === 0 && this.#take(',') !== undefined) break;
      if (this.#optionalMark('?', this.#token().offset)) optional.add(elements.length);
      else if (!this.#startsExpression()) this.#fail(ELEMENT_STARTS);
      elements.push(this.#expression());
    }
    this.#expect(']', "']'");
    return { kind: 'list', offset: open.offset, elements, optional };
  }

  #entries(): Entry[] {
    const entries: Entry[] = [];
    while (!this.#is('}')) {
      if (entries.length > 0 && this.#take(',') === undefined) this.#fail("{'}', ','}");
      if (this.#is('}')) break;
      if (entries.length === 0 && this.#take(',') !== undefined) break;
      const optional = this.#optionalMark('?', this.#token().offset);
      if (!optional && !this.#startsExpression()) this.#fail(ENTRY_STARTS);
      const key = this.#expression();
      const colon = this.#expect(':', continuations("'?', ':'"));
      entries.push({ offset: colon.offset, key, value: this.#expression(), optional });
    }
    this.#expect('}', "'}'");
    return entries;
  }

  #literal(): Expression {
    const token = this.#token();
    const negative = this.#take('-') !== undefined;
    const { kind, text } = this.#token();
    this.#at += 1;
    const made = (what: string, value: Value | undefined): Expression => {
      if (value === undefined) this.issues.push({ offset: token.offset, message: what });
      return literal(token.offset, value ?? null);
    };
    switch (kind) {
      case 'int':
        return made('invalid int literal', readInt(text, negative));
      case 'uint': {
        const value = readUint(text);
        return made('invalid uint literal', value === undefined ? undefined : new Uint(value));
      }
      case 'float': {
        const value = Number(text) * (negative ? -1 : 1);
        return made('invalid double literal', Number.isFinite(value) ? value : undefined);
      }
      case 'string':
        return made('invalid string literal', readString(text));
      case 'bytes':
        return made('invalid bytes literal', readBytes(text));
      default:
        return literal(token.offset, text === 'null' ? null : text === 'true');
    }
  }
}
