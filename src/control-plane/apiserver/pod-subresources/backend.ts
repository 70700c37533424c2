// Requests to what stands behind the API server: kubelets, Pods and Services. One connection for each request.
//
// B1. A backend never sees the client's credentials.

import { request as httpRequest } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { connect as connectTcp } from 'node:net';
import type { TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import type { Node } from '../../../api/core/v1/node.ts';
import { internalError } from '../../../machinery/status-error.ts';
import type { ApiRequest } from '../../../server/api-request.ts';

/** What TLS towards a backend is made of; the certificate is how this server identifies itself. */
export type BackendTls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;

export interface Backend {
  readonly host: string;
  readonly port: number;
  /** Absent: plain text. */
  readonly tls?: BackendTls | undefined;
}

/** How the kubelet of a node is reached. */
export interface KubeletConnector {
  connect(node: Node): Backend;
}

/** Opens a plain connection into the cluster's network. */
export type Dial = (address: { readonly host: string; readonly port: number }, signal: AbortSignal) => Promise<Duplex>;

/** Through this machine's own network. */
export const dialDirectly: Dial = ({ host, port }, signal) =>
  new Promise((resolve, reject) => {
    const options: TcpNetConnectOpts = { host, port, noDelay: true, signal };
    const socket = connectTcp(options);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });

function secured(socket: Duplex, { host, tls }: Backend): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const wrapped = connectTls({ ...tls, socket, host, ...(tls?.servername === undefined ? {} : { servername: tls.servername }) });
    wrapped.once('error', reject);
    wrapped.once('secureConnect', () => {
      wrapped.off('error', reject);
      resolve(wrapped);
    });
  });
}

/** A connection to the backend; 500 when it cannot be had. */
export async function dialBackend(backend: Backend, dial: Dial, signal: AbortSignal): Promise<Duplex> {
  try {
    const socket = await dial(backend, signal);
    return backend.tls === undefined ? socket : await secured(socket, backend);
  } catch (error) {
    signal.throwIfAborted();
    throw internalError(new Error(`error dialing backend: ${error instanceof Error ? error.message : String(error)}`, { cause: error }));
  }
}

const NOT_FORWARDED: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'expect',
]);

/** The client's headers as a backend may see them (B1). */
export function forwardedHeaders(headers: ApiRequest['headers'], keep: readonly string[] = []): Record<string, string> {
  const forwarded: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const dropped = (NOT_FORWARDED.has(name) && !keep.includes(name)) || name.startsWith('impersonate-');
    if (value !== undefined && !dropped) forwarded[name] = value;
  }
  return forwarded;
}

export interface BackendRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

/** Sends one request and resolves with the head of the answer; its body is read from it. */
export async function requestBackend(backend: Backend, dial: Dial, sent: BackendRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const socket = await dialBackend(backend, dial, signal);
  const { method, path, headers, body } = sent;
  const length = body === undefined || body.byteLength === 0 ? {} : { 'content-length': String(body.byteLength) };
  const options: RequestOptions = {
    method,
    path,
    headers: { host: hostHeader(backend), ...headers, ...length, connection: 'close' },
    signal,
    createConnection: () => socket,
  };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(options);
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export const hostHeader = ({ host, port }: Backend): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
