// Writes one object as a negotiated media type and projection asks.

import { status } from '../../api/meta/v1/status.ts';
import { encodeJson } from '../../machinery/codec/json.ts';
import { encodeKind, sealEnvelope } from '../../machinery/codec/envelope.ts';
import { encodeProtobuf } from '../../machinery/codec/protobuf.ts';
import { encodeYaml } from '../../machinery/codec/yaml.ts';
import type { Kind, KubeObject } from '../../machinery/kind.ts';
import type { Status } from '../../machinery/status-error.ts';
import { tableOf } from '../../machinery/table.ts';
import type { EncodedObject } from '../api-request.ts';
import type { Negotiated } from './negotiation.ts';
import { partialMetadataOf, partialObjectMetadata } from './partial-metadata.ts';

/** What a Table row carries of its object. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface EncodeOptions {
  readonly nowMs: number;
  readonly includeObject: IncludeObject;
}

const NEWLINE = 0x0a;

const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');

/** Any JSON-shaped value that is no object of a kind: discovery documents, Tables. */
export function encodeValue(value: unknown, { mediaType, pretty }: Negotiated): Uint8Array {
  if (mediaType === 'application/yaml') return text(encodeYaml(value));
  return text(`${pretty ? JSON.stringify(value, undefined, 2) : encodeJson(value)}\n`);
}

/** Shared bytes end without the newline that a document of its own ends with. */
function withNewline(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) === NEWLINE) return bytes;
  const line = Buffer.allocUnsafe(bytes.byteLength + 1);
  line.set(bytes);
  line[bytes.byteLength] = NEWLINE;
  return line;
}

/** A Status, which has its own protobuf form. */
export function encodeStatus(value: Status, negotiated: Negotiated): Uint8Array {
  if (negotiated.mediaType !== 'application/vnd.kubernetes.protobuf') return encodeValue(value, negotiated);
  const raw = encodeProtobuf(status, value as Parameters<typeof encodeProtobuf<typeof value>>[1]);
  return sealEnvelope({ apiVersion: 'v1', kind: 'Status', raw });
}

/** One object of `kind` as asked; `encoded` gives the bytes that are already at hand. */
export function encodeObject(
  kind: Kind,
  object: KubeObject,
  encoded: EncodedObject | undefined,
  negotiated: Negotiated,
  options: EncodeOptions,
): Uint8Array {
  const { mediaType, as, asVersion, pretty } = negotiated;
  const protobuf = mediaType === 'application/vnd.kubernetes.protobuf';
  if (as === 'Table') return encodeValue(tableOf(kind, [object], { ...options, apiVersion: `meta.k8s.io/${asVersion}` }), negotiated);
  if (as !== undefined) {
    const partial = partialMetadataOf(object, asVersion);
    if (!protobuf) return encodeValue(partial, negotiated);
    return sealEnvelope({
      apiVersion: partial.apiVersion ?? '',
      kind: partial.kind ?? '',
      raw: encodeProtobuf(partialObjectMetadata, partial),
    });
  }
  if (protobuf) return encoded?.protobuf() ?? encodeKind(kind, object);
  if (mediaType === 'application/json' && !pretty && encoded !== undefined) return withNewline(encoded.json());
  return encodeValue(object, negotiated);
}
