// Writes a list item by item, so that ten thousand Pods never stand in memory as one text and the loop is not held up.
//
// W1. Bytes of an item are those that every other reader of it is sent; only their frame is written here.
// W2. Between chunks of about 64 KiB the writer yields, and waits while the socket is full.

import { printGroupVersion } from '../../machinery/kind.ts';
import type { Kind, KubeObject } from '../../machinery/kind.ts';
import { encodeList, openEnvelope, sealEnvelope } from '../../machinery/codec/envelope.ts';
import { encodeProtobuf } from '../../machinery/codec/protobuf.ts';
import { tableOf } from '../../machinery/table.ts';
import type { EncodedObject, ResponseBody } from '../api-request.ts';
import { encodeValue } from './encode-object.ts';
import type { EncodeOptions } from './encode-object.ts';
import type { Negotiated } from './negotiation.ts';
import { partialMetadataOf, partialObjectMetadataList } from './partial-metadata.ts';

export type ListBody = Extract<ResponseBody, { kind: 'list' }>;

const CHUNK_BYTES = 64 * 1024;
const OPEN = Buffer.from('{');
const COMMA = Buffer.from(',');

interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

function metaOf(body: ListBody): ListMeta {
  return {
    resourceVersion: body.revision,
    ...(body.continue === undefined || body.continue === '' ? {} : { continue: body.continue }),
    ...(body.remainingItemCount === undefined ? {} : { remainingItemCount: body.remainingItemCount }),
  };
}

/** The JSON of an item as it stands in a list: without the kind and version that the list already names. */
function* itemBytes(kind: Kind, encoded: EncodedObject): Generator<Uint8Array> {
  const bytes = encoded.json();
  const head = `{"kind":${JSON.stringify(kind.kind)},"apiVersion":${JSON.stringify(kind.apiVersion)},`;
  const trailing = bytes[bytes.length - 1] === 0x0a ? 1 : 0;
  yield OPEN;
  yield bytes.subarray(head.length, bytes.length - trailing);
}

function* jsonParts(body: ListBody, encodedItems: Iterable<EncodedObject>): Generator<Uint8Array> {
  const { of: kind } = body;
  const head = JSON.stringify({ kind: kind.listKind, apiVersion: kind.apiVersion, metadata: metaOf(body) });
  yield Buffer.from(`${head.slice(0, -1)},"items":[`);
  let first = true;
  for (const encoded of encodedItems) {
    if (!first) yield COMMA;
    first = false;
    yield* itemBytes(kind, encoded);
  }
  yield Buffer.from(']}\n');
}

/** Joins small parts into chunks worth a system call. */
export function* chunked(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let length = 0;
  for (const part of parts) {
    pending.push(part);
    length += part.byteLength;
    if (length < CHUNK_BYTES) continue;
    yield Buffer.concat(pending, length);
    pending = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(pending, length);
}

/** The list as a whole value, for projections and media types that are not streamed. */
function wholeList(body: ListBody, negotiated: Negotiated, options: EncodeOptions): Uint8Array {
  const { of: kind } = body;
  const { as, asVersion, mediaType } = negotiated;
  const apiVersion = `meta.k8s.io/${asVersion}`;
  if (as === 'Table') return encodeValue(tableOf(kind, body.items, { ...options, ...metaOf(body), apiVersion }), negotiated);
  if (as !== undefined) {
    const items = body.items.map((object) => partialMetadataOf(object, asVersion));
    const list = { kind: 'PartialObjectMetadataList', apiVersion, metadata: metaOf(body), items };
    if (mediaType !== 'application/vnd.kubernetes.protobuf') return encodeValue(list, negotiated);
    return sealEnvelope({ apiVersion, kind: list.kind, raw: encodeProtobuf(partialObjectMetadataList, list) });
  }
  return encodeValue({ kind: kind.listKind, apiVersion: printGroupVersion(kind.group, kind.version), metadata: metaOf(body), items: body.items.map(withoutType) }, negotiated);
}

function withoutType(object: KubeObject): object {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}

/** The bytes of a list response, in chunks. `encodedItems` are the items with their shared bytes. */
export function listChunks(body: ListBody, encodedItems: readonly EncodedObject[], negotiated: Negotiated, options: EncodeOptions): Iterable<Uint8Array> {
  const { mediaType, as, pretty } = negotiated;
  if (as === undefined && mediaType === 'application/json' && !pretty) return chunked(jsonParts(body, encodedItems));
  if (as === undefined && mediaType === 'application/vnd.kubernetes.protobuf') {
    const raws = encodedItems.map((encoded) => openEnvelope(encoded.protobuf())?.raw ?? new Uint8Array());
    return [encodeList({ apiVersion: body.of.apiVersion, kind: body.of.listKind }, metaOf(body), raws)];
  }
  return [wholeList(body, negotiated, options)];
}

