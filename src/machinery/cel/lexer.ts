// Splits an expression into tokens. One pass, each character looked at a bounded number of times.

import { quoteInput } from './syntax-text.ts';
import type { Issue } from './source.ts';

export type TokenKind = 'int' | 'uint' | 'float' | 'string' | 'bytes' | 'identifier' | 'escaped' | 'keyword' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
}

const SPACE = /(?:[\t \r\n\f]|\/\/[^\n]*)+/y;
const NUMBER = /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)|0x[0-9a-fA-F]+[uU]?|\d+[uU]?/y;
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y;
const ESCAPED = /`[A-Za-z0-9_.\-/ ]+`/y;
const OPERATOR = /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/y;
const PREFIX = /(?:[bB]?[rR]|[bB])?(?="|')/y;
const ESCAPE = /\\(?:[abfnrtv"'\\?`]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y;
const KEYWORDS: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null']);

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

/** Where a quoted text that opens at `start` ends (exclusive), or how far it could be read. */
function closing(text: string, start: number, delimiter: string, raw: boolean): { readonly end: number; readonly closed: boolean } {
  let at = start + delimiter.length;
  while (at < text.length) {
    if (text.startsWith(delimiter, at)) return { end: at + delimiter.length, closed: true };
    const character = text[at];
    if (delimiter.length === 1 && (character === '\n' || character === '\r')) break;
    if (character === '\\' && !raw) {
      const escape = matchAt(ESCAPE, text, at);
      if (escape === undefined) return { end: Math.min(text.length, at + 2), closed: false };
      at += escape.length;
    } else at += 1;
  }
  return { end: at, closed: false };
}

function quoted(text: string, offset: number): { readonly token: Token; readonly closed: boolean } | undefined {
  const prefix = matchAt(PREFIX, text, offset);
  if (prefix === undefined) return undefined;
  const start = offset + prefix.length;
  const quote = text[start] ?? '"';
  const raw = /r/i.test(prefix);
  const triple = text.startsWith(quote.repeat(3), start) ? closing(text, start, quote.repeat(3), raw) : undefined;
  const { end, closed } = triple?.closed === true ? triple : closing(text, start, quote, raw);
  return { token: { kind: /b/i.test(prefix) ? 'bytes' : 'string', text: text.slice(offset, end), offset }, closed };
}

function plain(text: string, offset: number): Token | undefined {
  const number = matchAt(NUMBER, text, offset);
  if (number !== undefined) {
    const hex = number.startsWith('0x');
    const kind = /u$/i.test(number) ? 'uint' : !hex && /[.eE]/.test(number) ? 'float' : 'int';
    return { kind, text: number, offset };
  }
  const name = matchAt(IDENTIFIER, text, offset);
  if (name !== undefined) return { kind: KEYWORDS.has(name) ? 'keyword' : 'identifier', text: name, offset };
  const escaped = matchAt(ESCAPED, text, offset);
  if (escaped !== undefined) return { kind: 'escaped', text: escaped, offset };
  const operator = matchAt(OPERATOR, text, offset);
  return operator === undefined ? undefined : { kind: 'operator', text: operator, offset };
}

/** All tokens, the last one of kind `end`, and what could not be read as one. */
export function tokenize(text: string): { readonly tokens: readonly Token[]; readonly issues: readonly Issue[] } {
  const tokens: Token[] = [];
  const issues: Issue[] = [];
  let offset = 0;
  for (;;) {
    offset += matchAt(SPACE, text, offset)?.length ?? 0;
    if (offset >= text.length) break;
    const string = quoted(text, offset);
    if (string?.closed === true) tokens.push(string.token);
    const token = string?.token ?? plain(text, offset);
    if (token !== undefined && string === undefined) tokens.push(token);
    const wrong = string?.closed === false || token === undefined;
    const taken = token?.text ?? unreadable(text, offset);
    if (wrong) issues.push({ offset, message: `Syntax error: token recognition error at: ${quoteInput(taken)}` });
    offset += Math.max(1, taken.length);
  }
  tokens.push({ kind: 'end', text: '<EOF>', offset: text.length });
  return { tokens, issues };
}

/** A half operator swallows the character after it, as upstream's lexer reports it. */
function unreadable(text: string, offset: number): string {
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  return '|&='.includes(character) ? text.slice(offset, offset + 2) : character;
}
