// The TLS listener: HTTP/1.1 and HTTP/2 in front of a pipeline, with client certificates and upgrades.
//
// H1. Every request ends in exactly one answer; whatever a handler throws becomes a Status.
// H2. A request's signal fires when its client goes away or the listener closes.
// H3. The peer's certificate is read once for each connection.

import { createSecureServer } from 'node:http2';
import type { Http2SecureServer, Http2ServerRequest } from 'node:http2';
import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { internalError, StatusError } from '../../machinery/status-error.ts';
import type { ApiRequest, ApiResponse, Handler, RequestBody, RequestInfo } from '../api-request.ts';
import type { Authenticator, PeerCertificate } from '../authenticator.ts';
import type { RequestObservation, RequestObserver } from '../metrics/request-metrics.ts';
import { ANONYMOUS } from '../user.ts';
import { encodeStatus } from './encode-object.ts';
import { negotiate } from './negotiation.ts';
import { readBody } from './read-body.ts';
import { requestInfo } from './request-info.ts';
import { respond, watchEncoderOf, writeHead } from './respond.ts';
import { WarningHeaders } from './warning-headers.ts';
import { streamOverWebSocket, wantsWebSocket, watchOverWebSocket } from './websocket-stream.ts';
import type { HttpResponse } from './respond.ts';

type HttpRequest = IncomingMessage | Http2ServerRequest;

export interface TlsMaterial {
  readonly key: string;
  readonly cert: string;
  /** Certificate authorities whose client certificates are believed. */
  readonly clientCa?: string | readonly string[];
}

