// Parses a Go template into trees: one of the text itself and one for each `define` and `block`.
//
// P1. Errors read as text/template words them, with the line of the token that was read last.
// P2. Parentheses and blocks nest up to a limit, so that no input exhausts the stack.

import { quote } from '../quote.ts';
import { describeToken, Lexer } from './lexer.ts';
import type { Token, TokenType } from './lexer.ts';
import { isEmptyList, nodeText } from './node.ts';
import type { BranchNode, CommandNode, ListNode, Operand, PipeNode, Statement, TemplateNode } from './node.ts';
import { parseCharacter, parseNumber } from './number-literal.ts';
import { unquote } from './unquote.ts';

/** Thrown with upstream's text; the door of this folder turns it into a value. */
export class TemplateError extends Error {}

const MAXIMUM_DEPTH = 600;

const OPERANDS: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

const LITERALS: ReadonlySet<Operand['type']> = new Set<Operand['type']>(['bool', 'string', 'number', 'nil', 'dot']);
const NOT_EXECUTABLE: ReadonlySet<Operand['type']> = new Set<Operand['type']>(['bool', 'dot', 'nil', 'number', 'string']);

/** What all trees of one text share. */
interface Source {
  readonly name: string;
  readonly lexer: Lexer;
  readonly functions: ReadonlySet<string>;
  readonly trees: Map<string, ListNode>;
  depth: number;
}

/** Ends a list: `{{end}}`, or `{{else}}` and perhaps what stands behind it. */
type Ending = { readonly type: 'end'; readonly at: number } | { readonly type: 'else'; readonly at: number };

/** Parses a whole text; the trees by name, the text's own among them. */
export function parseTrees(name: string, text: string, functions: ReadonlySet<string>): ReadonlyMap<string, ListNode> {
  const source: Source = { name, lexer: new Lexer(text), functions, trees: new Map(), depth: 0 };
  new TreeParser(source, name).parse();
  return source.trees;
}

class TreeParser {
  readonly #source: Source;
  #name: string;
  readonly #tokens: Token[] = [];
  #peeked = 0;
  #variables: string[] = ['$'];
  #actionLine = 0;
  #rangeDepth = 0;

  constructor(source: Source, name: string) {
    this.#source = source;
    this.#name = name;
  }

  parse(): void {
    const at = this.#peek().at;
    const nodes: Statement[] = [];
    while (this.#peek().type !== 'eof') {
      if (this.#peek().type === 'leftDelim') {
        const delimiter = this.#next();
        if (this.#nextNonSpace().type === 'define') {
          new TreeParser(this.#source, 'definition').#definition();
          continue;
        }
        this.#backup2(delimiter);
      }
      const node = this.#textOrAction();
      if (node.type === 'end' || node.type === 'else') this.#fail(`unexpected {{${node.type}}}`);
      nodes.push(node);
    }
    this.#add({ type: 'list', at, nodes });
  }

  // Tokens: one may be read ahead, and up to two more put back.

  #next(): Token {
    if (this.#peeked > 0) this.#peeked--;
    else this.#tokens[0] = this.#source.lexer.next();
    return this.#tokens[this.#peeked] ?? NO_TOKEN;
  }

  #backup2(token: Token): void {
    this.#tokens[1] = token;
    this.#peeked = 2;
  }

