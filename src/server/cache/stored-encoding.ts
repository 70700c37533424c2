// How objects lie in the store: canonical JSON of the hub version without a resourceVersion, which the revision of the key supplies.
//
// E1. Equal meaning is equal bytes: what is encoded is always a canonical object.
// E2. `"uid":"` occurs first as metadata.uid: only names and kinds come before it, and a quote inside a string is escaped. The
//     resourceVersion belongs right behind it, so an encoding is spliced and never made anew.
// E3. Served bytes are stored bytes with the resourceVersion and a newline; whatever reads the one reads the other.
// E4. Values describe themselves: `{` is JSON, `k8s\0` protobuf. Both are read, JSON is written.

import { Buffer } from 'node:buffer';
import { canonicalize } from '../../machinery/canonical.ts';
import { isEnvelope, openEnvelope } from '../../machinery/codec/envelope.ts';
import { decodeJson, encodeJson } from '../../machinery/codec/json.ts';
import { decodeProtobuf } from '../../machinery/codec/protobuf.ts';
import type { Kind, KubeObject } from '../../machinery/kind.ts';
import type { ResourceDefinition, ServedVersion } from '../../machinery/resource.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const UID = '"uid":"';
const VERSION = '"resourceVersion":"';

/** Turns stored bytes of one resource into hub objects and back. */
export interface StoredEncoding {
  encode(object: KubeObject): Uint8Array;
  decode(bytes: Uint8Array, revision: number): KubeObject;
  /** The served JSON of stored bytes, with a newline; undefined when they are not in this encoding's own form. */
  splice(bytes: Uint8Array, revision: number): Uint8Array | undefined;
  /** Whether bytes, stored or served, say what `stored` says. */
  same(bytes: Uint8Array, stored: Uint8Array): boolean;
}

/** Where behind metadata.uid and its comma the resourceVersion goes; -1 when there is no such place (E2). */
function placeInText(text: string): number {
  const uid = text.indexOf(UID);
  if (uid < 0) return -1;
  const end = text.indexOf('"', uid + UID.length);
  return text.charAt(end + 1) === ',' ? end + 2 : -1;
}

const [QUOTE, COMMA, NEWLINE] = [0x22, 0x2c, 0x0a];

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

function placeInBytes(buffer: Buffer): number {
  const uid = buffer.indexOf(UID);
  if (uid < 0) return -1;
  const end = buffer.indexOf(QUOTE, uid + UID.length);
  return buffer[end + 1] === COMMA ? end + 2 : -1;
}

/** Where the object goes on behind its resourceVersion, if it has one at `place`, and where it ends (E3). */
function restOf(buffer: Buffer, place: number): { readonly from: number; readonly to: number } {
  const versioned = buffer.toString('latin1', place, place + VERSION.length) === VERSION;
  const from = versioned ? buffer.indexOf(QUOTE, place + VERSION.length) + 2 : place;
  return { from, to: buffer.length - (buffer[buffer.length - 1] === NEWLINE ? 1 : 0) };
}

const versionField = (revision: number): string => `${VERSION}${revision}",`;

