// proxy of Pods, Services and nodes: HTTP requests, upgrades too, handed on to what is behind them.

import type { IncomingMessage } from 'node:http';
import type { Kind } from '../../../machinery/kind.ts';
import { isStatus, serviceUnavailableError } from '../../../machinery/status-error.ts';
import type { ApiRequest, ApiResponse, ResponseBody } from '../../../server/api-request.ts';
import type { ActionSubresource } from '../../../server/strategy.ts';
import { nodeProxyOptions, podProxyOptions, serviceProxyOptions } from '../../../api/core/v1/pod-options.ts';
import { forwardedHeaders, hostHeader, requestBackend } from './backend.ts';
import type { PodSubresourceParts } from './parts.ts';
import { proxiedPage, proxiedUrl } from './proxied-links.ts';
import type { ProxyPlace } from './proxied-links.ts';
import { nodeBackend, podBackend, serviceBackend } from './proxy-target.ts';
import type { FindBackend } from './proxy-target.ts';
import { tunnel, wantsUpgrade } from './tunnel.ts';

/** Where `/proxy` stands in `/api/v1/namespaces/NS/pods/NAME/proxy`, and in `/api/v1/nodes/NAME/proxy`. */
const IN_NAMESPACE = 7;
const IN_CLUSTER = 5;

const NOT_RETURNED: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer', 'content-type']);

/** What follows `/proxy`, escapes and slashes as they came; undefined when not even a slash does. */
function restOf({ info }: ApiRequest): string | undefined {
  const segments = info.path.split('/');
  const rest = segments.slice((info.namespace === '' ? IN_CLUSTER : IN_NAMESPACE) + 1);
  return rest.length === 0 ? undefined : `/${rest.join('/')}`;
}

const queryOf = ({ query }: ApiRequest): string => (query.size === 0 ? '' : `?${query.toString()}`);

function headersOf(answer: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !NOT_RETURNED.has(name)) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

/** Where the proxied paths of a request begin. */
const prefixOf = ({ info }: ApiRequest): string =>
  info.path
    .split('/')
    .slice(0, (info.namespace === '' ? IN_CLUSTER : IN_NAMESPACE) + 1)
    .join('/');

/** Pages are read whole, because their links must lead through the proxy; a page longer than this is handed on as it is. */
const PAGE_BYTES = 4 * 1024 * 1024;

async function bodyOf(answer: IncomingMessage, place: ProxyPlace): Promise<ResponseBody> {
  const contentType = answer.headers['content-type'] ?? '';
  const isPage =
    contentType.startsWith('text/html') &&
    answer.headers['content-encoding'] === undefined &&
    Number(answer.headers['content-length'] ?? 0) <= PAGE_BYTES;
  if (!isPage) return { kind: 'stream', contentType, chunks: answer };
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return { kind: 'bytes', contentType, bytes: Buffer.from(proxiedPage(Buffer.concat(chunks).toString('utf8'), place)) };
}

async function hand(request: ApiRequest, find: () => ReturnType<FindBackend>, parts: PodSubresourceParts): Promise<ApiResponse> {
  const rest = restOf(request);
  const backend = await find();
  if (rest === undefined && (request.method === 'GET' || request.method === 'HEAD')) {
    return { status: 301, headers: { location: `${request.info.path}/${queryOf(request)}` }, body: { kind: 'empty' } };
  }
  const path = `${rest ?? '/'}${queryOf(request)}`;
  if (wantsUpgrade(request)) return tunnel(request, backend, path, parts);
  const forwarded = {
    ...forwardedHeaders(request.headers),
    'x-forwarded-uri': request.info.path,
    'x-forwarded-for': request.remoteAddress,
  };
  const sent = request.body?.kind === 'bytes' ? request.body.bytes : undefined;
  try {
    const answer = await requestBackend(
      backend,
      parts.dial,
      { method: request.method, path, headers: forwarded, body: sent },
      request.signal,
    );
    const place = { prefix: prefixOf(request), host: hostHeader(backend) };
    const body = await bodyOf(answer, place);
    const { 'content-length': length, location, ...headers } = headersOf(answer);
    return {
      status: answer.statusCode ?? 502,
      headers: {
        ...headers,
        ...(location === undefined ? {} : { location: proxiedUrl(location, place) }),
        // A changed page has another length, which is counted when it is sent.
        ...(length === undefined || body.kind !== 'stream' ? {} : { 'content-length': length }),
      },
      body,
    };
  } catch (error) {
    request.signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    throw isStatus(error)
      ? serviceUnavailableError(
          `error trying to reach service: ${message.replace(/^Internal error occurred: error dialing backend: /, '')}`,
        )
      : error;
  }
}

function proxySubresource(parts: PodSubresourceParts, options: Kind, find: FindBackend): ActionSubresource {
  return {
    kind: 'action',
    verbs: ['create', 'delete', 'get', 'patch', 'update'],
    anyMethod: true,
    responds: options,
    handle: (request, { lookups }) => hand(request, () => find(request, lookups, parts), parts),
  };
}

export const podProxy = (parts: PodSubresourceParts): ActionSubresource => proxySubresource(parts, podProxyOptions as Kind, podBackend);
export const serviceProxy = (parts: PodSubresourceParts): ActionSubresource =>
  proxySubresource(parts, serviceProxyOptions as Kind, serviceBackend);
export const nodeProxy = (parts: PodSubresourceParts): ActionSubresource => proxySubresource(parts, nodeProxyOptions as Kind, nodeBackend);
