// How protobuf travels and is stored: a magic number, then a message that says of which kind the inner message is; and the
// shapes made of such bytes: lists, watch events, frames.

import type { Kind, KubeObject } from '../kind.ts';
import { listMeta } from '../object-meta.ts';
import type { ListMeta } from '../object-meta.ts';
import type { Draft, StructNode } from '../schema.ts';
import { ProtobufError } from './protobuf-error.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { decodeProtobuf, encodeProtobuf } from './protobuf.ts';

/** `k8s` and a zero byte. */
const MAGIC = new Uint8Array([0x6b, 0x38, 0x73, 0x00]);

/** What an envelope says of the bytes that it holds. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
  readonly contentEncoding: string;
  readonly contentType: string;
}

type Sealable = Pick<Envelope, 'apiVersion' | 'kind' | 'raw'> & Partial<Envelope>;

/** Whether the bytes begin as an envelope does. */
export function isEnvelope(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((byte, index) => bytes[index] === byte);
}

/** Wraps a message, magic number included. */
export function sealEnvelope({ apiVersion, kind, raw, contentEncoding = '', contentType = '' }: Sealable): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter();
  writer.text(0x22, contentType);
  writer.text(0x1a, contentEncoding);
  writer.raw(0x12, raw);
  const start = writer.size;
  writer.text(0x12, kind);
  writer.text(0x0a, apiVersion);
  writer.close(0x0a, start);
  writer.prepend(MAGIC);
  return writer.finish();
}

/** Unwraps a message; undefined when the bytes are no envelope. `raw` is a view of the input. */
export function openEnvelope(bytes: Uint8Array): Envelope | undefined {
  if (!isEnvelope(bytes)) return undefined;
  const envelope = { apiVersion: '', kind: '', raw: new Uint8Array() as Uint8Array, contentEncoding: '', contentType: '' };
  const reader = new ProtobufReader(bytes.subarray(MAGIC.length));
  try {
    while (reader.at < reader.length) {
      const tag = reader.varint();
      if (tag === 0x0a) reader.message((inner, end) => readTypeMeta(inner, end, envelope));
      else if (tag === 0x12) envelope.raw = reader.raw();
      else if (tag === 0x1a) envelope.contentEncoding = reader.text();
      else if (tag === 0x22) envelope.contentType = reader.text();
      else reader.skip(tag);
    }
  } catch (error) {
    if (error instanceof ProtobufError) return undefined;
    throw error;
  }
  return envelope;
}

function readTypeMeta(reader: ProtobufReader, end: number, into: { apiVersion: string; kind: string }): void {
  while (reader.at < end) {
    const tag = reader.varint();
    if (tag === 0x0a) into.apiVersion = reader.text();
    else if (tag === 0x12) into.kind = reader.text();
    else reader.skip(tag);
  }
}

/** An object of a kind, in its envelope. */
export function encodeKind<T extends KubeObject>(kind: Kind<T>, object: T | Draft<T>): Uint8Array<ArrayBuffer> {
  return sealEnvelope({ apiVersion: kind.apiVersion, kind: kind.kind, raw: encodeProtobuf(kind.struct, object) });
}

/** The object in an envelope's bytes, its kind and version set. Throws ProtobufError. */
export function decodeKind<T extends KubeObject>(kind: Kind<T>, raw: Uint8Array): Draft<T> {
  return decodeTyped(kind.struct, { apiVersion: kind.apiVersion, kind: kind.kind }, raw);
}

/** Decodes a struct whose first fields are `kind` and `apiVersion`, which no message holds. */
export function decodeTyped<T>(
  struct: StructNode<T>,
  type: { readonly apiVersion: string; readonly kind: string },
  raw: Uint8Array,
): Draft<T> {
  return Object.assign({ kind: type.kind, apiVersion: type.apiVersion }, decodeProtobuf(struct, raw)) as Draft<T>;
}

/** A list in its envelope, of items that are encoded already (bare messages). */
export function encodeList(
  type: { readonly apiVersion: string; readonly kind: string },
  metadata: ListMeta,
  items: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter();
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index];
    if (item !== undefined) writer.raw(0x12, item);
  }
  writer.raw(0x0a, encodeProtobuf(listMeta, metadata));
  return sealEnvelope({ ...type, raw: writer.finish() });
}

/** A watch event without its frame; `object` is an envelope or JSON text. */
export function encodeWatchEvent(type: string, object: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter();
  const start = writer.size;
  writer.raw(0x0a, object);
  writer.close(0x12, start);
  writer.text(0x0a, type);
  return writer.finish();
}

/** Reads a watch event. Throws ProtobufError. */
export function decodeWatchEvent(bytes: Uint8Array): { readonly type: string; readonly object: Uint8Array } {
  const reader = new ProtobufReader(bytes);
  let type = '';
  let object: Uint8Array = new Uint8Array();
  while (reader.at < reader.length) {
    const tag = reader.varint();
    if (tag === 0x0a) type = reader.text();
    else if (tag === 0x12) {
      object = reader.message((inner, end) => {
        let raw: Uint8Array = new Uint8Array();
        while (inner.at < end) {
          const innerTag = inner.varint();
          if (innerTag === 0x0a) raw = inner.raw();
          else inner.skip(innerTag);
        }
        return raw;
      });
    } else reader.skip(tag);
  }
  return { type, object };
}

/** Puts the length before a message, four bytes, highest first: how messages follow one another in a stream. */
export function frame(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(bytes.length + 4);
  new DataView(framed.buffer).setUint32(0, bytes.length);
  framed.set(bytes, 4);
  return framed;
}

const MAXIMUM_FRAME_BYTES = 256 * 1024 * 1024;

/** Cuts a stream of bytes into the messages that were framed. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #size = 0;

  /** Takes what arrived and answers the messages that are whole now. Throws ProtobufError when a length is absurd. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const messages: Uint8Array[] = [];
    for (;;) {
      const length = this.#peekLength();
      if (length === undefined || this.#size < length + 4) return messages;
      const joined = this.#join();
      messages.push(joined.subarray(4, length + 4));
      this.#chunks = [joined.subarray(length + 4)];
      this.#size -= length + 4;
    }
  }

  #peekLength(): number | undefined {
    if (this.#size < 4) return undefined;
    // The length may straddle chunks; otherwise nothing is copied before a message is whole.
    if ((this.#chunks[0]?.length ?? 0) < 4) this.#chunks = [this.#join()];
    const [first] = this.#chunks;
    if (first === undefined) return undefined;
    const length = new DataView(first.buffer, first.byteOffset, 4).getUint32(0);
    if (length > MAXIMUM_FRAME_BYTES) throw new ProtobufError(`a frame of ${length} bytes is too long`);
    return length;
  }

  #join(): Uint8Array {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first !== undefined) return first;
    const joined = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [joined];
    return joined;
  }
}
