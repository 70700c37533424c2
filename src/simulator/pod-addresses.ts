// Gives each simulated Pod an address of its own.

/** Addresses from 10.128.0.0 upwards, by Pod. */
export class PodAddresses {
  readonly #given = new Map<string, string>();
  readonly #taken = new Set<string>();
  #next = 0;

  /** The Pod's address, the same at every call. */
  of(uid: string): string {
    const given = this.#given.get(uid);
    if (given !== undefined) return given;
    for (;;) {
      this.#next = (this.#next + 1) % 0x7f_ffff;
      const address = `10.${128 + (this.#next >> 16)}.${(this.#next >> 8) & 255}.${this.#next & 255}`;
      const last = this.#next & 255;
      if (last === 0 || last === 255 || this.#taken.has(address)) continue;
      this.keep(uid, address);
      return address;
    }
  }

  /** Takes note of an address that the Pod has already. */
  keep(uid: string, address: string): void {
    this.#given.set(uid, address);
    this.#taken.add(address);
  }

  free(uid: string): void {
    const address = this.#given.get(uid);
    if (address !== undefined) this.#taken.delete(address);
    this.#given.delete(uid);
  }
}
