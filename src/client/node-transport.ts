// The https transport for Node: requests over pooled connections, watches as streams of JSON lines.
//
// N1. Answers are decoded to canonical objects, like those of the in-process transport.
// N2. A watch that breaks rejects; its caller resumes it.
// N3. Watches have connections of their own, as many as there are: they never keep a request waiting.
// N4. A server that falls silent fails a request; it does not hold its caller for ever.

import { Agent, request as undiciRequest } from 'undici';
import type { Dispatcher } from 'undici';
import { canonicalize } from '../machinery/canonical.ts';
import { decodeJson, encodeJson } from '../machinery/codec/json.ts';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import { StatusError } from '../machinery/status-error.ts';
import type { Status } from '../machinery/status-error.ts';
import type { ConnectionSettings } from './kubeconfig.ts';
import type { ClientRequest, RawRequest, Transport, WatchEvent, WatchRequest } from './transport.ts';
import { JsonLines } from './json-lines.ts';

const METHODS = {
  get: 'GET',
  list: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
} as const;

/** The path of a resource, or of one object. */
export function pathOf(target: Pick<ClientRequest, 'kind' | 'namespace' | 'name' | 'subresource'>): string {
  const { kind, namespace = '', name = '', subresource = '' } = target;
  const parts = [kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`];
  if (namespace !== '' && kind.scope === 'Namespaced') parts.push('namespaces', encodeURIComponent(namespace));
  parts.push(kind.plural);
  if (name !== '') parts.push(encodeURIComponent(name));
  if (subresource !== '') parts.push(subresource);
  return parts.join('/');
}

function canonicalOf(kind: Kind, value: unknown): KubeObject {
  const result = canonicalize(kind.struct, value);
  if (!result.ok) throw new Error(`the server sent a ${kind.kind} that cannot be read: ${result.message}`);
  // Items of lists carry neither; here every object names its kind.
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = result.object as KubeObject;
  return { kind: kind.kind, apiVersion: kind.apiVersion, ...rest };
}

function parse(bytes: Uint8Array): unknown {
  const decoded = decodeJson(bytes);
  if (!decoded.ok) throw new Error(`the server's answer is not JSON: ${decoded.message}`);
  return decoded.value;
}

/** Refusals of an API server are Statuses; anything in between answers as it likes. */
function refusalOf(statusCode: number, bytes: Uint8Array): StatusError {
  const text = Buffer.from(bytes).toString('utf8');
  try {
    const value = JSON.parse(text) as Partial<Status>;
    if (value.kind === 'Status') return StatusError.fromStatus({ code: statusCode, ...value } as Status);
  } catch {
    // Not JSON: the text itself is all that is known.
  }
  return new StatusError({ code: statusCode, reason: 'Unknown', message: text === '' ? `the server answered ${statusCode}` : text });
}

/** Where bearer tokens come from that run out and are renewed. */
export interface TokenSource {
  current(signal: AbortSignal): Promise<string>;
}

/** Longer than a server works on any request but a watch. */
const ANSWER_MS = 90_000;

/** A transport to one API server; `close` frees its connections. */
export class NodeTransport implements Transport {
  readonly #settings: ConnectionSettings;
  readonly #agent: Agent;
  readonly #watchAgent: Agent;
  readonly #userAgent: string;
  readonly #tokens: TokenSource | undefined;

  /** `tokens` is asked before every request, instead of a token in the settings. */
  constructor(settings: ConnectionSettings, userAgent: string, tokens?: TokenSource) {
    this.#tokens = tokens;
    this.#settings = settings;
    this.#userAgent = userAgent;
    const { ca, cert, key, serverName, insecure } = settings;
    const connect = {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(insecure === true ? { rejectUnauthorized: false } : {}),
    };
    this.#agent = new Agent({ connections: 64, bodyTimeout: ANSWER_MS, headersTimeout: ANSWER_MS, connect });
    // Watches stay silent for minutes; each holds a connection, so their number is not limited.
    this.#watchAgent = new Agent({ bodyTimeout: 0, headersTimeout: ANSWER_MS, connect });
  }

  async request(request: ClientRequest): Promise<unknown> {
    const { verb, kind, body, query = {}, responds = kind, signal } = request;
    const answer = await this.#send(METHODS[verb], pathOf(request), query, signal, body);
    const value = parse(await this.#whole(answer));
    if (verb === 'list') {
      const list = value as { metadata: object; items: readonly unknown[] };
      return {
        kind: kind.listKind,
        apiVersion: kind.apiVersion,
        metadata: list.metadata ?? {},
        items: (list.items ?? []).map((item) => canonicalOf(kind, item)),
      };
    }
    if ((value as { kind?: string }).kind === 'Status') return value;
    return canonicalOf(responds === 'status' ? kind : responds, value);
  }

  async watch(request: WatchRequest, sink: (events: readonly WatchEvent[]) => void): Promise<void> {
    const { kind, query = {}, signal } = request;
    const answer = await this.#send('GET', pathOf(request), query, signal, undefined, this.#watchAgent);
    if (answer.statusCode >= 400) throw refusalOf(answer.statusCode, await bytesOf(answer));
    const lines = new JsonLines();
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      const events = lines.push(chunk).map((line) => eventOf(kind, parse(line)));
      if (events.length > 0) sink(events);
    }
  }

  async raw({ method, path, signal }: RawRequest): Promise<Uint8Array> {
    return this.#whole(await this.#send(method as Dispatcher.HttpMethod, path, {}, signal, undefined));
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent.destroy(), this.#watchAgent.destroy()]);
  }

  async #send(
    method: Dispatcher.HttpMethod,
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    body: ClientRequest['body'],
    dispatcher = this.#agent,
  ): Promise<Dispatcher.ResponseData> {
    const { server } = this.#settings;
    const token = (await this.#tokens?.current(signal)) ?? this.#settings.token;
    const search = new URLSearchParams(query).toString();
    return undiciRequest(`${server.replace(/\/$/, '')}${path}${search === '' ? '' : `${path.includes('?') ? '&' : '?'}${search}`}`, {
      dispatcher,
      method,
      signal,
      headers: {
        accept: 'application/json',
        'user-agent': this.#userAgent,
        ...(body === undefined ? {} : { 'content-type': body.contentType ?? 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: encodeJson(body.object) }),
    });
  }

  async #whole(answer: Dispatcher.ResponseData): Promise<Uint8Array> {
    const bytes = await bytesOf(answer);
    if (answer.statusCode >= 400) throw refusalOf(answer.statusCode, bytes);
    return bytes;
  }
}

async function bytesOf(answer: Dispatcher.ResponseData): Promise<Uint8Array> {
  return new Uint8Array(await answer.body.arrayBuffer());
}

function eventOf(kind: Kind, value: unknown): WatchEvent {
  const { type, object } = value as { type: WatchEvent['type']; object: unknown };
  if (type === 'ERROR') return { type, object: object as Status };
  return { type, object: canonicalOf(kind, object) };
}
