// One object at one revision as a watch cache holds it: bytes always, the decoded object while somebody needs it.
//
// O1. `object` is the same JavaScript object for everybody as long as anybody holds it; it is never changed.
// O2. The header survives when the object is let go, so that selectors and owners never decode a second time.
// O3. Bytes are held once: as they were stored, and from the first time that they are served as they are served.

import type { KubeObject } from '../../machinery/kind.ts';
import type { OwnerReference } from '../../machinery/object-meta.ts';
import { withResourceVersion } from './stored-encoding.ts';
import type { StoredEncoding } from './stored-encoding.ts';

/** What is known of an object without decoding it again. */
export interface ObjectHeader {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ownerReferences: readonly OwnerReference[];
}

/** What the objects of one cache share. */
export class ObjectKeeper {
  readonly encoding: StoredEncoding;
  readonly #freeze: boolean;
  /** Keeps what was used lately, so that a burst of reads decodes once. */
  readonly #recent: (KubeObject | undefined)[];
  #next = 0;
  /** How many subscribers want decoded objects kept. */
  retained = 0;

  constructor(encoding: StoredEncoding, options: { readonly freeze?: boolean; readonly recent?: number } = {}) {
    this.encoding = encoding;
    this.#freeze = options.freeze ?? false;
    this.#recent = Array.from({ length: options.recent ?? 64 }, () => undefined);
  }

  decode(bytes: Uint8Array, revision: number): KubeObject {
    return this.guard(this.encoding.decode(bytes, revision));
  }

  /** Freezes a shared object where that is asked for. */
  guard(object: KubeObject): KubeObject {
    if (this.#freeze) deepFreeze(object);
    return object;
  }

  use(object: KubeObject): void {
    this.#recent[this.#next] = object;
    this.#next = (this.#next + 1) % this.#recent.length;
  }
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}

const NONE: readonly OwnerReference[] = [];
const EMPTY: Readonly<Record<string, string>> = {};

const holders = new WeakMap<KubeObject, CachedObject>();

/** The cached object that a decoded one belongs to: its bytes need not be made again. */
export const holderOf = (object: KubeObject): CachedObject | undefined => holders.get(object);

/** An object at a revision. */
export class CachedObject {
  readonly key: string;
  readonly revision: number;
  #bytes: Uint8Array;
  #served = false;
  readonly #keeper: ObjectKeeper;
  #strong: KubeObject | undefined;
  #weak: WeakRef<KubeObject> | undefined;
  #header: ObjectHeader | undefined;

  constructor(key: string, revision: number, bytes: Uint8Array, keeper: ObjectKeeper) {
    this.key = key;
    this.revision = revision;
    this.#bytes = bytes;
    this.#keeper = keeper;
  }

  /** The decoded object, shared (O1). */
  get object(): KubeObject {
    const known = this.#strong ?? this.#weak?.deref();
    if (known !== undefined) {
      if (this.#strong === undefined && this.#keeper.retained > 0) this.#strong = known;
      return known;
    }
    return this.#keep(this.#keeper.decode(this.#bytes, this.revision));
  }

  /** Takes an object that is known to be what the bytes say, unless there is one already. */
  adopt(object: KubeObject): KubeObject {
    return this.#strong ?? this.#weak?.deref() ?? this.#keep(this.#keeper.guard(object));
  }

  #keep(object: KubeObject): KubeObject {
    holders.set(object, this);
    if (this.#keeper.retained > 0) this.#strong = object;
    else this.#weak = new WeakRef(object);
    this.#keeper.use(object);
    return object;
  }

  get header(): ObjectHeader {
    return (this.#header ??= headerOf(this.object));
  }

  /** Served JSON with a newline, made of the stored bytes (O3); undefined when they have another form. */
  json(): Uint8Array | undefined {
    if (this.#served) return this.#bytes;
    const served = this.#keeper.encoding.splice(this.#bytes, this.revision);
    if (served === undefined) return undefined;
    this.#served = true;
    return (this.#bytes = served);
  }

  /** Whether this is what `stored` says. */
  says(stored: Uint8Array): boolean {
    return this.#keeper.encoding.same(this.#bytes, stored);
  }

  /** The same object as it appears in an event of a later revision. */
  at(revision: number): CachedObject {
    const later = new CachedObject(this.key, revision, this.#bytes, this.#keeper);
    const known = this.#strong ?? this.#weak?.deref();
    if (known !== undefined) later.adopt(withResourceVersion(known, revision));
    return later;
  }

  /** Lets the garbage collector decide about the decoded object. */
  weaken(): void {
    if (this.#strong === undefined) return;
    this.#weak = new WeakRef(this.#strong);
    this.#strong = undefined;
  }
}

function headerOf({ metadata }: KubeObject): ObjectHeader {
  return {
    uid: metadata.uid ?? '',
    name: metadata.name ?? '',
    namespace: metadata.namespace ?? '',
    labels: metadata.labels ?? EMPTY,
    ownerReferences: metadata.ownerReferences ?? NONE,
  };
}
