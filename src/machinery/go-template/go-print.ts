// What Go's fmt makes of values: Print, Println and Printf with their verbs, flags and complaints about bad verbs.
//
// P1. Maps print in the order of their keys.
// P2. Width and precision are bounded as Go bounds them; a width counts characters, not bytes.

import { isJsonObject } from '../json-object.ts';
import { compareBytes } from '../utf8.ts';
import { printVerb, PLAIN_FLAGS } from './go-verbs.ts';
import type { Flags } from './go-verbs.ts';
import { GoNumber, integerOf, kindOf, typeName } from './go-value.ts';

const MAXIMUM_WIDTH = 1_000_000;

/** The text of one value with a verb, at the top or inside of a list or map. */
function printValue(value: unknown, verb: string, flags: Flags, depth: number): string {
  if (value === null || value === undefined) return printNil(verb, flags, depth);
  if (verb === 'T') return printVerb(typeName(value), 's', paddingOf(flags)) ?? '';
  if (Array.isArray(value)) return printList(value, verb, flags, depth);
  if (isJsonObject(value) && !(value instanceof GoNumber)) return printMap(value, verb, flags, depth);
  return printVerb(value, verb, flags) ?? badVerb(value, verb, flags);
}

const paddingOf = ({ width, minus, zero, precision }: Flags): Flags => ({ ...PLAIN_FLAGS, width, minus, zero, precision });

function printNil(verb: string, flags: Flags, depth: number): string {
  if (depth > 0) return flags.goSyntax ? 'interface {}(nil)' : '<nil>';
  return verb === 'v' || verb === 'T' ? (printVerb('<nil>', 's', { ...paddingOf(flags), precision: undefined }) ?? '') : `%!${verb}(<nil>)`;
}

function badVerb(value: unknown, verb: string, flags: Flags): string {
  return `%!${verb}(${typeName(value)}=${printValue(value, 'v', flags, 0)})`;
}

function printList(list: readonly unknown[], verb: string, flags: Flags, depth: number): string {
  const items = list.map((item) => printValue(item ?? null, verb, flags, depth + 1));
  return flags.goSyntax ? `[]interface {}{${items.join(', ')}}` : `[${items.join(' ')}]`;
}

function printMap(map: Readonly<Record<string, unknown>>, verb: string, flags: Flags, depth: number): string {
  const members = sortedKeys(map).map(
    (key) => `${printValue(key, verb, flags, depth + 1)}:${printValue(map[key] ?? null, verb, flags, depth + 1)}`,
  );
  return flags.goSyntax ? `map[string]interface {}{${members.join(', ')}}` : `map[${members.join(' ')}]`;
}

/** A map's keys in the order in which Go prints and ranges over them. */
export function sortedKeys(map: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .toSorted(compareBytes);
}

/** The value as `%v` prints it. */
export function goText(value: unknown): string {
  return typeof value === 'string' ? value : printValue(value, 'v', PLAIN_FLAGS, 0);
}

/** The value as `%#v` prints it: Go source. */
export function goSource(value: unknown): string {
  return printValue(value, 'v', { ...PLAIN_FLAGS, goSyntax: true }, 0);
}

