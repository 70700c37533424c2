// Reads the text form of label selectors: `a in (b,c), !d, e>1`. The grammar and its complaints are upstream's.
//
// P1. Text is read byte by byte upstream; a NUL ends it, as the end of the text does.
// P2. `in` and `notin` are keywords only where an operator may stand, names elsewhere.

import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { printProblem } from '../problem.ts';
import { compareBytes } from '../utf8.ts';
import { labelKeyProblem, requirement } from './requirement.ts';
import type { Operator, Requirement } from './requirement.ts';

type TokenType = 'end' | 'identifier' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '>' | '<' | 'in' | 'notin';

interface Token {
  readonly type: TokenType;
  readonly literal: string;
}

const END: Token = { type: 'end', literal: '' };
const SYMBOLS: ReadonlySet<string> = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);
const isSymbol = (text: string): text is TokenType => SYMBOLS.has(text);
const SPECIAL = /[=!(),><]/;
const WHITESPACE = /[ \t\r\n]/;
const OPERATOR_OF: Readonly<Partial<Record<TokenType, Operator>>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};
const EXPECTED_OPERATORS = 'in, notin, =, ==, !=, gt, lt';

const IDENTIFIER = /[^=!(),><\0 \t\r\n]+/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (WHITESPACE.test(character)) {
      at += 1;
      continue;
    }
    // P1: what follows a NUL is never read.
    if (character === '\0') break;
    const token = SPECIAL.test(character) ? symbol(text, at) : identifier(text, at);
    tokens.push(token);
    at += token.literal.length;
    // The NUL that ended a token is swallowed with it.
    if (text[at] === '\0') at += 1;
  }
  tokens.push(END);
  return tokens;
}

function identifier(text: string, from: number): Token {
  IDENTIFIER.lastIndex = from;
  const literal = IDENTIFIER.exec(text)?.[0] ?? '';
  return { type: literal === 'in' || literal === 'notin' ? literal : 'identifier', literal };
}

/** A symbol is taken as long as one more character still makes a symbol. */
function symbol(text: string, from: number): Token {
  const [one, both] = [text.slice(from, from + 1), text.slice(from, from + 2)];
  const literal = isSymbol(both) ? both : one;
  return { type: isSymbol(literal) ? literal : 'end', literal };
}

/** What stops the parsing; caught at its only door. */
class ParseProblem extends Error {}

const expected = (literal: string, what: string): ParseProblem => new ParseProblem(`found '${literal}', expected: ${what}`);

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  #peek(keywords = false): Token {
    const token = this.#tokens[this.#position] ?? END;
    return !keywords && (token.type === 'in' || token.type === 'notin') ? { type: 'identifier', literal: token.literal } : token;
  }

  #next(keywords = false): Token {
    const token = this.#peek(keywords);
    this.#position += 1;
    return token;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const { type, literal } = this.#peek();
      if (type === 'end') return requirements;
      if (type !== 'identifier' && type !== '!') throw expected(literal, "!, identifier, or 'end of string'");
      requirements.push(this.#requirement());
      const after = this.#next();
      if (after.type === 'end') return requirements;
      if (after.type !== ',') throw expected(after.literal, "',' or 'end of string'");
      const following = this.#peek();
      if (following.type !== 'identifier' && following.type !== '!') throw expected(following.literal, "identifier after ','");
    }
  }

  #requirement(): Requirement {
    try {
      return this.#readRequirement();
    } catch (error) {
      if (!(error instanceof ParseProblem)) throw error;
      throw new ParseProblem(`unable to parse requirement: ${error.message}`, { cause: error });
    }
  }

  #readRequirement(): Requirement {
    let token = this.#next();
    const negated = token.type === '!';
    if (negated) token = this.#next();
    if (token.type !== 'identifier') throw expected(token.literal, 'identifier');
    const key = token.literal;
    const problem = labelKeyProblem(key, '<nil>');
    if (problem !== undefined) throw new ParseProblem(printProblem(problem));
    const { type } = this.#peek();
    if (negated) return checked(requirement(key, '!', []));
    if (type === 'end' || type === ',') return checked(requirement(key, 'exists', []));
    const operator = this.#operator();
    const values = operator === 'in' || operator === 'notin' ? this.#values() : this.#exactValue();
    return checked(requirement(key, operator, [...values].sort(compareBytes)));
  }

  #operator(): Operator {
    const { type, literal } = this.#next(true);
    const operator = OPERATOR_OF[type];
    if (operator === undefined) throw expected(literal, EXPECTED_OPERATORS);
    return operator;
  }

  #exactValue(): ReadonlySet<string> {
    const { type } = this.#peek();
    if (type === 'end' || type === ',') return new Set(['']);
    const { type: found, literal } = this.#next();
    if (found !== 'identifier') throw expected(literal, 'identifier');
    return new Set([literal]);
  }

  #values(): ReadonlySet<string> {
    const opening = this.#next();
    // Upstream leaves the comma out here.
    if (opening.type !== '(') throw new ParseProblem(`found '${opening.literal}' expected: '('`);
    const { type, literal } = this.#peek();
    if (type === ')') {
      this.#next();
      return new Set(['']);
    }
    if (type !== 'identifier' && type !== ',') throw expected(literal, "',', ')' or identifier");
    const values = this.#list();
    if (this.#next().type !== ')') throw expected(literal, "')'");
    return values;
  }

  #list(): Set<string> {
    const values = new Set<string>();
    for (;;) {
      const { type, literal } = this.#next();
      const { type: following, literal: followingLiteral } = this.#peek();
      if (type === 'identifier') {
        values.add(literal);
        if (following === ')') return values;
        if (following !== ',') throw expected(followingLiteral, "',' or ')'");
      } else if (type === ',') {
        // Nothing between commas and parentheses is the empty value.
        if (values.size === 0) values.add('');
        if (following === ')' || following === ',') values.add('');
        if (following === ')') return values;
      } else {
        throw expected(literal, "',', or identifier");
      }
    }
  }
}

function checked(outcome: Outcome<Requirement>): Requirement {
  if (!outcome.ok) throw new ParseProblem(outcome.error);
  return outcome.value;
}

/** The requirements that the text says, sorted by key, or what is wrong with it. */
export function parseRequirements(text: string): Outcome<readonly Requirement[]> {
  try {
    const requirements = new Parser(tokenize(text)).parse();
    return success(requirements.sort((left, right) => compareBytes(left.key, right.key)));
  } catch (error) {
    if (!(error instanceof ParseProblem)) throw error;
    return failure(error.message);
  }
}
