// Reads a request body up to the size that the server accepts.

import type { Readable } from 'node:stream';
import { tooLargeError } from '../../machinery/status-error.ts';

/** 3 MiB: what upstream accepts (twice etcd's limit). */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** The whole body; refuses one over the limit with 413 as soon as it is seen to be too large. */
export async function readBody(stream: Readable, declaredLength: string | undefined): Promise<Uint8Array> {
  const refusal = (): Error => tooLargeError(`Request entity too large: limit is ${MAX_BODY_BYTES}`);
  if (Number(declaredLength ?? 0) > MAX_BODY_BYTES) throw refusal();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > MAX_BODY_BYTES) throw refusal();
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
}
