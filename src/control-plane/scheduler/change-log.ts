// Which slots changed, for readers that keep answers per slot and mend them.

/** Where a reader stands. */
export interface ChangeMark {
  epoch: number;
  position: number;
}

/** A mark of a reader that has seen nothing. */
export const freshMark = (): ChangeMark => ({ epoch: -1, position: 0 });

const KEPT = 16_384;

/** A log of slots; when it grows long it begins anew, and readers must look at everything once. */
export class ChangeLog {
  #slots: number[] = [];
  #epoch = 0;

  add(slot: number): void {
    if (this.#slots.length >= KEPT) {
      this.#slots = [];
      this.#epoch++;
    }
    this.#slots.push(slot);
  }

  /** The slots that changed since the mark, which is moved to now; undefined when all may have. */
  since(mark: ChangeMark): readonly number[] | undefined {
    const known = mark.epoch === this.#epoch;
    const changed = known ? this.#slots.slice(mark.position) : undefined;
    mark.epoch = this.#epoch;
    mark.position = this.#slots.length;
    return changed;
  }
}
