// A binary heap whose entries can be made void from outside: void ones are skipped when they reach the top.

/** Gives its entries in order; `isVoid` says which to pass over. */
export class Heap<T> {
  readonly #entries: T[] = [];
  readonly #before: (left: T, right: T) => boolean;
  readonly #isVoid: (entry: T) => boolean;

  constructor(before: (left: T, right: T) => boolean, isVoid: (entry: T) => boolean) {
    this.#before = before;
    this.#isVoid = isVoid;
  }

  push(entry: T): void {
    const entries = this.#entries;
    let index = entries.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = entries[parent];
      if (above === undefined || !this.#before(entry, above)) break;
      entries[index] = above;
      index = parent;
    }
    entries[index] = entry;
  }

  /** The first entry, left in place. */
  peek(): T | undefined {
    while (this.#entries[0] !== undefined && this.#isVoid(this.#entries[0])) this.#removeFirst();
    return this.#entries[0];
  }

  /** Takes the first entry out. */
  pop(): T | undefined {
    const first = this.peek();
    if (first !== undefined) this.#removeFirst();
    return first;
  }

  #removeFirst(): void {
    const entries = this.#entries;
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return;
    let index = 0;
    for (;;) {
      const child = this.#firstChild(index);
      const below = entries[child];
      if (below === undefined || !this.#before(below, last)) break;
      entries[index] = below;
      index = child;
    }
    entries[index] = last;
  }

  #firstChild(index: number): number {
    const [left, right] = [2 * index + 1, 2 * index + 2];
    const [first, second] = [this.#entries[left], this.#entries[right]];
    return first !== undefined && second !== undefined && this.#before(second, first) ? right : left;
  }
}
