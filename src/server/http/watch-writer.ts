// Writes watch events as a stream: lines of JSON, or length-delimited protobuf frames.

import { encodeWatchEvent, frame } from '../../machinery/codec/envelope.ts';
import type { Kind } from '../../machinery/kind.ts';
import { tableOf } from '../../machinery/table.ts';
import type { WatchEvent } from '../api-request.ts';
import { encodedOf } from '../encoded.ts';
import { encodeObject, encodeStatus, encodeValue } from './encode-object.ts';
import type { EncodeOptions } from './encode-object.ts';
import type { Negotiated } from './negotiation.ts';

const NEWLINE = 0x0a;

function withoutNewline(bytes: Uint8Array): Uint8Array {
  return bytes[bytes.length - 1] === NEWLINE ? bytes.subarray(0, -1) : bytes;
}

/** Encodes the events of one watch. */
export class WatchEncoder {
  readonly #kind: Kind;
  readonly #negotiated: Negotiated;
  readonly #options: EncodeOptions;
  /** Only the first row of a Table watch brings the columns. */
  #columnsSent = false;

  constructor(kind: Kind, negotiated: Negotiated, options: EncodeOptions) {
    this.#kind = kind;
    this.#negotiated = negotiated;
    this.#options = options;
  }

  get contentType(): string {
    const { mediaType } = this.#negotiated;
    return mediaType === 'application/vnd.kubernetes.protobuf' ? `${mediaType};stream=watch` : 'application/json';
  }

  encode(event: WatchEvent): Uint8Array {
    const object = this.#object(event);
    if (this.#negotiated.mediaType === 'application/vnd.kubernetes.protobuf') return frame(encodeWatchEvent(event.type, object));
    const body = withoutNewline(object);
    return Buffer.concat([Buffer.from(`{"type":"${event.type}","object":`), body, Buffer.from('}\n')]);
  }

  #object(event: WatchEvent): Uint8Array {
    const negotiated = {
      ...this.#negotiated,
      mediaType: this.#negotiated.mediaType === 'application/yaml' ? ('application/json' as const) : this.#negotiated.mediaType,
      pretty: false,
    };
    if (event.type === 'ERROR') return encodeStatus(event.object, negotiated);
    if (negotiated.as === 'Table' && event.type !== 'BOOKMARK') {
      const table = tableOf(this.#kind, [event.object], {
        ...this.#options,
        resourceVersion: event.object.metadata.resourceVersion ?? '',
        apiVersion: `meta.k8s.io/${negotiated.asVersion}`,
      });
      const sent = this.#columnsSent;
      this.#columnsSent = true;
      return encodeValue(sent ? { ...table, columnDefinitions: null } : table, negotiated);
    }
    if (negotiated.as === 'Table') {
      const { resourceVersion = '', annotations } = event.object.metadata;
      const metadata = { resourceVersion, ...(annotations === undefined ? {} : { annotations }) };
      return encodeValue(
        { kind: 'Table', apiVersion: `meta.k8s.io/${negotiated.asVersion}`, metadata, columnDefinitions: null, rows: [] },
        negotiated,
      );
    }
    if (event.type !== 'BOOKMARK' && negotiated.as === undefined) {
      const shared = event.encoded ?? encodedOf(event.object, this.#kind);
      return negotiated.mediaType === 'application/vnd.kubernetes.protobuf' ? shared.protobuf() : shared.json();
    }
    return encodeObject(this.#kind, event.object, undefined, negotiated, this.#options);
  }
}
