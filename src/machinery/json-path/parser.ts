// Parses kubectl's dialect of JSONPath: text with actions in braces, each a chain of steps.
//
// P1. Errors read as client-go words them.
// P2. Every step goes on from where the last one ended; what nests (filters and unions) nests up to a limit.

import { goFloat, goInt } from '../go-template/go-value.ts';
import { describeCharacter } from '../go-template/go-verbs.ts';
import { unquoteInside } from '../go-template/unquote.ts';
import { newList } from './node.ts';
import type { Bound, List, Node } from './node.ts';

/** Thrown with upstream's text; the door of this folder turns it into a value. */
export class PathError extends Error {
  /** The step that failed although it had found this many values, where that matters. */
  readonly partial: { readonly step: Node; readonly found: number } | undefined;

  constructor(message: string, partial?: { readonly step: Node; readonly found: number }) {
    super(message);
    this.partial = partial;
  }
}

const MAXIMUM_DEPTH = 100;
const DICTIONARY_KEY = /^'([^']*)'$/;
const SLICE = /^(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?$/;
const COMPARISON = /^([^!<>=]+)([!<>=]+)([^\n]+)$/;
const DIGIT = /\p{Nd}/u;
const ALPHANUMERIC = /[_\p{L}\p{Nd}]/u;
const TERMINATORS = ' \t\r\n.,[]$@{}';
const NEVER: Bound = { value: 0n, known: false, derived: false };

const isTerminator = (character: string): boolean => character === '' || TERMINATORS.includes(character);

/** The tree of a whole template. */
export function parsePath(text: string, depth = 0): List {
  if (depth > MAXIMUM_DEPTH) throw new PathError('max expression depth exceeded');
  return new PathParser(text, depth).parse();
}

/** Go's strconv.Atoi: an int64 in decimal. */
export function parseGoInteger(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text) || text.length > 400) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

class PathParser {
  readonly #text: string;
  readonly #depth: number;
  readonly #root = newList();
  #at = 0;
  #start = 0;

  constructor(text: string, depth: number) {
    this.#text = text;
    this.#depth = depth;
  }

  parse(): List {
    while (this.#at < this.#text.length) {
      const brace = this.#text.indexOf('{', this.#at);
      this.#at = brace < 0 ? this.#text.length : brace;
      if (this.#at > this.#start) this.#root.nodes.push({ type: 'text', text: this.#consume() });
      if (brace >= 0) this.#action();
    }
    return this.#root;
  }

  /** What was read since the last time. */
  #consume(): string {
    const text = this.#text.slice(this.#start, this.#at);
    this.#start = this.#at;
    return text;
  }

  /** The next character, or the empty text at the end. */
  #next(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) return '';
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  #action(): void {
    const list = newList();
    this.#root.nodes.push(list);
    this.#at += 1;
    this.#consume();
    while (!this.#text.startsWith('}', this.#at)) this.#step(list.nodes);
    this.#at += 1;
    this.#consume();
  }

