// The client's transport within the process: no socket, no JSON, no copies; informers share the watch cache's very objects.

import type { ClientRequest, RawRequest, Transport, WatchEvent, WatchRequest } from '../client/transport.ts';
import type { Random } from '../base/random.ts';
import type { KubeList, KubeObject } from '../machinery/kind.ts';
import { StatusError } from '../machinery/status-error.ts';
import type { Status } from '../machinery/status-error.ts';
import type { ApiResponse, Handler, ResponseBody } from './api-request.ts';
import { encodeJson } from '../machinery/codec/json.ts';
import { requestInfo } from './http/request-info.ts';
import { InProcess } from './in-process.ts';
import type { User } from './user.ts';

export interface InProcessTransportOptions {
  readonly handle: Handler;
  readonly random: Random;
  readonly user: User;
  /** Names the component in managed fields and audit. */
  readonly userAgent: string;
}

type ListBody = Extract<ResponseBody, { kind: 'list' }>;
type WatchBody = Extract<ResponseBody, { kind: 'watch' }>;

function listOf(body: ListBody): KubeList<KubeObject> {
  const { of, revision, remainingItemCount, items } = body;
  return {
    apiVersion: of.apiVersion,
    kind: of.listKind,
    metadata: {
      resourceVersion: revision,
      ...(body.continue === undefined ? {} : { continue: body.continue }),
      ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
    },
    items,
  };
}

function answerOf({ status, body }: ApiResponse): unknown {
  if (body.kind === 'list') return listOf(body);
  if (body.kind === 'empty') return undefined;
  if (body.kind !== 'object') throw new Error(`an object was expected, not ${body.kind}`);
  if (status >= 400) throw StatusError.fromStatus(body.object as Status);
  return body.object;
}

async function bytesOf(body: ResponseBody): Promise<Uint8Array> {
  switch (body.kind) {
    case 'bytes':
      return body.bytes;
    case 'stream': {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body.chunks) chunks.push(chunk);
      return Buffer.concat(chunks);
    }
    case 'object':
      return new TextEncoder().encode(encodeJson(body.object));
    case 'list':
      return new TextEncoder().encode(encodeJson(listOf(body)));
    default:
      return new Uint8Array();
  }
}

/** Serves one watch; resolves when it ended, whoever ended it. */
function follow(body: WatchBody, sink: (events: readonly WatchEvent[]) => void, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let stop = (): void => {};
  let over = false;
  let failure: { readonly error: unknown } | undefined;
  const end = (): void => {
    if (over) return;
    over = true;
    signal.removeEventListener('abort', end);
    stop();
    if (failure === undefined) resolve();
    else reject(failure.error);
  };
  const stopWatch = body.start((events) => {
    if (over) return false;
    try {
      sink(events);
      return true;
    } catch (error) {
      // A reader that cannot go on (a 410 in the stream, say) ends its watch with its own error.
      failure = { error };
      end();
      return false;
    }
  }, end);
  stop = stopWatch;
  if (over) stopWatch();
  else if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return promise;
}

/** A transport for one user of the process. */
export function createInProcessTransport(options: InProcessTransportOptions): Transport {
  const process = new InProcess(options);
  return {
    async request({ kind, verb, namespace, name, subresource, query, body, signal }: ClientRequest): Promise<unknown> {
      const { group, version, plural: resource } = kind;
      return answerOf(await process.call({ verb, group, version, resource, subresource, namespace, name, query, body, signal }));
    },
    async watch({ kind, namespace, query, signal }: WatchRequest, sink): Promise<void> {
      const { group, version, plural: resource } = kind;
      const { body } = await process.call({ verb: 'watch', group, version, resource, namespace, query, signal });
      if (body.kind !== 'watch') throw new Error(`a watch was expected, not ${body.kind}`);
      await follow(body, sink, signal);
    },
    async raw({ method, path, signal }: RawRequest): Promise<Uint8Array> {
      const url = new URL(path, 'http://localhost');
      const info = requestInfo(method, url.pathname, url.searchParams);
      const response = await process.raw(info, method, url.searchParams, signal);
      return bytesOf(response.body);
    },
  };
}
