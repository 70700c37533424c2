// A second reading of JSON text that is known to be valid: it keeps all digits of integers and notices duplicate keys. What
// does not fit an int64 is a float, as for Go.
// It is slower than the platform's parser and used only where that one is not enough.

import { quote } from '../quote.ts';
import { setOwn } from '../string-map.ts';

const MAXIMUM_DUPLICATES = 100;

export interface Reparsed {
  readonly value: unknown;
  readonly duplicates: readonly string[];
}

/** Reads valid JSON text; the behaviour for other text is undefined. */
export function reparse(text: string): Reparsed {
  const reader = new Reader(text);
  const value = reader.value('');
  return { value, duplicates: [...reader.duplicates] };
}

/** Where each field first stands in valid JSON text, by path: for telling of several fields in the order of the text. */
export function fieldOrder(text: string): ReadonlyMap<string, number> {
  const order = new Map<string, number>();
  new Reader(text, order).value('');
  return order;
}

/** The index after the quote that ends a string whose inside begins at `from`. */
export function endOfString(text: string, from: number): number {
  let at = from;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return text.length;
    let before = quote - 1;
    while (before >= from && text.charCodeAt(before) === 0x5c) before--;
    if ((quote - before) % 2 === 1) return quote + 1;
    at = quote + 1;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;
  readonly duplicates = new Set<string>();
  readonly #order: Map<string, number> | undefined;

  /** `order` is filled with each path and its place; a duplicate counts where it stands the second time. */
  constructor(text: string, order?: Map<string, number>) {
    this.#text = text;
    this.#order = order;
  }

  value(path: string): unknown {
    switch (this.#peek()) {
      case '{':
        return this.#object(path);
      case '[':
        return this.#array(path);
      case '"':
        return this.#string();
      default:
        return this.#literal();
    }
  }

  #peek(): string {
    while (' \n\r\t'.includes(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.charAt(this.#at);
  }

  #object(path: string): unknown {
    const object: Record<string, unknown> = {};
    this.#at++;
    if (this.#peek() === '}') {
      this.#at++;
      return object;
    }
    for (;;) {
      this.#peek();
      const key = this.#string();
      const inner = path === '' ? key : `${path}.${key}`;
      this.#order?.set(inner, this.#at);
      if (Object.hasOwn(object, key) && this.duplicates.size < MAXIMUM_DUPLICATES) this.duplicates.add(`duplicate field ${quote(inner)}`);
      this.#peek();
      this.#at++;
      setOwn(object, key, this.value(inner));
      if (this.#endsWith('}')) return object;
    }
  }

  #array(path: string): unknown {
    const array: unknown[] = [];
    this.#at++;
    if (this.#peek() === ']') {
      this.#at++;
      return array;
    }
    for (;;) {
      array.push(this.value(`${path}[${array.length}]`));
      if (this.#endsWith(']')) return array;
    }
  }

  /** Passes a comma or the closing bracket. */
  #endsWith(bracket: string): boolean {
    const found = this.#peek();
    this.#at++;
    return found === bracket || found === '';
  }

  #string(): string {
    const start = this.#at;
    this.#at = endOfString(this.#text, start + 1);
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #literal(): unknown {
    const start = this.#at;
    while (this.#at < this.#text.length && !',]} \n\r\t'.includes(this.#text.charAt(this.#at))) this.#at++;
    const source = this.#text.slice(start, this.#at);
    const value: unknown = JSON.parse(source);
    if (typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d{1,19}$/.test(source)) return value;
    const wide = BigInt(source);
    return wide === BigInt.asIntN(64, wide) ? wide : value;
  }
}