  #step(nodes: Node[]): void {
    if (this.#text.startsWith('[?(', this.#at)) return this.#filter(nodes);
    if (this.#text.startsWith('..', this.#at)) return this.#recursive(nodes);
    const from = this.#at;
    const character = this.#next();
    if (character === '' || character === '\r' || character === '\n') throw new PathError('unclosed action');
    // The current object stands for itself.
    if (character === ' ' || character === '@' || character === '$') this.#consume();
    else if (character === '[') this.#array(nodes);
    else if (character === '"' || character === "'") this.#quoted(nodes, character);
    else if (character === '.') this.#field(nodes);
    else if (character === '+' || character === '-' || DIGIT.test(character)) this.#number(nodes, from);
    else if (ALPHANUMERIC.test(character)) this.#identifier(nodes, from);
    else throw new PathError(`unrecognized character in action: ${describeCharacter(character)}`);
  }

  #identifier(nodes: Node[], from: number): void {
    this.#at = from;
    while (!isTerminator(this.#text[this.#at] ?? '')) this.#at++;
    const name = this.#consume();
    if (name === 'true' || name === 'false') nodes.push({ type: 'literal', value: name === 'true' });
    else nodes.push({ type: 'identifier', name });
  }

  #recursive(nodes: Node[]): void {
    if (nodes.at(-1)?.type === 'recursive') throw new PathError('invalid multiple recursive descent');
    this.#at += 2;
    this.#consume();
    nodes.push({ type: 'recursive' });
    const code = this.#text.codePointAt(this.#at);
    if (code !== undefined && ALPHANUMERIC.test(String.fromCodePoint(code))) this.#field(nodes);
  }

  #number(nodes: Node[], from: number): void {
    this.#at = from + (/[+-]/.test(this.#text[from] ?? '') ? 1 : 0);
    for (let next = this.#at; ; next = this.#at) {
      const character = this.#next();
      if (character === '.' || DIGIT.test(character)) continue;
      this.#at = next;
      break;
    }
    const text = this.#consume();
    const integer = parseGoInteger(text);
    if (integer !== undefined) nodes.push({ type: 'literal', value: goInt(integer) });
    else if (/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text) && Number.isFinite(Number(text))) {
      nodes.push({ type: 'literal', value: goFloat(Number(text)) });
    } else throw new PathError(`cannot parse number ${text}`);
  }

  #array(nodes: Node[]): void {
    const close = this.#text.indexOf(']', this.#at);
    const line = this.#text.indexOf('\n', this.#at);
    if (close < 0 || (line >= 0 && line < close)) throw new PathError('unterminated array');
    const inside = this.#text.slice(this.#at, close);
    this.#at = close + 1;
    this.#consume();
    const text = inside === '*' ? ':' : inside;
    const parts = text.split(',');
    if (parts.length > 1) {
      nodes.push({ type: 'union', lists: parts.map((part) => this.#inner(`[${withoutOuterSpaces(part)}]`)) });
      return;
    }
    const key = DICTIONARY_KEY.exec(text)?.[1];
    if (key !== undefined) nodes.push(...this.#inner(`.${key}`).nodes);
    else nodes.push({ type: 'array', bounds: parseBounds(text) });
  }

  /** The first action of a text that is an action's inside. */
  #inner(text: string): List {
    const [first] = parsePath(`{${text}}`, this.#depth + 1).nodes;
    return first?.type === 'list' ? first : newList();
  }

  #filter(nodes: Node[]): void {
    this.#at += 3;
    this.#consume();
    this.#findFilterEnd();
    if (this.#next() !== ']') throw new PathError('unclosed array expect ]');
    const text = this.#consume().slice(0, -2);
    const [, left, operator, right] = COMPARISON.exec(text) ?? [];
    if (left === undefined || operator === undefined || right === undefined) {
      nodes.push({ type: 'filter', left: this.#inner(text), right: newList(), operator: 'exists' });
    } else {
      nodes.push({ type: 'filter', left: this.#inner(left), right: this.#inner(right), operator });
    }
  }

  /** Reads to the parenthesis that ends a filter; one in quotation marks does not. */
  #findFilterEnd(): void {
    let opened = false;
    let closed = false;
    let mark = '';
    for (;;) {
      const character = this.#next();
      if (character === '' || character === '\n') throw new PathError('unterminated filter');
      if (character === ')' && opened === closed) return;
      if (character !== '"' && character !== "'") continue;
      if (!opened) {
        opened = true;
        mark = character;
      } else if (character === mark && this.#text[this.#at - 2] !== '\\') closed = true;
    }
  }

  #quoted(nodes: Node[], mark: string): void {
    for (;;) {
      const character = this.#next();
      if (character === '' || character === '\n') throw new PathError('unterminated quoted string');
      if (character === mark && this.#text[this.#at - 2] !== '\\') break;
    }
    const quoted = this.#consume();
    const text = unquoteInside(quoted.slice(1, -1), mark);
    if (text === undefined) throw new PathError(`unquote string ${quoted} error invalid syntax`);
    nodes.push({ type: 'text', text });
  }

  #field(nodes: Node[]): void {
    this.#consume();
    for (;;) {
      const character = this.#text[this.#at] ?? '';
      if (character === '\\') {
        this.#at++;
        this.#next();
      } else if (isTerminator(character)) break;
      else this.#at++;
    }
    const name = this.#consume();
    nodes.push(name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') });
  }
}

function withoutOuterSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (text[start] === ' ') start++;
  while (end > start && text[end - 1] === ' ') end--;
  return text.slice(start, end);
}

function parseBounds(text: string): [Bound, Bound, Bound] {
  const match = SLICE.exec(text);
  if (match === null) throw new PathError(`invalid array index ${text}`);
  const [, first = '', second = '', third = ''] = match;
  const start = first === '' ? NEVER : knownBound(first);
  const end = second === '' ? { value: start.value + 1n, known: true, derived: true } : optionalBound(second.slice(1));
  return [start, end, third === '' ? NEVER : optionalBound(third.slice(1))];
}

const optionalBound = (text: string): Bound => (text === '' ? NEVER : knownBound(text));

function knownBound(text: string): Bound {
  const value = parseGoInteger(text);
  if (value === undefined) throw new PathError(`array index ${text} is not a number`);
  return { value, known: true, derived: false };
}