/** The object with its metadata in schema order and the resourceVersion of `revision`. */
export function withResourceVersion<T extends KubeObject>(object: T, revision: number): T {
  const { name, generateName, namespace, selfLink, uid, resourceVersion: _old, ...rest } = object.metadata;
  const metadata = {
    ...(name === undefined ? {} : { name }),
    ...(generateName === undefined ? {} : { generateName }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(selfLink === undefined ? {} : { selfLink }),
    ...(uid === undefined ? {} : { uid }),
    resourceVersion: String(revision),
    ...rest,
  };
  return { ...object, metadata };
}

/** The object without its resourceVersion. */
function withoutResourceVersion<T extends KubeObject>(object: T): T {
  if (object.metadata.resourceVersion === undefined) return object;
  const { resourceVersion: _dropped, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function servedAs(definition: ResourceDefinition, apiVersion: string, kind: string): ServedVersion | undefined {
  return definition.served.find((each) => each.kind.apiVersion === apiVersion && each.kind.kind === kind);
}

function canonicalOf(kind: Kind, value: unknown, key: string): KubeObject {
  const result = canonicalize(kind.struct, value);
  if (!result.ok) throw new Error(`stored ${key} cannot be read: ${result.message}`);
  return result.object as KubeObject;
}

/** Reads values that another program wrote: protobuf, or JSON of another version or order (E4). */
function decodeForeign(definition: ResourceDefinition, bytes: Uint8Array, revision: number): KubeObject {
  const { hub } = definition;
  const envelope = isEnvelope(bytes) ? openEnvelope(bytes) : undefined;
  let value: unknown;
  let apiVersion = envelope?.apiVersion;
  let kindName = envelope?.kind;
  if (envelope === undefined) {
    const decoded = decodeJson(bytes);
    if (!decoded.ok) throw new Error(`a stored ${hub.kind} cannot be read: ${decoded.message}`);
    value = decoded.value;
    ({ apiVersion, kind: kindName } = value as { apiVersion?: string; kind?: string });
  }
  const served = servedAs(definition, apiVersion ?? hub.apiVersion, kindName ?? hub.kind) ?? { kind: hub };
  if (envelope !== undefined) value = { ...(decodeProtobuf(served.kind.struct, envelope.raw) as object), apiVersion, kind: kindName };
  const object = canonicalOf(served.kind, value, hub.kind);
  return withResourceVersion(served.toHub === undefined ? object : served.toHub(object), revision);
}

/** Whether a number in the text may need more than a double can hold. */
const LONG_NUMBER = /[:[,]-?\d{16}/;

/** The encoding of a resource's objects. */
export function storedEncoding(definition: ResourceDefinition): StoredEncoding {
  const { hub } = definition;
  const opening = `{"kind":${JSON.stringify(hub.kind)},"apiVersion":${JSON.stringify(hub.apiVersion)},`;
  const openingBytes = encoder.encode(opening);
  const own = (bytes: Uint8Array): boolean => {
    for (let at = 0; at < openingBytes.length; at++) if (bytes[at] !== openingBytes[at]) return false;
    return true;
  };
  return {
    encode: (object) => encoder.encode(encodeJson(withoutResourceVersion(object))),
    decode(bytes, revision) {
      if (!own(bytes)) return decodeForeign(definition, bytes, revision);
      const text = decoder.decode(bytes);
      const place = placeInText(text);
      if (place < 0 || LONG_NUMBER.test(text)) return decodeForeign(definition, bytes, revision);
      const rest = text.startsWith(VERSION, place) ? text.indexOf('"', place + VERSION.length) + 2 : place;
      return JSON.parse(text.slice(0, place) + versionField(revision) + text.slice(rest)) as KubeObject;
    },
    splice(bytes, revision) {
      if (!own(bytes)) return undefined;
      const buffer = bufferOf(bytes);
      const place = placeInBytes(buffer);
      if (place < 0) return undefined;
      const middle = versionField(revision);
      const { from, to } = restOf(buffer, place);
      const spliced = Buffer.allocUnsafeSlow(place + middle.length + to - from + 1);
      buffer.copy(spliced, 0, 0, place);
      spliced.write(middle, place, 'latin1');
      buffer.copy(spliced, place + middle.length, from, to);
      spliced[spliced.length - 1] = NEWLINE;
      return spliced;
    },
    same(bytes, stored) {
      const buffer = bufferOf(bytes);
      const place = own(bytes) ? placeInBytes(buffer) : -1;
      if (place < 0) return buffer.equals(stored);
      const { from, to } = restOf(buffer, place);
      if (place + to - from !== stored.length) return false;
      return buffer.compare(stored, 0, place, 0, place) === 0 && buffer.compare(stored, place, stored.length, from, to) === 0;
    },
  };
}
