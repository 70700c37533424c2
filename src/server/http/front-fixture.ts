// A server core behind a real TLS listener on loopback, and clients of both HTTP versions, for the tests of the front.

import 'reflect-metadata';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { Agent, request as request1 } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import * as x509 from '@peculiar/x509';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { seededRandom } from '../../base/random.ts';
import { printGroupVersion } from '../../machinery/kind.ts';
import { unauthorizedError } from '../../machinery/status-error.ts';
import type { Handler } from '../api-request.ts';
import type { Authenticator } from '../authenticator.ts';
import { DiscoveryEndpoint } from '../endpoints/discovery.ts';
import type { HealthChecks } from '../endpoints/health.ts';
import { createNonResourceHandler } from '../endpoints/non-resource.ts';
import type { Endpoint } from '../endpoints/non-resource.ts';
import { openApiEndpoints } from '../endpoints/openapi.ts';
import type { RequestObserver } from '../metrics/request-metrics.ts';
import { alice, openFixture } from '../server-core-fixture.ts';
import type { Fixture, FixtureOptions } from '../server-core-fixture.ts';
import { listen } from './listener.ts';
import type { Listener, TlsMaterial } from './listener.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const VALID_MS = 86_400_000;

/** A certificate for loopback that signs itself. */
export async function selfSigned(): Promise<TlsMaterial> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=localhost',
    notBefore: new Date(systemClock.now() - VALID_MS),
    notAfter: new Date(systemClock.now() + VALID_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  return {
    cert: cert.toString('pem'),
    key: x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
  };
}

export type Protocol = 'HTTP/1.1' | 'HTTP/2';
export const PROTOCOLS: readonly Protocol[] = ['HTTP/1.1', 'HTTP/2'];

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: string | Uint8Array | object;
}

/** A response whose body is still to come. */
export interface Opened {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly stream: Readable;
  /** Goes away in the middle. */
  destroy(): void;
}

export interface Answer {
  readonly status: number;
  readonly headers: Opened['headers'];
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON, whatever it is. */
  json<T = Record<string, unknown>>(): T;
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function payload({ headers = {}, body }: CallOptions): { headers: Record<string, string>; bytes: Uint8Array | undefined } {
  if (body === undefined) return { headers: { ...headers }, bytes: undefined };
  const plain = typeof body === 'string' || body instanceof Uint8Array;
  const bytes = Buffer.from(plain ? body : JSON.stringify(body));
  return {
    headers: { ...(plain ? {} : { 'content-type': 'application/json' }), 'content-length': String(bytes.length), ...headers },
    bytes,
  };
}

/** A front over toy kinds; `close` at the end of the test. */
export class Front {
  readonly fixture: Fixture;
  readonly port: number;
  readonly tls: TlsMaterial;
  readonly #listener: Listener;
  readonly #agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  #session: ClientHttp2Session | undefined;

  constructor(fixture: Fixture, listener: Listener, tls: TlsMaterial) {
    this.fixture = fixture;
    this.port = listener.port;
    this.tls = tls;
    this.#listener = listener;
  }

  async open(protocol: Protocol, method: string, path: string, options: CallOptions = {}): Promise<Opened> {
    return protocol === 'HTTP/2' ? this.#open2(method, path, options) : this.#open1(method, path, options);
  }

  async call(protocol: Protocol, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { status, headers, stream } = await this.open(protocol, method, path, options);
    const raw = await collect(stream);
    const bytes = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
    const text = bytes.toString('utf8');
    return { status, headers, bytes, text, json: <T>() => JSON.parse(text) as T };
  }

  async #open1(method: string, path: string, options: CallOptions): Promise<Opened> {
    const { headers, bytes } = payload(options);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request1({ host: '127.0.0.1', port: this.port, method, path, headers, agent: this.#agent }, resolve);
      sent.on('error', reject);
      sent.end(bytes);
    });
    return { status: response.statusCode ?? 0, headers: response.headers, stream: response, destroy: () => response.destroy() };
  }

  /** The one HTTP/2 connection of this front. */
  get session(): ClientHttp2Session {
    if (this.#session === undefined || this.#session.closed || this.#session.destroyed) {
      this.#session = connectHttp2(`https://127.0.0.1:${this.port}`, {
        rejectUnauthorized: false,
        settings: { initialWindowSize: 1 << 20 },
      });
      this.#session.on('error', () => this.#session?.destroy());
    }
    return this.#session;
  }

  async #open2(method: string, path: string, options: CallOptions): Promise<Opened> {
    const { headers, bytes } = payload(options);
    const stream: ClientHttp2Stream = this.session.request(
      { ':method': method, ':path': path, ...headers },
      { endStream: bytes === undefined },
    );
    if (bytes !== undefined) stream.end(bytes);
    const received = await new Promise<Record<string, string | string[] | undefined>>((resolve, reject) => {
      stream.once('response', (head) => resolve({ ...head } as Record<string, string | string[] | undefined>));
      stream.once('error', reject);
    });
    return { status: Number(received[':status']), headers: received, stream, destroy: () => stream.close() };
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#session?.destroy();
    await this.#listener.close();
    await this.fixture.close();
  }
}

export interface FrontOptions {
  readonly core?: FixtureOptions;
  readonly health?: HealthChecks;
  readonly endpoints?: readonly Endpoint[];
  readonly authenticator?: Authenticator;
  readonly priorities?: readonly string[];
  readonly observer?: (fixture: Fixture) => RequestObserver;
  /** Stands around the core's own handler. */
  readonly around?: (handle: Handler) => Handler;
}

/** Everybody is alice, but for those who show a token that is not hers. */
const byToken: Authenticator = {
  async authenticate({ headers }) {
    const { authorization } = headers;
    if (authorization !== undefined && authorization !== 'Bearer alice') throw unauthorizedError();
    return alice;
  },
};

/** Opens a front on a free port of loopback. */
export async function openFront(options: FrontOptions = {}): Promise<Front> {
  const late: { nonResource?: Handler } = {};
  const fixture = await openFixture({
    nonResource: (request) => (late.nonResource ?? (() => Promise.reject(new Error('early'))))(request),
    ...options.core,
  });
  const { registry } = fixture.core;
  const groupVersions = (): string[] =>
    registry.current.served.map(({ kind }) =>
      kind.group === '' ? `/api/${kind.version}` : `/apis/${printGroupVersion(kind.group, kind.version)}`,
    );
  late.nonResource = createNonResourceHandler({
    discovery: new DiscoveryEndpoint(registry, { groupPriorities: options.priorities ?? [''], serverAddress: () => '127.0.0.1:6443' }),
    health: options.health ?? { livez: [], readyz: [] },
    version: {
      major: '1',
      minor: '36',
      gitVersion: 'v1.36.3',
      gitCommit: '',
      gitTreeState: '',
      buildDate: '',
      goVersion: '',
      compiler: '',
      platform: '',
    },
    endpoints: [...openApiEndpoints(registry), ...(options.endpoints ?? [])],
    groupVersions,
  });
  const tls = await selfSigned();
  const { handle } = fixture.core;
  const listener = await listen({
    address: '127.0.0.1',
    port: 0,
    tls,
    handle: options.around?.(handle) ?? handle,
    authenticator: options.authenticator ?? byToken,
    ...(options.observer === undefined ? {} : { observer: options.observer(fixture) }),
    clock: systemClock,
    random: seededRandom(3),
    logger: silentLogger,
  });
  return new Front(fixture, listener, tls);
}
