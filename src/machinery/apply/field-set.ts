// Sets of fields: what a manager owns. A set holds paths; a path may be a member itself, have others below it, or both.
//
// F1. Sets are never changed once handed out; only `FieldSetBuilder` changes one, while it is being built.
// F2. Children are never empty.
// F3. The text is upstream's FieldsV1, byte for byte: `{"f:spec":{".":{},"f:replicas":{}}}`.

import { isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { compareElements, fieldElement, readElement } from './path-element.ts';
import type { FieldSetPath, PathElement } from './path-element.ts';

const NO_MEMBERS: ReadonlySet<PathElement> = new Set();
const NO_CHILDREN: ReadonlyMap<PathElement, FieldSet> = new Map();

/** An immutable set of paths. */
export class FieldSet {
  readonly members: ReadonlySet<PathElement>;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
  /** Made once: most sets outlive many writes of their object. Not to be changed by whoever gets it. */
  #fieldsV1: JsonObject | undefined;

  constructor(members: ReadonlySet<PathElement>, children: ReadonlyMap<PathElement, FieldSet>) {
    this.members = members;
    this.children = children;
  }

  static readonly empty = new FieldSet(NO_MEMBERS, NO_CHILDREN);

  /** The set of plain field paths, each given by its names. */
  static ofFields(...paths: readonly (readonly string[])[]): FieldSet {
    const builder = new FieldSetBuilder();
    for (const path of paths) builder.insert(path.map(fieldElement));
    return builder.build();
  }

  get isEmpty(): boolean {
    return this.members.size === 0 && this.children.size === 0;
  }

  has(path: FieldSetPath): boolean {
    let set: FieldSet | undefined = this;
    for (const element of path.slice(0, -1)) set = set?.children.get(element);
    return set?.members.has(path.at(-1) ?? '') ?? false;
  }

  /** What lies below one step. */
  below(element: PathElement): FieldSet {
    return this.children.get(element) ?? FieldSet.empty;
  }

  union(other: FieldSet): FieldSet {
    if (other.isEmpty) return this;
    if (this.isEmpty) return other;
    const children = new Map(this.children);
    for (const [element, child] of other.children) children.set(element, children.get(element)?.union(child) ?? child);
    return new FieldSet(this.members.union(other.members), children);
  }

  intersection(other: FieldSet): FieldSet {
    return new FieldSet(
      this.members.intersection(other.members),
      this.#mapChildren((element, child) => child.intersection(other.below(element))),
    );
  }

  /** Without the other's paths; what lies below one of those stays. */
  difference(other: FieldSet): FieldSet {
    if (this.isEmpty || other.isEmpty) return this;
    return new FieldSet(
      this.members.difference(other.members),
      this.#mapChildren((element, child) => child.difference(other.below(element))),
    );
  }

  /** Without the other's paths and all that lies below them. */
  recursiveDifference(other: FieldSet): FieldSet {
    if (this.isEmpty || other.isEmpty) return this;
    return new FieldSet(
      this.members.difference(other.members),
      this.#mapChildren((element, child) =>
        other.members.has(element) ? FieldSet.empty : child.recursiveDifference(other.below(element)),
      ),
    );
  }

  #mapChildren(change: (element: PathElement, child: FieldSet) => FieldSet): ReadonlyMap<PathElement, FieldSet> {
    const children = new Map<PathElement, FieldSet>();
    for (const [element, child] of this.children) {
      const changed = change(element, child);
      if (!changed.isEmpty) children.set(element, changed);
    }
    return children;
  }

  equals(other: FieldSet): boolean {
    if (this.members.size !== other.members.size || this.children.size !== other.children.size) return false;
    for (const member of this.members) if (!other.members.has(member)) return false;
    for (const [element, child] of this.children) if (!child.equals(other.below(element))) return false;
    return true;
  }

  /** Every path, in upstream's order: members before what lies deeper. */
  *paths(prefix: FieldSetPath = []): Generator<FieldSetPath> {
    for (const member of [...this.members].sort(compareElements)) yield [...prefix, member];
    for (const element of [...this.children.keys()].sort(compareElements)) yield* this.below(element).paths([...prefix, element]);
  }

  /** The FieldsV1 object, its members in upstream's order (F3). */
  toFieldsV1(includeSelf = false): JsonObject {
    if (!includeSelf && this.#fieldsV1 !== undefined) return this.#fieldsV1;
    const fields: JsonObject = includeSelf && !this.isEmpty ? { '.': {} } : {};
    const elements = [...this.members.union(new Set(this.children.keys()))].sort(compareElements);
    // No step is named `__proto__`: each begins with its kind.
    for (const element of elements) fields[element] = this.below(element).toFieldsV1(this.members.has(element));
    if (!includeSelf) this.#fieldsV1 = fields;
    return fields;
  }

  /** The set that a FieldsV1 object holds; steps of unknown kinds are dropped. Throws where it is malformed. */
  static fromFieldsV1(fields: JsonObject): FieldSet {
    return read(fields).set;
  }
}

/** A set, and whether the place that it hangs on is a member itself: it is when told so, or when nothing lies below. */
function read(fields: JsonObject): { readonly set: FieldSet; readonly isMember: boolean } {
  const members = new Set<PathElement>();
  const children = new Map<PathElement, FieldSet>();
  for (const [text, value] of Object.entries(fields)) {
    const element = text === '.' ? undefined : readElement(text);
    if (element === undefined) continue;
    const inner = read(isJsonObject(value) ? value : {});
    if (inner.isMember) members.add(element);
    if (!inner.set.isEmpty) children.set(element, inner.set);
  }
  const set = new FieldSet(members, children);
  return { set, isMember: Object.hasOwn(fields, '.') || set.isEmpty };
}

/** Collects paths. */
export class FieldSetBuilder {
  readonly #members = new Set<PathElement>();
  readonly #children = new Map<PathElement, FieldSetBuilder>();

  insert(path: FieldSetPath, from = 0): void {
    const element = path[from];
    if (element === undefined) return;
    if (from === path.length - 1) {
      this.#members.add(element);
      return;
    }
    let child = this.#children.get(element);
    if (child === undefined) {
      child = new FieldSetBuilder();
      this.#children.set(element, child);
    }
    child.insert(path, from + 1);
  }

  build(): FieldSet {
    return new FieldSet(this.#members, new Map([...this.#children].map(([element, child]) => [element, child.build()])));
  }
}