/** Go's Sprint: spaces only between two values neither of which is text. */
export function sprint(values: readonly unknown[]): string {
  let text = '';
  for (const [index, value] of values.entries()) {
    if (index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string') text += ' ';
    text += goText(value);
  }
  return text;
}

/** Go's Sprintln: spaces between all values and a newline at the end. */
export function sprintln(values: readonly unknown[]): string {
  return `${values.map(goText).join(' ')}\n`;
}

/** Go's Sprintf. */
export function sprintf(format: string, values: readonly unknown[]): string {
  return new Formatter(format, values).run();
}

class Formatter {
  readonly #format: string;
  readonly #values: readonly unknown[];
  #at = 0;
  #argument = 0;
  #reordered = false;
  #goodNumber = true;
  #afterIndex = false;

  constructor(format: string, values: readonly unknown[]) {
    this.#format = format;
    this.#values = values;
  }

  run(): string {
    let out = '';
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at);
      if (percent < 0) {
        out += this.#format.slice(this.#at);
        break;
      }
      out += this.#format.slice(this.#at, percent);
      this.#at = percent + 1;
      out += this.#directive();
    }
    return out + this.#extra();
  }

  #directive(): string {
    this.#goodNumber = true;
    this.#afterIndex = false;
    const flags = this.#flags();
    this.#index();
    const complaints = this.#width(flags) + this.#precision(flags);
    if (!this.#afterIndex) this.#index();
    const code = this.#format.codePointAt(this.#at);
    if (code === undefined) return `${complaints}%!(NOVERB)`;
    const verb = String.fromCodePoint(code);
    this.#at += verb.length;
    return complaints + this.#verb(verb, flags);
  }

  #verb(verb: string, flags: MutableFlags): string {
    if (verb === '%') return '%';
    if (!this.#goodNumber) return `%!${verb}(BADINDEX)`;
    if (this.#argument >= this.#values.length) return `%!${verb}(MISSING)`;
    const value = this.#values[this.#argument++];
    if (verb !== 'v' && verb !== 'w') return printValue(value, verb, flags, 0);
    return printValue(value, verb, { ...flags, goSyntax: flags.sharp, sharp: false, plus: false }, 0);
  }

  #flags(): MutableFlags {
    const flags = { ...PLAIN_FLAGS };
    for (; ; this.#at++) {
      const flag = this.#format[this.#at];
      if (flag === '#') flags.sharp = true;
      else if (flag === '0') flags.zero = true;
      else if (flag === '+') flags.plus = true;
      else if (flag === '-') flags.minus = true;
      else if (flag === ' ') flags.space = true;
      else return flags;
    }
  }

  /** Reads `[n]`, which says which argument is next. */
  #index(): void {
    this.#afterIndex = false;
    if (this.#format[this.#at] !== '[') return;
    this.#reordered = true;
    const close = this.#format.indexOf(']', this.#at + 1);
    const text = close < 0 ? '' : this.#format.slice(this.#at + 1, close);
    const index = /^\d{1,7}$/.test(text) && Number(text) <= MAXIMUM_WIDTH ? Number(text) - 1 : undefined;
    this.#at = close < 0 ? this.#at + 1 : close + 1;
    this.#afterIndex = index !== undefined;
    if (index !== undefined && index >= 0 && index < this.#values.length) this.#argument = index;
    else this.#goodNumber = false;
  }

  #width(flags: MutableFlags): string {
    if (this.#format[this.#at] !== '*') {
      flags.width = this.#number();
      if (this.#afterIndex && flags.width !== undefined) this.#goodNumber = false;
      return '';
    }
    this.#at++;
    const width = this.#numberArgument();
    this.#afterIndex = false;
    if (width === undefined) return '%!(BADWIDTH)';
    flags.width = Math.abs(width);
    if (width < 0) {
      flags.minus = true;
      flags.zero = false;
    }
    return '';
  }

  #precision(flags: MutableFlags): string {
    if (this.#at + 1 > this.#format.length - 1 || this.#format[this.#at] !== '.') return '';
    this.#at++;
    if (this.#afterIndex) this.#goodNumber = false;
    this.#index();
    if (this.#format[this.#at] !== '*') {
      flags.precision = this.#number() ?? 0;
      return '';
    }
    this.#at++;
    const precision = this.#numberArgument();
    this.#afterIndex = false;
    flags.precision = precision !== undefined && precision >= 0 ? precision : undefined;
    return flags.precision === undefined ? '%!(BADPREC)' : '';
  }

  /** A number in the format; one that is too large counts as none, though its digits are read. */
  #number(): number | undefined {
    const [digits = ''] = /^\d*/.exec(this.#format.slice(this.#at, this.#at + 400)) ?? [];
    if (digits === '') return undefined;
    for (let length = 1; length <= digits.length; length++) {
      if (Number(digits.slice(0, length - 1) || '0') > MAXIMUM_WIDTH) {
        this.#at += length - 1;
        return undefined;
      }
    }
    this.#at += digits.length;
    return Number(digits);
  }

  #numberArgument(): number | undefined {
    if (this.#argument >= this.#values.length) return undefined;
    const value = this.#values[this.#argument++];
    const kind = kindOf(value);
    if (kind !== 'int' && kind !== 'uint') return undefined;
    const number = Number(integerOf(value));
    return Math.abs(number) > MAXIMUM_WIDTH ? undefined : number;
  }

  #extra(): string {
    if (this.#reordered || this.#argument >= this.#values.length) return '';
    const extra = this.#values.slice(this.#argument).map((value) => (value === null ? '<nil>' : `${typeName(value)}=${goText(value)}`));
    return `%!(EXTRA ${extra.join(', ')})`;
  }
}

type MutableFlags = { -readonly [Name in keyof Flags]: Flags[Name] };
