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
/** Larger events are written anew for each watcher: what is shared is kept as long as the event can be replayed. */
const SHARED_BYTES = 16 * 1024;

function withoutNewline(bytes: Uint8Array): Uint8Array {
  return bytes[bytes.length - 1] === NEWLINE ? bytes.subarray(0, -1) : bytes;
}

/** Encodes the events of one watch. */
export class WatchEncoder {
  readonly #kind: Kind;
  readonly #negotiated: Negotiated;
  readonly #options: EncodeOptions;
  /** Under which names frames are shared, by type of event; none where they depend on more than the object. */
  readonly #frameKeys: Readonly<Record<string, string>>;
  /** Only the first row of a Table watch brings the columns. */
  #columnsSent = false;

  constructor(kind: Kind, negotiated: Negotiated, options: EncodeOptions) {
    this.#kind = kind;
    this.#negotiated = negotiated;
    this.#options = options;
    const key = (type: string): [string, string] => [type, `${type} ${negotiated.mediaType} ${kind.apiVersion}`];
    this.#frameKeys = negotiated.as === undefined ? Object.fromEntries(['ADDED', 'MODIFIED', 'DELETED'].map(key)) : {};
  }

  get contentType(): string {
    const { mediaType } = this.#negotiated;
    return mediaType === 'application/vnd.kubernetes.protobuf' ? `${mediaType};stream=watch` : 'application/json';
  }

  encode(event: WatchEvent): Uint8Array {
    const key = this.#frameKeys[event.type];
    const frames = event.type === 'ERROR' ? undefined : event.frames;
    if (key === undefined || frames === undefined) return this.#encode(event);
    const known = frames.get(key);
    if (known !== undefined) return known;
    const made = this.#encode(event);
    if (made.byteLength <= SHARED_BYTES) frames.set(key, made);
    return made;
  }

  #encode(event: WatchEvent): Uint8Array {
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
