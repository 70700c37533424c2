// Splits a Go template into its tokens: text, delimiters, operands. White space that `{{-` and `-}}` trim is never seen again.
//
// L1. Every token knows where it starts and on which line, since errors say so.
// L2. An error is a token, the last one.

import { quote } from '../quote.ts';
import { utf8Length } from '../utf8.ts';
import { describeCharacter } from './go-verbs.ts';

export type TokenType =
  | 'error'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelim'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | 'dot'
  | Keyword;

type Keyword = 'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'nil' | 'range' | 'template' | 'with';

export interface Token {
  readonly type: TokenType;
  readonly at: number;
  readonly text: string;
  readonly line: number;
}

const KEYWORDS: ReadonlySet<string> = new Set<Keyword>([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
]);

const SPACE = /[ \t\r\n]/;
const ALPHANUMERIC = /[_\p{L}\p{Nd}]/u;
const WORD = /[_\p{L}\p{Nd}]*/uy;
const QUOTED = /(?:[^"\\\n]|\\[^\n])*"/uy;
const CHARACTER = /(?:[^'\\\n]|\\[^\n])*'/uy;
const DIGITS: Readonly<Record<string, string>> = { x: '0-9a-fA-F_', o: '0-7_', b: '01_' };

/** A token as an error message shows it. */
export function describeToken({ type, text }: Token): string {
  if (type === 'eof') return 'EOF';
  if (type === 'error') return text;
  if (type === 'dot' || KEYWORDS.has(type)) return `<${text}>`;
  return utf8Length(text) > 10 ? `${quote([...text].slice(0, 10).join(''))}...` : quote(text);
}

const newlines = (text: string): number => text.split('\n').length - 1;

export class Lexer {
  readonly #input: string;
  #at = 0;
  #start = 0;
  #line = 1;
  #startLine = 1;
  #parens = 0;
  #inside = false;

  constructor(input: string) {
    this.#input = input;
  }

  /** The next token; after the last one, `eof` for ever. */
  next(): Token {
    return this.#inside ? this.#insideAction() : this.#text();
  }

  #token(type: TokenType): Token {
    const text = this.#input.slice(this.#start, this.#at);
    const token = { type, at: this.#start, text, line: this.#startLine };
    this.#start = this.#at;
    this.#startLine = this.#line;
    return token;
  }

  #error(text: string): Token {
    return { type: 'error', at: this.#start, text, line: this.#startLine };
  }

  /** Goes on to `end`, counting the lines passed. */
  #advance(end: number): void {
    this.#line += newlines(this.#input.slice(this.#at, end));
    this.#at = end;
  }

  /** Skips to `end` without a token. */
  #skip(end: number): void {
    this.#advance(end);
    this.#start = this.#at;
    this.#startLine = this.#line;
  }

  #text(): Token {
    for (;;) {
      const found = this.#input.indexOf('{{', this.#at);
      if (found < 0) {
        this.#advance(this.#input.length);
        return this.#token(this.#at > this.#start ? 'text' : 'eof');
      }
      if (found > this.#at) {
        this.#advance(this.#trimsLeft(found + 2) ? this.#beforeSpace(found) : found);
        const token = this.#token('text');
        this.#skip(found);
        if (token.text !== '') return token;
      }
      const left = this.#leftDelimiter();
      if (left !== undefined) return left;
    }
  }

  readonly #trimsLeft = (at: number): boolean => this.#input[at] === '-' && SPACE.test(this.#input[at + 1] ?? '');
  readonly #trimsRight = (at: number): boolean =>
    SPACE.test(this.#input[at] ?? '') && this.#input[at + 1] === '-' && this.#input.startsWith('}}', at + 2);

  /** The token of `{{`, or undefined after a comment. */
  #leftDelimiter(): Token | undefined {
    const afterMarker = this.#at + (this.#trimsLeft(this.#at + 2) ? 4 : 2);
    if (this.#input.startsWith('/*', afterMarker)) {
      this.#skip(afterMarker);
      return this.#comment();
    }
    this.#at += 2;
    const token = this.#token('leftDelim');
    this.#inside = true;
    this.#skip(afterMarker);
    this.#parens = 0;
    return token;
  }

  #comment(): Token | undefined {
    const end = this.#input.indexOf('*/', this.#at + 2);
    if (end < 0) return this.#error('unclosed comment');
    const trims = this.#trimsRight(end + 2);
    if (!trims && !this.#input.startsWith('}}', end + 2)) return this.#error('comment ends before closing delimiter');
    this.#skip(end + 2);
    this.#skip(trims ? this.#afterSpace(this.#at + 4) : this.#at + 2);
    return undefined;
  }

  #afterSpace(at: number): number {
    let end = at;
    while (SPACE.test(this.#input[end] ?? '')) end++;
    return end;
  }

  /** Where the white space that ends at `end` begins. */
  #beforeSpace(end: number): number {
    let start = end;
    while (start > this.#at && SPACE.test(this.#input[start - 1] ?? '')) start--;
    return start;
  }

  #rightDelimiter(): Token {
    const trims = this.#trimsRight(this.#at);
    if (trims) this.#skip(this.#at + 2);
    this.#at += 2;
    const token = this.#token('rightDelim');
    if (trims) this.#skip(this.#afterSpace(this.#at));
    this.#inside = false;
    return token;
  }

  #insideAction(): Token {
    const at = this.#at;
    if (this.#trimsRight(at) || this.#input.startsWith('}}', at)) {
      return this.#parens === 0 ? this.#rightDelimiter() : this.#error('unclosed left paren');
    }
    const code = this.#input.codePointAt(at);
    if (code === undefined) return this.#error('unclosed action');
    const character = String.fromCodePoint(code);
    if (SPACE.test(character)) return this.#space();
    if (/[+\-0-9]/.test(character) || (character === '.' && /[0-9]/.test(this.#input[at + 1] ?? ''))) return this.#number();
    if (ALPHANUMERIC.test(character)) return this.#identifier();
    this.#at += character.length;
    return this.#symbol(character);
  }

  #symbol(character: string): Token {
    switch (character) {
      case '=':
        return this.#token('assign');
      case ':':
        if (this.#input[this.#at] !== '=') return this.#error('expected :=');
        this.#at++;
        return this.#token('declare');
      case '|':
        return this.#token('pipe');
      case '"':
        return this.#match(QUOTED, 'string', 'unterminated quoted string');
      case "'":
        return this.#match(CHARACTER, 'charConstant', 'unterminated character constant');
      case '`':
        return this.#rawString();
      case '$':
        return this.#name('variable', 'variable');
      case '.':
        return this.#name('field', 'dot');
      case '(':
        this.#parens++;
        return this.#token('leftParen');
      case ')':
        return --this.#parens < 0 ? this.#error('unexpected right paren') : this.#token('rightParen');
      default:
        if (/[!-~]/.test(character)) return this.#token('char');
        return this.#error(`unrecognized character in action: ${describeCharacter(character)}`);
    }
  }

  #space(): Token {
    const end = this.#afterSpace(this.#at);
    // The last space may belong to a trimming delimiter.
    if (!this.#trimsRight(end - 1)) this.#advance(end);
    else if (end - this.#at === 1) return this.#rightDelimiter();
    else this.#advance(end - 1);
    return this.#token('space');
  }

  #match(pattern: RegExp, type: TokenType, problem: string): Token {
    pattern.lastIndex = this.#at;
    const [rest] = pattern.exec(this.#input) ?? [];
    if (rest === undefined) return this.#error(problem);
    this.#at += rest.length;
    return this.#token(type);
  }

  #rawString(): Token {
    const end = this.#input.indexOf('`', this.#at);
    if (end < 0) return this.#error('unterminated raw quoted string');
    this.#advance(end + 1);
    return this.#token('rawString');
  }

  #word(): void {
    WORD.lastIndex = this.#at;
    this.#at += (WORD.exec(this.#input)?.[0] ?? '').length;
  }

  /** A field or a variable; the mark alone is one too. */
  #name(type: TokenType, bare: TokenType): Token {
    if (this.#atTerminator()) return this.#token(bare);
    this.#word();
    return this.#atTerminator() ? this.#token(type) : this.#badCharacter();
  }

  #identifier(): Token {
    this.#word();
    if (!this.#atTerminator()) return this.#badCharacter();
    const word = this.#input.slice(this.#start, this.#at);
    if (KEYWORDS.has(word)) return this.#token(word as Keyword);
    return this.#token(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  #badCharacter(): Token {
    const code = this.#input.codePointAt(this.#at) ?? 0;
    return this.#error(`bad character ${describeCharacter(String.fromCodePoint(code))}`);
  }

  #atTerminator(): boolean {
    const character = this.#input[this.#at];
    return character === undefined || /[ \t\r\n.,|:)(]/.test(character) || this.#input.startsWith('}}', this.#at);
  }

  #number(): Token {
    if (!this.#scanNumber()) return this.#badNumber();
    if (!/[+-]/.test(this.#input[this.#at] ?? '')) return this.#token('number');
    if (!this.#scanNumber() || this.#input[this.#at - 1] !== 'i') return this.#badNumber();
    return this.#token('complex');
  }

  readonly #badNumber = (): Token => this.#error(`bad number syntax: ${quote(this.#input.slice(this.#start, this.#at))}`);

  #scanNumber(): boolean {
    const [prefix = ''] = /^[+-]?(?:0[xXoObB])?/.exec(this.#input.slice(this.#at, this.#at + 3)) ?? [];
    const base = /[xob]$/i.exec(prefix)?.[0].toLowerCase();
    const digits = base === undefined ? '0-9_' : DIGITS[base];
    const exponent = base === undefined ? '(?:[eE][+-]?[0-9_]*)?' : base === 'x' ? '(?:[pP][+-]?[0-9_]*)?' : '';
    const pattern = new RegExp(`[${digits}]*(?:\\.[${digits}]*)?${exponent}i?`, 'y');
    pattern.lastIndex = this.#at + prefix.length;
    this.#at += prefix.length;
    this.#at += (pattern.exec(this.#input)?.[0] ?? '').length;
    const code = this.#input.codePointAt(this.#at);
    if (code === undefined || !ALPHANUMERIC.test(String.fromCodePoint(code))) return true;
    this.#at += code > 0xffff ? 2 : 1;
    return false;
  }
}
