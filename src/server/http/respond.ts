// Writes an ApiResponse to an HTTP response: negotiates, encodes, compresses, streams with back-pressure.

import { createGzip } from 'node:zlib';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import type { KubeObject } from '../../machinery/kind.ts';
import { notAcceptableError } from '../../machinery/status-error.ts';
import type { Status } from '../../machinery/status-error.ts';
import type { ApiRequest, ApiResponse, EncodedObject, ResponseBody, WatchEvent } from '../api-request.ts';
import { encodedOf } from '../encoded.ts';
import { encodeObject, encodeStatus, encodeValue } from './encode-object.ts';
import type { EncodeOptions, IncludeObject } from './encode-object.ts';
import { listChunks } from './list-writer.ts';
import type { ListBody, ListChunk } from './list-writer.ts';
import type { AnswerHeaders, HttpAnswer } from './http-answer.ts';
import { MEDIA_TYPES, negotiate } from './negotiation.ts';
import type { Negotiated } from './negotiation.ts';
import { queryFlag } from './request-info.ts';
import { WatchEncoder } from './watch-writer.ts';

/** Smaller answers are not worth compressing. */
const GZIP_BYTES = 128 * 1024;
const YIELD_AFTER_CHUNKS = 4;
/** How much of a batch of events is encoded at once. */
const PIECE_BYTES = 64 * 1024;

export interface ResponseContext {
  readonly nowMs: number;
  /** Told of watch events as they are written. */
  readonly onEvents?: ((count: number, sizeBytes: number) => void) | undefined;
  yieldTurn(): Promise<void>;
}

function includeObject(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject');
  return value === 'None' || value === 'Object' ? value : 'Metadata';
}

/** Whether an object of this body may be asked for as a Table or as metadata alone: it must be one of a stored kind. */
function hasProjections(body: ResponseBody): boolean {
  if (body.kind === 'list' || body.kind === 'watch') return true;
  return body.kind === 'object' && body.of !== undefined && (body.object as KubeObject).metadata?.uid !== undefined;
}

function negotiated(request: Pick<ApiRequest, 'accept' | 'query'>, body: ResponseBody): Negotiated {
  const pretty = request.query.has('pretty') && queryFlag(request.query, 'pretty');
  const found = negotiate(request.accept, { projections: () => hasProjections(body), pretty });
  if (found !== undefined) return found;
  throw notAcceptableError(MEDIA_TYPES);
}

/** Resolves when the stream takes more, or is gone. */
function drained(stream: Writable): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (alive: boolean) => (): void => {
      stream.off('drain', onDrain);
      stream.off('close', onClose);
      resolve(alive);
    };
    const onDrain = settle(true);
    const onClose = settle(false);
    stream.once('drain', onDrain);
    stream.once('close', onClose);
  });
}

/** Writes a chunk; resolves when its bytes are no longer needed, to whether the stream lives. */
function taken(stream: Writable, chunk: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const onClose = (): void => resolve(false);
    stream.once('close', onClose);
    stream.write(chunk, (error) => {
      stream.off('close', onClose);
      resolve(error === null || error === undefined);
    });
  });
}

const gone = (stream: Writable): boolean => stream.destroyed || stream.writableEnded;

async function writeChunks(socket: Writable, chunks: Iterable<Uint8Array>, compress: boolean, context: ResponseContext): Promise<number> {
  const target = compress ? createGzip({ level: 1 }) : socket;
  if (compress) {
    (target as ReturnType<typeof createGzip>).pipe(socket);
    // Nobody would ever empty it again, and whoever waits for room would wait for ever.
    socket.once('close', () => target.destroy());
  }
  let written = 0;
  let sizeBytes = 0;
  for (const chunk of chunks) {
    if (gone(socket)) break;
    sizeBytes += chunk.byteLength;
    if (!(await taken(target, chunk))) break;
    if (++written % YIELD_AFTER_CHUNKS === 0) await context.yieldTurn();
  }
  target.end();
  if (compress && !gone(socket)) await finished(socket).catch((error: unknown) => ignoreClosed(error, socket));
  return sizeBytes;
}

/** A client that goes away in the middle is no failure of ours. */
function ignoreClosed(error: unknown, socket: Writable): void {
  if (!socket.destroyed) throw error;
}

const acceptsGzip = (request: ApiRequest): boolean => (request.headers['accept-encoding'] ?? '').includes('gzip');

const COMPRESSED: AnswerHeaders = { 'content-encoding': 'gzip', vary: 'Accept-Encoding' };