  #backup3(second: Token, first: Token): void {
    this.#tokens[1] = first;
    this.#tokens[2] = second;
    this.#peeked = 3;
  }

  #peek(): Token {
    if (this.#peeked === 0) {
      this.#peeked = 1;
      this.#tokens[0] = this.#source.lexer.next();
    }
    return this.#tokens[this.#peeked - 1] ?? NO_TOKEN;
  }

  #nextNonSpace(): Token {
    let token = this.#next();
    while (token.type === 'space') token = this.#next();
    return token;
  }

  #peekNonSpace(): Token {
    const token = this.#nextNonSpace();
    this.#peeked++;
    return token;
  }

  #fail(problem: string): never {
    throw new TemplateError(`template: ${this.#source.name}:${this.#tokens[0]?.line ?? 0}: ${problem}`);
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') this.#fail(`unexpected ${describeToken(token)} in ${context}`);
    if (this.#actionLine === 0 || this.#actionLine === token.line) this.#fail(token.text);
    const extra = ` in action started at ${this.#source.name}:${this.#actionLine}`;
    this.#fail(token.text + (token.text.endsWith(' action') ? extra.slice(' in action'.length) : extra));
  }

  #expect(type: TokenType, context: string): Token {
    const token = this.#nextNonSpace();
    return token.type === type ? token : this.#unexpected(token, context);
  }

  /** Runs what nests, one level deeper. */
  #nested<T>(parse: () => T): T {
    if (++this.#source.depth > MAXIMUM_DEPTH) this.#fail('max expression depth exceeded');
    const parsed = parse();
    this.#source.depth--;
    return parsed;
  }

  #add(list: ListNode): void {
    const { trees } = this.#source;
    const known = trees.get(this.#name);
    if (known === undefined || isEmptyList(known)) trees.set(this.#name, list);
    else if (!isEmptyList(list)) this.#fail(`template: multiple definition of template ${quote(this.#name)}`);
  }

  #definition(): void {
    const context = 'define clause';
    const token = this.#nextNonSpace();
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context);
    this.#name = this.#unquoted(token.text);
    this.#expect('rightDelim', context);
    this.#body(context);
  }

  #body(context: string): void {
    const { list, ending } = this.#nested(() => this.#itemList());
    if (ending.type !== 'end') this.#fail(`unexpected {{${ending.type}}} in ${context}`);
    this.#add(list);
  }

  #unquoted(text: string): string {
    return unquote(text) ?? this.#fail('invalid syntax');
  }

  #itemList(): { list: ListNode; ending: Ending } {
    const at = this.#peekNonSpace().at;
    const nodes: Statement[] = [];
    while (this.#peekNonSpace().type !== 'eof') {
      const node = this.#textOrAction();
      if (node.type === 'end' || node.type === 'else') return { list: { type: 'list', at, nodes }, ending: node };
      nodes.push(node);
    }
    return this.#fail('unexpected EOF');
  }

  #textOrAction(): Statement | Ending {
    const token = this.#nextNonSpace();
    if (token.type === 'text') return { type: 'text', at: token.at, text: token.text };
    if (token.type !== 'leftDelim') return this.#unexpected(token, 'input');
    this.#actionLine = token.line;
    const action = this.#action();
    this.#actionLine = 0;
    return action;
  }

  #action(): Statement | Ending {
    const token = this.#nextNonSpace();
    switch (token.type) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#jump(token.type, token.at);
      case 'else':
        return this.#else();
      case 'end':
        return { type: 'end', at: this.#expect('rightDelim', 'end').at };
      case 'if':
      case 'range':
      case 'with':
        return this.#branch(token.type);
      case 'template':
        return this.#template();
      default:
        this.#peeked++;
        return { type: 'action', at: this.#peek().at, pipe: this.#pipeline('command', 'rightDelim') };
    }
  }

  #jump(type: 'break' | 'continue', at: number): Statement {
    const token = this.#nextNonSpace();
    if (token.type !== 'rightDelim') this.#unexpected(token, `{{${type}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${type}}} outside {{range}}`);
    return { type, at };
  }

  #else(): Ending {
    const next = this.#peekNonSpace();
    // `{{else if}}` leaves its `if` for the branch that it continues.
    if (next.type === 'if' || next.type === 'with') return { type: 'else', at: next.at };
    return { type: 'else', at: this.#expect('rightDelim', 'else').at };
  }

  #branch(type: BranchNode['type']): BranchNode {
    const visible = this.#variables.length;
    const pipe = this.#pipeline(type, 'rightDelim');
    if (type === 'range') this.#rangeDepth++;
    const { list, ending } = this.#nested(() => this.#itemList());
    if (type === 'range') this.#rangeDepth--;
    const otherwise = ending.type === 'else' ? this.#otherwise(type, ending) : undefined;
    this.#variables.length = visible;
    return { type, at: pipe.at, pipe, list, otherwise };
  }

  #otherwise(type: BranchNode['type'], { at }: Ending): ListNode {
    if (type !== 'range' && this.#peek().type === type) {
      this.#next();
      return { type: 'list', at, nodes: [this.#nested(() => this.#branch(type))] };
    }
    const { list, ending } = this.#nested(() => this.#itemList());
    if (ending.type !== 'end') this.#fail(`expected end; found {{${ending.type}}}`);
    return list;
  }

  #block(): TemplateNode {
    const context = 'block clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipeline(context, 'rightDelim');
    new TreeParser(this.#source, name).#body(context);
    return { type: 'template', at: token.at, name, pipe };
  }

  #template(): TemplateNode {
    const context = 'template clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    if (this.#nextNonSpace().type === 'rightDelim') return { type: 'template', at: token.at, name, pipe: undefined };
    this.#peeked++;
    return { type: 'template', at: token.at, name, pipe: this.#pipeline(context, 'rightDelim') };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context);
    return this.#unquoted(token.text);
  }

  #pipeline(context: string, end: 'rightDelim' | 'rightParen'): PipeNode {
    const { at } = this.#peekNonSpace();
    const { declared, assigns } = this.#declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#nextNonSpace();
      if (token.type === end) break;
      if (!OPERANDS.has(token.type)) this.#unexpected(token, context);
      this.#peeked++;
      commands.push(this.#command());
    }
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    for (const [index, { operands }] of commands.entries()) {
      const first = operands[0];
      if (index > 0 && first !== undefined && NOT_EXECUTABLE.has(first.type)) {
        this.#fail(`non executable command in pipeline stage ${index + 1}`);
      }
    }
    return { type: 'pipe', at, assigns, declared, commands };
  }

  #declarations(context: string): { declared: string[]; assigns: boolean } {
    const declared: string[] = [];
    for (let variable = this.#peekNonSpace(); variable.type === 'variable'; variable = this.#peekNonSpace()) {
      this.#next();
      const after = this.#peek();
      const next = this.#peekNonSpace();
      const comma = next.type === 'char' && next.text === ',';
      if (next.type !== 'assign' && next.type !== 'declare' && !comma) {
        if (after.type === 'space') this.#backup3(variable, after);
        else this.#backup2(variable);
        return { declared, assigns: false };
      }
      this.#nextNonSpace();
      declared.push(variable.text);
      this.#variables.push(variable.text);
      if (!comma) return { declared, assigns: next.type === 'assign' };
      if (context !== 'range' || declared.length > 1) this.#fail(`too many declarations in ${context}`);
      const following = this.#peekNonSpace().type;
      if (following !== 'variable' && following !== 'rightDelim' && following !== 'rightParen') {
        this.#fail('range can only initialize variables');
      }
    }
    return { declared, assigns: false };
  }

  #command(): CommandNode {
    const { at } = this.#peekNonSpace();
    const operands: Operand[] = [];
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.#next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelim' || token.type === 'rightParen') this.#peeked++;
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    if (operands.length === 0) this.#fail('empty command');
    return { type: 'command', at, operands };
  }

  #operand(): Operand | undefined {
    const node = this.#term();
    if (node === undefined || this.#peek().type !== 'field') return node;
    const { at } = this.#peek();
    const fields: string[] = [];
    while (this.#peek().type === 'field') fields.push(this.#next().text.slice(1));
    if (node.type === 'field' || node.type === 'variable') return { type: node.type, at, path: [...node.path, ...fields] };
    if (LITERALS.has(node.type)) this.#fail(`unexpected . after term ${quote(nodeText(node))}`);
    return { type: 'chain', at, node, path: fields };
  }

  #term(): Operand | undefined {
    const token = this.#nextNonSpace();
    const { at, text } = token;
    switch (token.type) {
      case 'identifier':
        if (!this.#source.functions.has(text)) this.#fail(`function ${quote(text)} not defined`);
        return { type: 'identifier', at, name: text };
      case 'dot':
      case 'nil':
        return { type: token.type, at };
      case 'variable':
        if (!this.#variables.includes(text)) this.#fail(`undefined variable ${quote(text)}`);
        return { type: 'variable', at, path: [text] };
      case 'field':
        return { type: 'field', at, path: [text.slice(1)] };
      case 'bool':
        return { type: 'bool', at, value: text === 'true' };
      case 'charConstant':
      case 'complex':
      case 'number': {
        const number = token.type === 'charConstant' ? parseCharacter(text) : parseNumber(text);
        return number.ok ? { type: 'number', at, text, ...number.value } : this.#fail(number.error);
      }
      case 'leftParen':
        return this.#nested(() => this.#pipeline('parenthesized pipeline', 'rightParen'));
      case 'string':
      case 'rawString':
        return { type: 'string', at, quoted: text, text: this.#unquoted(text) };
      default:
        this.#peeked++;
        return undefined;
    }
  }
}

const NO_TOKEN: Token = { type: 'eof', at: 0, text: 'EOF', line: 0 };
