// The TLS listener: HTTP/1.1 and HTTP/2 in front of a pipeline, with client certificates and upgrades.
//
// H1. Every request ends in exactly one answer; whatever a handler throws becomes a Status.
// H2. A request's signal fires when its client goes away or the listener closes.
// H3. The peer's certificate is read once for each connection.

import { createSecureServer } from 'node:http2';
import type { Http2SecureServer, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex, Writable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { LazyAbort } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { internalError, StatusError } from '../../machinery/status-error.ts';
import type { ApiRequest, ApiResponse, Handler, RequestBody, RequestInfo } from '../api-request.ts';
import type { Authenticator, CredentialSource, PeerCertificate } from '../authenticator.ts';
import type { RequestObservation, RequestObserver } from '../metrics/request-metrics.ts';
import { PendingRequest } from '../pending-request.ts';
import { ANONYMOUS } from '../user.ts';
import type { User } from '../user.ts';
import { encodeStatus } from './encode-object.ts';
import { Exchange, rawHttp1, rawHttp2 } from './exchange.ts';
import type { RawRequest } from './exchange.ts';
import { Http2Answer, overHttp1 } from './http-answer.ts';
import type { AnswerHeaders, HttpAnswer } from './http-answer.ts';
import { negotiate } from './negotiation.ts';
import { BodyRoom, readBody } from './read-body.ts';
import { requestInfo } from './request-info.ts';
import { respond, watchEncoderOf } from './respond.ts';
import { WarningHeaders } from './warning-headers.ts';
import { streamOverWebSocket, wantsWebSocket, watchOverWebSocket } from './websocket-stream.ts';

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

/** The query of a request without one; nobody changes a query. */
const NO_QUERY = new URLSearchParams();

/** What is known of the other end of a connection. */
interface Peer {
  readonly certificate: PeerCertificate | undefined;
  readonly remoteAddress: string;
}

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
    // The server does not listen itself; told that it does, it minds the time that requests take to arrive.
    server.emit('listening');
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

class Credentials implements CredentialSource {
  readonly headers: CredentialSource['headers'];
  readonly peerCertificate: PeerCertificate | undefined;
  readonly remoteAddress: string;
  readonly #cancel: LazyAbort;

  constructor(
    headers: CredentialSource['headers'],
    peerCertificate: PeerCertificate | undefined,
    remoteAddress: string,
    cancel: LazyAbort,
  ) {
    this.headers = headers;
    this.peerCertificate = peerCertificate;
    this.remoteAddress = remoteAddress;
    this.#cancel = cancel;
  }

  get signal(): AbortSignal {
    return this.#cancel.signal;
  }
}

class Front {
  readonly #server: Http2SecureServer;
  readonly #options: ListenerOptions;
  readonly #sockets = new Set<Socket>();
  readonly #peers = new WeakMap<object, Peer>();
  readonly #open = new Set<Exchange>();
  readonly #bodies = new BodyRoom();

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
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#begin(rawHttp1(request), overHttp1(response)));
    // Listening for requests brings in the layer that makes streams look like them: only HTTP/1.1 needs it.
    server.removeAllListeners('stream');
    server.on('stream', (stream, headers) => this.#beginStream(stream, headers));
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
    // Also where another server accepts the connections: it ends the watch over their timeouts.
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    for (const exchange of this.#open) exchange.end(new DOMException('the server is shutting down', 'AbortError'));
    // Lets answers that are being written end before the sockets do.
    await this.#options.clock.yieldTurn();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #beginStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    if (headers[':method'] === 'CONNECT') {
      stream.respond({ ':status': 405 }, { endStream: true });
      return;
    }
    if (headers.expect?.toLowerCase() === '100-continue') stream.additionalHeaders({ ':status': 100 });
    this.#begin(rawHttp2(stream, headers), new Http2Answer(stream));
  }

  #begin(request: RawRequest, answer: HttpAnswer): void {
    const exchange = this.#exchange(request, answer.body);
    answer.body.on('error', (error) => this.#options.logger.debug('a response could not be written', { error }));
    this.#serve(exchange, answer).catch((error: unknown) => this.#giveUp(error, answer.body));
  }

  /** An exchange that lasts as long as `carrier`. */
  #exchange(request: RawRequest, carrier: Writable): Exchange {
    const exchange = new Exchange(request);
    this.#open.add(exchange);
    carrier.once('close', () => {
      this.#open.delete(exchange);
      exchange.end(CLIENT_GONE);
    });
    return exchange;
  }

  async #serve(exchange: Exchange, answer: HttpAnswer): Promise<void> {
    const { request } = exchange;
    const warnings = new WarningHeaders();
    const auditId = request.headers['audit-id'] ?? this.#options.random.uuid();
    const common = (): AnswerHeaders => ({
      'audit-id': auditId,
      'cache-control': 'no-cache, private',
      ...(warnings.empty ? {} : { warning: warnings.values }),
    });
    let observed: RequestObservation | undefined;
    try {
      const parsed = await this.#parse(exchange, auditId, warnings);
      observed = this.#options.observer?.observe(parsed);
      const given = await this.#options.handle(parsed);
      if (exchange.cancel.aborted && answer.body.destroyed) {
        observed?.done(given.status, 0);
        return;
      }
      if (given.body.kind === 'upgrade') throw upgradeRequired();
      const { clock } = this.#options;
      const sizeBytes = await respond(parsed, given, answer, common(), {
        nowMs: clock.now(),
        yieldTurn: () => clock.yieldTurn(),
        onEvents: observed?.events,
      });
      observed?.done(given.status, sizeBytes);
    } catch (error) {
      observed?.done(error instanceof StatusError ? error.code : 500, 0);
      this.#fail(request, answer, error, common());
    }
  }

  #fail(request: RawRequest, answer: HttpAnswer, cause: unknown, common: AnswerHeaders): void {
    const { body } = answer;
    // The body of an answer to HEAD has ended before the answer began.
    if (body.destroyed || (answer.headersSent && body.writableEnded)) return;
    if (answer.headersSent) {
      this.#options.logger.warn('an answer broke off', { path: request.url, error: cause });
      body.destroy();
      return;
    }
    const error = this.#statusOf(cause, request.url);
    const { headers, bytes } = statusAnswer(error, request.headers['accept'] ?? '');
    answer.begin(error.code, { ...common, ...headers });
    if (request.method === 'HEAD') body.end();
    else body.end(bytes);
    // What is left of a body that was refused half-way must not be taken for the next request.
    request.body.resume();
  }

  /** An answer that cannot be made, not even as a refusal: the client sees its connection end, and nobody else is hurt. */
  #giveUp(error: unknown, connection: Writable): void {
    this.#options.logger.error('a request could not be answered', { error });
    connection.destroy();
  }

  #statusOf(cause: unknown, path: string | undefined): StatusError {
    if (cause instanceof StatusError) return cause;
    this.#options.logger.error('a request failed', { path, error: cause });
    return internalError(cause);
  }

  async #parse(exchange: Exchange, auditId: string, warnings: WarningHeaders): Promise<ApiRequest> {
    const { request, cancel } = exchange;
    const { method, url, headers } = request;
    const split = url.indexOf('?');
    const path = split === -1 ? url : url.slice(0, split);
    const query = split === -1 ? NO_QUERY : new URLSearchParams(url.slice(split + 1));
    const { certificate: peerCertificate, remoteAddress } = this.#peer(request);
    const user = await this.#options.authenticator.authenticate(new Credentials(headers, peerCertificate, remoteAddress, cancel));
    const fields = {
      info: (this.#options.infoOf ?? requestInfo)(method, path, query),
      method,
      user: user ?? ANONYMOUS,
      query,
      headers,
      accept: headers['accept'] ?? '',
      body: method === 'GET' || method === 'HEAD' ? undefined : await this.#bodyOf(exchange, user),
      userAgent: headers['user-agent'] ?? '',
      remoteAddress,
      auditId,
    };
    return new PendingRequest(
      fields,
      () => cancel.signal,
      (text) => warnings.add(text),
    );
  }

  /** The body; it has its room until the exchange is over, whether or not it was served. */
  async #bodyOf(exchange: Exchange, user: User | undefined): Promise<RequestBody | undefined> {
    const { method, headers, body } = exchange.request;
    const lease = this.#bodies.lease(user === undefined);
    exchange.atEnd(() => lease.release());
    const bytes = await readBody(body, headers['content-length'], lease);
    return bytes.byteLength === 0 && method !== 'POST' && method !== 'PUT' && method !== 'PATCH'
      ? undefined
      : { kind: 'bytes', contentType: headers['content-type'] ?? '', bytes };
  }

  #peer(request: RawRequest): Peer {
    const known = this.#peers.get(request.connection);
    if (known !== undefined) return known;
    const socket = request.socket();
    const certificate = socket?.getPeerCertificate?.();
    const peer: Peer = {
      certificate: certificate?.raw === undefined ? undefined : { raw: certificate.raw, authorized: socket?.authorized === true },
      remoteAddress: socket?.remoteAddress ?? '',
    };
    this.#peers.set(request.connection, peer);
    return peer;
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', (error) => this.#options.logger.debug('an upgraded connection failed', { error }));
    const exchange = this.#exchange(rawHttp1(request), socket);
    try {
      const parsed = await this.#parse(exchange, this.#options.random.uuid(), new WarningHeaders());
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
    const response = overHttp1(plainResponse(request, socket));
    const { clock } = this.#options;
    await respond(parsed, answer, response, {}, { nowMs: clock.now(), yieldTurn: () => clock.yieldTurn() });
  }

  #refuseUpgrade(request: IncomingMessage, socket: Duplex, cause: unknown): void {
    if (socket.destroyed) return;
    const error = this.#statusOf(cause, request.url);
    const { headers, bytes } = statusAnswer(error, '');
    const response = overHttp1(plainResponse(request, socket));
    if (response.headersSent) {
      socket.destroy();
      return;
    }
    response.begin(error.code, headers);
    response.body.end(bytes);
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
  const how = negotiate(accept, { projections: () => false, pretty: false }) ?? {
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
