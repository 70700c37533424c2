// Reads a request body up to the size that the server accepts, and all bodies together up to what it can hold.
//
// R1. Bodies are read before anybody is authorized: what those without credentials may fill is a small part of the whole.

import type { Readable } from 'node:stream';
import { tooLargeError, tooManyRequestsError } from '../../machinery/status-error.ts';

/** 3 MiB: what upstream accepts (twice etcd's limit). */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;
const ALL_BYTES = 128 * 1024 * 1024;
const ANONYMOUS_BYTES = 12 * 1024 * 1024;

/** What one request holds of the room for bodies. */
export interface BodyLease {
  /** Throws a 429 when there is no more room. */
  add(bytes: number): void;
  release(): void;
}

/** The room for the bodies of all requests that are being served. */
export class BodyRoom {
  readonly #held = { all: 0, anonymous: 0 };
  readonly #limits: { readonly all: number; readonly anonymous: number };

  constructor(limits = { all: ALL_BYTES, anonymous: ANONYMOUS_BYTES }) {
    this.#limits = limits;
  }

  lease(anonymous: boolean): BodyLease {
    const [held, limits] = [this.#held, this.#limits];
    let own = 0;
    let open = true;
    return {
      add(bytes) {
        if (!open || held.all + bytes > limits.all || (anonymous && held.anonymous + bytes > limits.anonymous))
          throw tooManyRequestsError('Too many requests, please try again later.', 1);
        own += bytes;
        held.all += bytes;
        if (anonymous) held.anonymous += bytes;
      },
      release() {
        open = false;
        held.all -= own;
        if (anonymous) held.anonymous -= own;
        own = 0;
      },
    };
  }
}

/** The whole body; refuses one over the limit with 413 as soon as it is seen to be too large. */
export function readBody(stream: Readable, declaredLength: string | undefined, lease: BodyLease): Promise<Uint8Array> {
  const refusal = (): Error => tooLargeError(`Request entity too large: limit is ${MAX_BODY_BYTES}`);
  if (Number(declaredLength ?? 0) > MAX_BODY_BYTES) return Promise.reject(refusal());
  if (stream.readableEnded) return Promise.resolve(new Uint8Array());
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const settle = (): void => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('error', onError);
      stream.off('close', onClose);
    };
    const onData = (chunk: Uint8Array): void => {
      try {
        length += chunk.byteLength;
        if (length > MAX_BODY_BYTES) throw refusal();
        lease.add(chunk.byteLength);
        chunks.push(chunk);
      } catch (error) {
        onError(error);
      }
    };
    const onEnd = (): void => {
      settle();
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length));
    };
    const onError = (error: unknown): void => {
      settle();
      reject(error);
    };
    const onClose = (): void => onError(new Error('the body broke off'));
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('error', onError);
    stream.on('close', onClose);
  });
}
