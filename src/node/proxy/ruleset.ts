// What shall stand in the kernel, as a flat map that is cheap to compare: each Service contributes a fragment, the whole is their union.
//
// R1. A key is `<kind> <name>`; equal keys with equal values are shared by any number of Services (chains by endpoint count).
// R2. When two Services claim the same key with different values (an external address), the one that held it first keeps it.

/**
 * Kinds of keys: `set <name>` → its definition; `chain <name>` → its rules, one a line; `element <container> <key>` → its value, empty
 * in a set; `udp <address> <port>` → the endpoints behind it, which is no part of the table but tells which tracked flows are stale.
 */
export type Ruleset = ReadonlyMap<string, string>;

/** One key that differs; undefined where it does not exist. */
export interface RuleChange {
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const EMPTY: Ruleset = new Map();

/** The union of the fragments of all Services, which remembers what changed since it was last asked. */
export class Rulesets {
  readonly #fragments = new Map<string, Ruleset>();
  /** Who claims a key: mostly one Service, whose name alone is then kept. */
  readonly #claims = new Map<string, string | Set<string>>();
  #touched = new Map<string, string | undefined>();

  /** Puts a Service's fragment in the place of its former one; an empty or absent one removes it. */
  replace(owner: string, fragment: Ruleset = EMPTY): void {
    const former = this.#fragments.get(owner) ?? EMPTY;
    for (const [key, value] of fragment) if (former.get(key) !== value) this.#touch(key);
    for (const key of former.keys()) if (!fragment.has(key)) this.#touch(key);
    for (const key of former.keys()) if (!fragment.has(key)) this.#disclaim(key, owner);
    for (const key of fragment.keys()) if (!former.has(key)) this.#claim(key, owner);
    if (fragment.size === 0) this.#fragments.delete(owner);
    else this.#fragments.set(owner, fragment);
  }

  get owners(): Iterable<string> {
    return this.#fragments.keys();
  }

  get(key: string): string | undefined {
    const claim = this.#claims.get(key);
    // R2: a Set keeps the order in which claims were made.
    const owner = claim instanceof Set ? claim.values().next().value : claim;
    return owner === undefined ? undefined : this.#fragments.get(owner)?.get(key);
  }

  /** Every key with its value. */
  *entries(): Iterable<[string, string]> {
    for (const key of this.#claims.keys()) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  /** What differs from the moment of the last call. */
  takeChanges(): RuleChange[] {
    const changes: RuleChange[] = [];
    for (const [key, before] of this.#touched) {
      const after = this.get(key);
      if (before !== after) changes.push({ key, before, after });
    }
    this.#touched = new Map();
    return changes;
  }

  #touch(key: string): void {
    if (!this.#touched.has(key)) this.#touched.set(key, this.get(key));
  }

  #claim(key: string, owner: string): void {
    const claim = this.#claims.get(key);
    if (claim === undefined) this.#claims.set(key, owner);
    else if (claim instanceof Set) claim.add(owner);
    else this.#claims.set(key, new Set([claim, owner]));
  }

  #disclaim(key: string, owner: string): void {
    const claim = this.#claims.get(key);
    if (!(claim instanceof Set)) {
      this.#claims.delete(key);
      return;
    }
    claim.delete(owner);
    if (claim.size === 0) this.#claims.delete(key);
  }
}
