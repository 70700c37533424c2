// The ordered map from each key to its newest version: sorted chunks that forks share until one of them writes.
//
// I1. Keys ascend within a chunk and from chunk to chunk; no chunk is empty.
// I2. A chunk is changed only by the index that owns it; any other copies it first.

import { must } from '../base/assert.ts';
import type { KeyRange } from './range.ts';
import type { Version } from './version.ts';

/** Half of what a chunk may hold: small enough that a copy or an insertion costs about a microsecond. */
const HALF = 64;

interface Chunk {
  readonly owner: object;
  /** The newest versions, in key order. */
  readonly heads: Version[];
}

/** Where `key` is or would be among `heads`. */
function search(heads: readonly Version[], key: string): number {
  let low = 0;
  let high = heads.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (must(heads[middle], 'head').key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Keys in order, each with its chain of versions. */
export class RevisionIndex {
  #owner = {};
  #chunks: Chunk[] = [];
  #size = 0;

  /** How many keys there are, deleted ones included until they are compacted. */
  get size(): number {
    return this.#size;
  }

  get(key: string): Version | undefined {
    const heads = this.#chunks[this.#chunkOf(key)]?.heads;
    const head = heads?.[search(heads, key)];
    return head?.key === key ? head : undefined;
  }

  /** Puts `head` in the place of its key. */
  set(head: Version): void {
    if (this.#chunks.length === 0) this.#chunks.push({ owner: this.#owner, heads: [] });
    const at = this.#chunkOf(head.key);
    const { heads } = this.#own(at);
    const place = search(heads, head.key);
    if (heads[place]?.key === head.key) {
      heads[place] = head;
      return;
    }
    heads.splice(place, 0, head);
    this.#size++;
    if (heads.length > 2 * HALF) {
      // Keys that arrive in order fill chunks to the brim instead of leaving each half empty.
      const cut = place === heads.length - 1 ? 2 * HALF : HALF;
      this.#chunks.splice(at + 1, 0, { owner: this.#owner, heads: heads.splice(cut) });
    }
  }

  delete(key: string): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined || chunk.heads[search(chunk.heads, key)]?.key !== key) return;
    const { heads } = this.#own(at);
    heads.splice(search(heads, key), 1);
    this.#size--;
    if (heads.length === 0) this.#chunks.splice(at, 1);
  }

  /** Calls `visit` with each newest version in the range, in key order, until it returns false. */
  scan(range: KeyRange, visit: (head: Version) => boolean): void {
    let at = this.#chunkOf(range.from);
    let chunk = this.#chunks[at];
    let place = chunk === undefined ? 0 : search(chunk.heads, range.from);
    while (chunk !== undefined) {
      const head = chunk.heads[place++];
      if (head === undefined) {
        chunk = this.#chunks[++at];
        place = 0;
        continue;
      }
      if (range.to !== undefined && head.key >= range.to) return;
      if (!visit(head)) return;
    }
  }

  /** An independent copy; its cost is that of the list of chunks. */
  fork(): RevisionIndex {
    const copy = new RevisionIndex();
    copy.#chunks = this.#chunks.slice();
    copy.#size = this.#size;
    // Neither side owns what they now share (I2).
    this.#owner = {};
    return copy;
  }

  /** The chunk that holds `key` or would take it. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (must(this.#chunks[middle]?.heads[0], 'first head').key <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #own(at: number): Chunk {
    const chunk = must(this.#chunks[at], 'chunk');
    if (chunk.owner === this.#owner) return chunk;
    const copy = { owner: this.#owner, heads: chunk.heads.slice() };
    this.#chunks[at] = copy;
    return copy;
  }
}