export interface ListenerOptions {
  readonly address: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Takes its connections from this server, which listens already (in another network namespace, say), and closes it at the end. */
  readonly source?: Server;
  readonly tls: TlsMaterial;
  readonly handle: Handler;
  readonly authenticator: Authenticator;
  /** What a path asks for, where it is not Kubernetes' own layout (the kubelet's). */
  readonly infoOf?: (method: string, path: string, query: URLSearchParams) => RequestInfo;
  /** Measures requests. */
  readonly observer?: RequestObserver;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Listener {
  readonly port: number;
  /** Stops accepting, ends what is open, resolves when all is closed. */
  close(): Promise<void>;
}

/** Made once: it is the end of every request, and a stack trace for each would cost more than answering a small one. */
const CLIENT_GONE = new DOMException('the client went away', 'AbortError');

const HEADER_BYTES = 1024 * 1024;
const KEEP_ALIVE_MS = 90_000;

/** Opens the listener; rejects when the port is taken. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { tls, address } = options;
  const server = createSecureServer({
    key: tls.key,
    cert: tls.cert,
    ...(tls.clientCa === undefined
      ? {}
      : { ca: typeof tls.clientCa === 'string' ? tls.clientCa : [...tls.clientCa], requestCert: true, rejectUnauthorized: false }),
    minVersion: 'TLSv1.2',
    allowHTTP1: true,
    // One unread 20 MB list must not fail the other streams of its connection.
    maxSessionMemory: 1000,
    settings: { maxHeaderListSize: HEADER_BYTES, maxConcurrentStreams: 1000 },
    maxHeaderSize: HEADER_BYTES,
  } as Parameters<typeof createSecureServer>[0]);
  const front = new Front(server, options);
  const { source } = options;
  if (source !== undefined) {
    source.on('connection', (socket) => server.emit('connection', socket));
    source.on('error', (error) => options.logger.error('a connection could not be accepted', { error }));
    return {
      port: options.port,
      async close() {
        const closed = new Promise<void>((resolve) => source.close(() => resolve()));
        await front.close();
        await closed;
      },
    };
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return { port: (server.address() as AddressInfo).port, close: () => front.close() };
}

class Front {
  readonly #server: Http2SecureServer;
  readonly #options: ListenerOptions;
  readonly #sockets = new Set<Socket>();
  readonly #peers = new WeakMap<object, PeerCertificate | undefined>();
  readonly #open = new Set<AbortController>();

  constructor(server: Http2SecureServer, options: ListenerOptions) {
    this.#server = server;
    this.#options = options;
    const { logger } = options;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      socket.setNoDelay(true);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
    });
    server.on('request', (request: HttpRequest, response: HttpResponse) => {
      this.#serve(request, response).catch((error: unknown) => this.#giveUp(error, response));
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head).catch((error: unknown) => this.#giveUp(error, socket));
    });
    // The last listener of `error`: without one, a connection that cannot be accepted (no file descriptor left) would end the process.
    server.on('error', (error) => logger.error('a connection could not be accepted', { error }));
    server.on('tlsClientError', (error) => logger.debug('a TLS handshake failed', { error }));
    server.on('sessionError', (error) => logger.debug('an HTTP/2 session failed', { error }));
    server.on('clientError', (error, socket) => {
      logger.debug('a request could not be parsed', { error });
      socket.destroy();
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => (this.#server.listening ? this.#server.close(() => resolve()) : resolve()));
    for (const controller of this.#open) controller.abort(new DOMException('the server is shutting down', 'AbortError'));
    // Lets answers that are being written end before the sockets do.
    await this.#options.clock.yieldTurn();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(request: HttpRequest, response: HttpResponse): Promise<void> {
    const controller = new AbortController();
    this.#open.add(controller);
    response.once('close', () => {
      this.#open.delete(controller);
      controller.abort(CLIENT_GONE);
    });
    response.on('error', (error) => this.#options.logger.debug('a response could not be written', { error }));
    const warnings = new WarningHeaders();
    const auditId = request.headers['audit-id'] ?? this.#options.random.uuid();
    const common = (): Record<string, string | readonly string[]> => ({
      'audit-id': String(auditId),
      'cache-control': 'no-cache, private',
      ...(warnings.values.length === 0 ? {} : { warning: warnings.values }),
    });
    let observed: RequestObservation | undefined;
    try {
      const parsed = await this.#parse(request, String(auditId), warnings, controller.signal);
      observed = this.#options.observer?.observe(parsed);
      const answer = await this.#options.handle(parsed);
      if (controller.signal.aborted && response.destroyed) {
        observed?.done(answer.status, 0);
        return;
      }
      if (answer.body.kind === 'upgrade') throw upgradeRequired();
      const { clock } = this.#options;
      const sizeBytes = await respond(parsed, answer, response, common(), {
        nowMs: clock.now(),
        yieldTurn: () => clock.yieldTurn(),
        onEvents: observed?.events,
      });
      observed?.done(answer.status, sizeBytes);
    } catch (error) {
      observed?.done(error instanceof StatusError ? error.code : 500, 0);
      this.#fail(request, response, error, common());
    }
  }

  #fail(request: HttpRequest, response: HttpResponse, cause: unknown, common: Record<string, string | readonly string[]>): void {
    if (response.destroyed || response.writableEnded) return;
    if (response.headersSent) {
      this.#options.logger.warn('an answer broke off', { path: request.url, error: cause });
      response.destroy();
      return;
    }
    const error = this.#statusOf(cause, request.url);
    const { headers, bytes } = statusAnswer(error, String(request.headers.accept ?? ''));
    writeHead(response, error.code, { ...common, ...headers });
    if (request.method === 'HEAD') response.end();
    else response.end(bytes);
    // What is left of a body that was refused half-way must not be taken for the next request.
    if ('resume' in request) request.resume();
  }

  /** An answer that cannot be made, not even as a refusal: the client sees its connection end, and nobody else is hurt. */
  #giveUp(error: unknown, connection: HttpResponse | Duplex): void {
    this.#options.logger.error('a request could not be answered', { error });
    connection.destroy();
  }

  #statusOf(cause: unknown, path: string | undefined): StatusError {
    if (cause instanceof StatusError) return cause;
    this.#options.logger.error('a request failed', { path, error: cause });
    return internalError(cause);
  }

  async #parse(request: HttpRequest, auditId: string, warnings: WarningHeaders, signal: AbortSignal): Promise<ApiRequest> {
    const { method = 'GET', url = '/' } = request;
    const split = url.indexOf('?');
    const path = split === -1 ? url : url.slice(0, split);
    const query = new URLSearchParams(split === -1 ? '' : url.slice(split + 1));
    const headers = flatHeaders(request);
    const remoteAddress = request.socket.remoteAddress ?? '';
    const user = await this.#options.authenticator.authenticate({ headers, peerCertificate: this.#peer(request), remoteAddress, signal });
    const info = (this.#options.infoOf ?? requestInfo)(method, path, query);
    return {
      info,
      method,
      user: user ?? ANONYMOUS,
      query,
      headers,
      accept: headers['accept'] ?? '',
      body: await bodyOf(request, method, headers),
      userAgent: headers['user-agent'] ?? '',
      remoteAddress,
      auditId,
      signal,
      warn: (text) => warnings.add(text),
    };
  }

  #peer(request: HttpRequest): PeerCertificate | undefined {
    const holder: object = 'stream' in request && request.stream.session !== undefined ? request.stream.session : request.socket;
    if (this.#peers.has(holder)) return this.#peers.get(holder);
    const socket = ('stream' in request ? request.stream.session?.socket : request.socket) as TLSSocket | undefined;
    const certificate = socket?.getPeerCertificate?.();
    const peer = certificate?.raw === undefined ? undefined : { raw: certificate.raw, authorized: socket?.authorized === true };
    this.#peers.set(holder, peer);
    return peer;
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const controller = new AbortController();
    this.#open.add(controller);
    socket.on('error', (error) => this.#options.logger.debug('an upgraded connection failed', { error }));
    socket.once('close', () => {
      this.#open.delete(controller);
      controller.abort(CLIENT_GONE);
    });
    try {
      const parsed = await this.#parse(request, this.#options.random.uuid(), new WarningHeaders(), controller.signal);
      const { body, ...answer } = await this.#options.handle(parsed);
      if (body.kind === 'upgrade') body.serve({ request, socket, head });
      else if (wantsWebSocket(request) && body.kind === 'stream') await streamOverWebSocket(request, socket, head, body.chunks);
      else if (wantsWebSocket(request) && body.kind === 'watch')
        await watchOverWebSocket(request, socket, head, body, watchEncoderOf(parsed, body, this.#options.clock.now()));
      else await this.#answerPlainly(request, socket, parsed, { ...answer, body });
    } catch (error) {
      this.#refuseUpgrade(request, socket, error);
    }
  }

  /** A request that asked for an upgrade and gets an ordinary answer. */
  async #answerPlainly(request: IncomingMessage, socket: Duplex, parsed: ApiRequest, answer: ApiResponse): Promise<void> {
    const response = plainResponse(request, socket);
    const { clock } = this.#options;
    await respond(parsed, answer, response, {}, { nowMs: clock.now(), yieldTurn: () => clock.yieldTurn() });
  }

  #refuseUpgrade(request: IncomingMessage, socket: Duplex, cause: unknown): void {
    if (socket.destroyed) return;
    const error = this.#statusOf(cause, request.url);
    const { headers, bytes } = statusAnswer(error, '');
    const response = plainResponse(request, socket);
    if (response.headersSent) {
      socket.destroy();
      return;
    }
    writeHead(response, error.code, headers);
    response.end(bytes);
  }
}

