// Where in an object a field lies, written as `spec.containers[0].ports[1].name` or `metadata.labels[app]`.
//
// A path is a linked list towards the root, so that descending costs one small object and no text until a problem is found.

/** An immutable path into an object. */
export class FieldPath {
  readonly #parent: FieldPath | undefined;
  readonly #segment: string;

  private constructor(parent: FieldPath | undefined, segment: string) {
    this.#parent = parent;
    this.#segment = segment;
  }

  /** The empty path: the object itself. */
  static readonly root = new FieldPath(undefined, '');

  /** Descends through named fields. */
  child(...names: readonly string[]): FieldPath {
    let path: FieldPath = this;
    for (const name of names) path = new FieldPath(path, path === FieldPath.root ? name : `.${name}`);
    return path;
  }

  /** Descends to a list item. */
  index(index: number): FieldPath {
    return new FieldPath(this, `[${index}]`);
  }

  /** Descends to a map entry. */
  key(key: string): FieldPath {
    return new FieldPath(this, `[${key}]`);
  }

  toString(): string {
    let text = '';
    for (let path: FieldPath | undefined = this; path !== undefined; path = path.#parent) text = path.#segment + text;
    return text;
  }
}
