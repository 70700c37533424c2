// Encodings of objects, made once for each (version, media type) and sent to every reader; they live as long as their object.

import { encodeKind } from '../machinery/codec/envelope.ts';
import { encodeJson } from '../machinery/codec/json.ts';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import type { ServedVersion } from '../machinery/resource.ts';
import type { EncodedObject } from './api-request.ts';
import { holderOf } from './cache/cached-object.ts';
import type { CachedObject } from './cache/cached-object.ts';

const encoder = new TextEncoder();

class LazyEncoded implements EncodedObject {
  readonly #object: KubeObject;
  readonly #kind: Kind;
  #json: Uint8Array | undefined;
  #protobuf: Uint8Array | undefined;

  constructor(object: KubeObject, kind: Kind) {
    this.#object = object;
    this.#kind = kind;
  }

  json(): Uint8Array {
    return (this.#json ??= holderOf(this.#object)?.json() ?? encoder.encode(`${encodeJson(this.#object)}\n`));
  }

  protobuf(): Uint8Array {
    return (this.#protobuf ??= encodeKind(this.#kind, this.#object));
  }
}

/** Encodes from the stored bytes, without decoding unless something other than JSON is asked for. */
class EncodedItem implements EncodedObject {
  readonly #item: CachedObject;
  readonly #kind: Kind;

  constructor(item: CachedObject, kind: Kind) {
    this.#item = item;
    this.#kind = kind;
  }

  json(): Uint8Array {
    return this.#item.json() ?? encodedOf(this.#item.object, this.#kind).json();
  }

  protobuf(): Uint8Array {
    return encodedOf(this.#item.object, this.#kind).protobuf();
  }
}

const encodings = new WeakMap<KubeObject, EncodedObject>();
const versions = new WeakMap<KubeObject, Map<ServedVersion, KubeObject>>();

/** The encodings of an object that is in the version of `kind` already. */
export function encodedOf(object: KubeObject, kind: Kind): EncodedObject {
  const known = encodings.get(object);
  if (known !== undefined) return known;
  const made = new LazyEncoded(object, kind);
  encodings.set(object, made);
  return made;
}

/** A hub object in a served version; converted once. */
export function inVersion(object: KubeObject, version: ServedVersion): KubeObject {
  const { fromHub } = version;
  if (fromHub === undefined) return object;
  let known = versions.get(object);
  if (known === undefined) versions.set(object, (known = new Map()));
  let converted = known.get(version);
  if (converted === undefined) known.set(version, (converted = fromHub(object)));
  return converted;
}

/** The encodings of a cached object in a served version. */
export function encodedItem(item: CachedObject, version: ServedVersion): EncodedObject {
  if (version.fromHub !== undefined) return encodedOf(inVersion(item.object, version), version.kind);
  return new EncodedItem(item, version.kind);
}