/** The response over a socket that asked for an upgrade: the one that was begun, if there is one. */
function plainResponse(request: IncomingMessage, socket: Duplex): ServerResponse {
  const begun = begunResponses.get(socket);
  if (begun !== undefined) return begun;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  response.on('finish', () => socket.end());
  begunResponses.set(socket, response);
  return response;
}

const begunResponses = new WeakMap<Duplex, ServerResponse>();

function upgradeRequired(): StatusError {
  return new StatusError({ code: 400, reason: 'BadRequest', message: 'unable to upgrade: missing upgrade headers in request' });
}

function statusAnswer(error: StatusError, accept: string): { headers: Record<string, string>; bytes: Uint8Array } {
  const how = negotiate(accept, { projections: false, pretty: false }) ?? {
    mediaType: 'application/json',
    as: undefined,
    asVersion: 'v1',
    pretty: false,
  };
  const bytes = encodeStatus(error.toStatus(), how);
  const { retryAfterSeconds } = error.details ?? {};
  return {
    bytes,
    headers: {
      'content-type': how.mediaType,
      'content-length': String(bytes.byteLength),
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
  };
}

function flatHeaders(request: HttpRequest): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!name.startsWith(':')) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

async function bodyOf(request: HttpRequest, method: string, headers: Record<string, string | undefined>): Promise<RequestBody | undefined> {
  if (method === 'GET' || method === 'HEAD') return undefined;
  const bytes = await readBody(request, headers['content-length']);
  return bytes.byteLength === 0 && method !== 'POST' && method !== 'PUT' && method !== 'PATCH'
    ? undefined
    : { kind: 'bytes', contentType: headers['content-type'] ?? '', bytes };
}
