// Writes a list item by item, so that ten thousand Pods never stand in memory as one text and the loop is not held up.
//
// W1. Bytes of an item are those that every other reader of it is sent; only their frame is written here.
// W2. Between chunks of about 128 KiB the writer yields, and waits until the socket has taken each.
// W3. All chunks of a list lie in one buffer, one after another: fresh ones for each would have the collector run all the time.

import { printGroupVersion } from '../../machinery/kind.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import { encodeList, openEnvelope, sealEnvelope } from '../../machinery/codec/envelope.ts';
import { encodeProtobuf } from '../../machinery/codec/protobuf.ts';
import { tableOf } from '../../machinery/table.ts';
import type { EncodedObject, ResponseBody } from '../api-request.ts';
import { encodeValue } from './encode-object.ts';
import type { EncodeOptions } from './encode-object.ts';
import type { Negotiated } from './negotiation.ts';
import { partialMetadataOf, partialObjectMetadataList } from './partial-metadata.ts';

export type ListBody = Extract<ResponseBody, { kind: 'list' }>;

const CHUNK_BYTES = 128 * 1024;
const CLOSING = ']}\n';
const [OPEN, COMMA, NEWLINE] = [0x7b, 0x2c, 0x0a];

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

/** A piece of a list. Its bytes hold until the next one is asked for (W3). */
export interface ListChunk {
  readonly bytes: Uint8Array;
  readonly last: boolean;
}

/** The chunks of a list as JSON; its items stand there without the kind and version that the list already names. */
function* jsonChunks(body: ListBody, encodedItems: Iterable<EncodedObject>): Generator<ListChunk> {
  const { of: kind } = body;
  const dropped = Buffer.byteLength(`{"kind":${JSON.stringify(kind.kind)},"apiVersion":${JSON.stringify(kind.apiVersion)},`);
  const head = JSON.stringify({ kind: kind.listKind, apiVersion: kind.apiVersion, metadata: metaOf(body) });
  const opening = `${head.slice(0, -1)},"items":[`;
  let chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, opening.length * 3 + CLOSING.length));
  let at = chunk.write(opening);
  let first = true;
  for (const encoded of encodedItems) {
    const bytes = encoded.json();
    const end = bytes.length - (bytes[bytes.length - 1] === NEWLINE ? 1 : 0);
    const length = end - dropped;
    if (at + length + 2 + CLOSING.length > chunk.length) {
      yield { bytes: chunk.subarray(0, at), last: false };
      if (length + 2 + CLOSING.length > chunk.length) chunk = Buffer.allocUnsafeSlow(length + 2 + CLOSING.length);
      at = 0;
    }
    if (!first) chunk[at++] = COMMA;
    first = false;
    chunk[at++] = OPEN;
    chunk.set(new Uint8Array(bytes.buffer, bytes.byteOffset + dropped, length), at);
    at += length;
  }
  at += chunk.write(CLOSING, at);
  yield { bytes: chunk.subarray(0, at), last: true };
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
  return encodeValue(
    {
      kind: kind.listKind,
      apiVersion: printGroupVersion(kind.group, kind.version),
      metadata: metaOf(body),
      items: body.items.map(withoutType),
    },
    negotiated,
  );
}

function withoutType(object: KubeObject): object {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}

/** The bytes of a list response, in chunks. `encodedItems` are the items with their shared bytes. */
export function listChunks(
  body: ListBody,
  encodedItems: readonly EncodedObject[],
  negotiated: Negotiated,
  options: EncodeOptions,
): Iterable<ListChunk> {
  const { mediaType, as, pretty } = negotiated;
  if (as === undefined && mediaType === 'application/json' && !pretty) return jsonChunks(body, encodedItems);
  if (as === undefined && mediaType === 'application/vnd.kubernetes.protobuf') {
    const raws = encodedItems.map((encoded) => openEnvelope(encoded.protobuf())?.raw ?? new Uint8Array());
    return [{ bytes: encodeList({ apiVersion: body.of.apiVersion, kind: body.of.listKind }, metaOf(body), raws), last: true }];
  }
  return [{ bytes: wholeList(body, negotiated, options), last: true }];
}