/** Answers with `answer`; resolves to the size of its body, 0 for streams, when all is written. Throws before anything is written when the client accepts nothing that can be given (406). */
export async function respond(
  request: ApiRequest,
  answer: ApiResponse,
  response: HttpAnswer,
  common: AnswerHeaders,
  context: ResponseContext,
): Promise<number> {
  const { body } = answer;
  const options: EncodeOptions = { nowMs: context.nowMs, includeObject: includeObject(request.query) };
  const head = (contentType: string, more?: AnswerHeaders): void =>
    response.begin(answer.status, { ...common, ...answer.headers, 'content-type': contentType, ...more });
  const send = async (contentType: string, bytes: Uint8Array): Promise<number> => {
    const compress = bytes.byteLength > GZIP_BYTES && acceptsGzip(request);
    head(contentType, request.method === 'HEAD' ? undefined : compress ? COMPRESSED : { 'content-length': String(bytes.byteLength) });
    if (request.method === 'HEAD') response.body.end();
    else if (compress) await writeChunks(response.body, [bytes], true, context);
    else response.body.end(bytes);
    return bytes.byteLength;
  };
  if (body.kind === 'empty') {
    response.begin(answer.status, { ...common, ...answer.headers });
    response.body.end();
  } else if (body.kind === 'bytes') {
    return send(body.contentType, body.bytes);
  } else if (body.kind === 'stream') {
    head(body.contentType);
    await writeStream(response, body.chunks);
  } else if (body.kind === 'watch') {
    const encoder = new WatchEncoder(body.of, negotiated(request, body), options);
    head(encoder.contentType);
    await writeWatch(response, body, encoder, { signal: request.signal, onEvents: context.onEvents });
  } else if (body.kind === 'list') {
    const how = negotiated(request, body);
    if (request.method === 'HEAD') {
      head(how.mediaType);
      response.body.end();
      return 0;
    }
    const { chunks, large } = begun(listChunks(body, encodedItems(body, how), how, options));
    const compress = large && acceptsGzip(request);
    head(how.mediaType, compress ? COMPRESSED : undefined);
    return writeChunks(response.body, chunks, compress, context);
  } else if (body.kind === 'object') {
    const how = negotiated(request, body);
    return send(how.mediaType, objectBytes(body, how, options));
  } else {
    throw new Error('an upgrade cannot be answered over a plain request');
  }
  return 0;
}

/** Makes the first chunk, which tells whether the body is large enough to be compressed; the others are made when they are written. */
function begun(chunks: Iterable<ListChunk>): { readonly chunks: Iterable<Uint8Array>; readonly large: boolean } {
  const iterator = chunks[Symbol.iterator]();
  const first = iterator.next();
  if (first.done === true) return { chunks: [], large: false };
  const { bytes, last } = first.value;
  return { chunks: last ? [bytes] : joined(bytes, iterator), large: !last || bytes.byteLength > GZIP_BYTES };
}

function* joined(first: Uint8Array, rest: Iterator<ListChunk>): Generator<Uint8Array> {
  yield first;
  for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value.bytes;
}

/** A projection is made of objects; anything else is spliced from shared bytes. */
function encodedItems(body: ListBody, how: Negotiated): readonly EncodedObject[] {
  if (how.as !== undefined || how.pretty || how.mediaType === 'application/yaml') return [];
  return body.encodedItems ?? body.items.map((object) => encodedOf(object, body.of));
}

export function objectBytes(body: Extract<ResponseBody, { kind: 'object' }>, how: Negotiated, options: EncodeOptions): Uint8Array {
  if (body.of !== undefined) return encodeObject(body.of, body.object as KubeObject, body.encoded, how, options);
  const { kind } = body.object as { kind?: string };
  return kind === 'Status' ? encodeStatus(body.object as Status, how) : encodeValue(body.object, how);
}

async function writeStream(response: HttpAnswer, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const socket = response.body;
  response.flush();
  for await (const chunk of chunks) {
    if (gone(socket)) break;
    if (!socket.write(chunk) && !(await drained(socket))) break;
  }
  socket.end();
}

interface WatchContext {
  readonly signal: AbortSignal;
  readonly onEvents: ResponseContext['onEvents'];
}

interface EventBatch {
  readonly events: readonly WatchEvent[];
  readonly onEvents: ResponseContext['onEvents'];
}

/** Writes a batch piece by piece: a client that does not read costs one piece, however large the batch. */
function writeEvents(socket: Writable, encoder: WatchEncoder, batch: EventBatch, from: number): boolean | Promise<boolean> {
  const { events, onEvents } = batch;
  let at = from;
  while (at < events.length) {
    const pieces: Uint8Array[] = [];
    let sizeBytes = 0;
    for (; sizeBytes < PIECE_BYTES; at++) {
      const event = events[at];
      if (event === undefined) break;
      const piece = encoder.encode(event);
      sizeBytes += piece.byteLength;
      pieces.push(piece);
    }
    const [only] = pieces;
    onEvents?.(pieces.length, sizeBytes);
    const flows = socket.write(pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, sizeBytes));
    if (!flows) return drained(socket).then((alive) => alive && writeEvents(socket, encoder, batch, at));
  }
  return true;
}

/** How the events of a watch are written, for streams that are no response body. */
export function watchEncoderOf(request: ApiRequest, body: Extract<ResponseBody, { kind: 'watch' }>, nowMs: number): WatchEncoder {
  return new WatchEncoder(body.of, negotiated(request, body), { nowMs, includeObject: includeObject(request.query) });
}

async function writeWatch(
  response: HttpAnswer,
  body: Extract<ResponseBody, { kind: 'watch' }>,
  encoder: WatchEncoder,
  { signal, onEvents }: WatchContext,
): Promise<void> {
  const socket = response.body;
  response.flush();
  await new Promise<void>((resolve) => {
    let ended = false;
    let stop = (): void => {};
    const end = (): void => {
      if (ended) return;
      ended = true;
      signal.removeEventListener('abort', onGone);
      socket.off('close', onGone);
      socket.end();
      resolve();
    };
    const onGone = (): void => {
      if (ended) return;
      stop();
      end();
    };
    socket.once('close', onGone);
    signal.addEventListener('abort', onGone, { once: true });
    // A watch may end before `start` returns.
    const started = body.start((events) => (gone(socket) ? false : writeEvents(socket, encoder, { events, onEvents }, 0)), end);
    stop = started;
    if (ended) started();
    else if (signal.aborted || gone(socket)) onGone();
  });
}
