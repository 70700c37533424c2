// An ordered map from keys to values: sorted chunks of bounded length, so that a write moves few entries however many keys there are.

import { must } from '../../base/assert.ts';

interface Chunk<T> {
  readonly keys: string[];
  readonly values: T[];
}

/** A chunk is split when it grows beyond this. */
const FULL = 512;

/** The first place in `keys` whose key is not below `key`. */
function search(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (must(keys[middle], 'key') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Values by key; `scan` visits them in key order. */
export class KeyIndex<T> {
  #chunks: Chunk<T>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): T | undefined {
    const chunk = this.#chunks[this.#chunkOf(key)];
    if (chunk === undefined) return undefined;
    const place = search(chunk.keys, key);
    return chunk.keys[place] === key ? chunk.values[place] : undefined;
  }

  set(key: string, value: T): void {
    if (this.#chunks.length === 0) this.#chunks.push({ keys: [], values: [] });
    const at = this.#chunkOf(key);
    const { keys, values } = must(this.#chunks[at], 'chunk');
    const place = search(keys, key);
    if (keys[place] === key) {
      values[place] = value;
      return;
    }
    keys.splice(place, 0, key);
    values.splice(place, 0, value);
    this.#size++;
    if (keys.length <= FULL) return;
    // Keys that arrive in order fill chunks to the brim instead of leaving each half empty.
    const cut = place === keys.length - 1 ? FULL : FULL >>> 1;
    this.#chunks.splice(at + 1, 0, { keys: keys.splice(cut), values: values.splice(cut) });
  }

  delete(key: string): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const place = search(chunk.keys, key);
    if (chunk.keys[place] !== key) return;
    chunk.keys.splice(place, 1);
    chunk.values.splice(place, 1);
    this.#size--;
    if (chunk.keys.length === 0) this.#chunks.splice(at, 1);
  }

  clear(): void {
    this.#chunks = [];
    this.#size = 0;
  }

  /** Calls `visit` with every value whose key starts with `prefix`, in key order, until it returns false. */
  scan(prefix: string, visit: (value: T, key: string) => boolean | void): void {
    let at = this.#chunkOf(prefix);
    let chunk = this.#chunks[at];
    let place = chunk === undefined ? 0 : search(chunk.keys, prefix);
    while (chunk !== undefined) {
      const key = chunk.keys[place];
      if (key === undefined) {
        chunk = this.#chunks[++at];
        place = 0;
        continue;
      }
      if (!key.startsWith(prefix)) return;
      if (visit(must(chunk.values[place], 'value'), key) === false) return;
      place++;
    }
  }

  /** The chunk that holds `key` or would take it. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (must(this.#chunks[middle]?.keys[0], 'first key') <= key) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }
}
