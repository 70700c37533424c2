// Documents that change seldom: sent with an ETag, and not sent again to a client that has them.

import { createHash } from 'node:crypto';
import type { ApiRequest, ApiResponse } from '../api-request.ts';

/** `bytes` as an answer, or 304 when the request shows that the client has them. */
export function withEtag(
  request: ApiRequest,
  contentType: string,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse {
  const etag = etagOf(bytes);
  const common = { etag, vary: 'Accept', 'cache-control': 'public', ...headers };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers: common, body: { kind: 'empty' } };
  return { status: 200, headers: common, body: { kind: 'bytes', contentType, bytes } };
}

/** A strong ETag, quoted. */
export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"`;
}
