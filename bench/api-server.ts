// The API server over TLS and HTTP/2, beside a bare node:http2 server that sends or commits the same bytes: reads, lists, durable writes, watches.
//
// B1. Both servers live in one child process and take turns; rates are per second of that process's processor time, so that neither the client
//     nor a busy machine decides.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createSecureServer } from 'node:http2';
import type { ClientHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { must } from '../src/base/assert.ts';
import { systemClock as clock } from '../src/base/clock.ts';
import { silentLogger as logger } from '../src/base/logger.ts';
import { secureRandom as random } from '../src/base/random.ts';
import { pod } from '../src/api/core/v1/pod.ts';
import { API_SERVER_USER, startApiServer } from '../src/cluster/api-server.ts';
import type { RunningApiServer } from '../src/cluster/api-server.ts';
import type { Transport } from '../src/client/transport.ts';
import { ClusterPki } from '../src/cluster/pki/cluster-pki.ts';
import type { Kind, KubeObject } from '../src/machinery/kind.ts';
import { listen } from '../src/server/http/listener.ts';
import type { Store } from '../src/store/store.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';

const PODS = 10_000;
const WATCHERS = 100;
const CHANGES = 500;
const PATH = '/api/v1/namespaces/default/pods';
const LISTS = {
  json: { path: PATH, accept: 'application/json' },
  protobuf: { path: PATH, accept: 'application/vnd.kubernetes.protobuf' },
  table: { path: PATH, accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  'by-label': { path: `${PATH}?labelSelector=shard%3D3`, accept: 'application/json' },
};

const manifest = (name: string, shard: number): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web', shard: String(shard) } },
  spec: {
    nodeName: '',
    containers: [
      {
        name: 'app',
        image: 'registry.example/app:1.2.3',
        ports: [{ containerPort: 80 }],
        env: [{ name: 'MODE', value: 'fast' }],
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } },
        readinessProbe: { httpGet: { path: '/', port: 80 } },
      },
    ],
  },
});

// --- the child: both servers ---------------------------------------------------------------------------------------------

/** What the parent may ask of the child. */
type Order =
  | { readonly order: 'cpu' }
  | { readonly order: 'stall' }
  | { readonly order: 'change'; readonly count: number }
  | { readonly order: 'push'; readonly count: number };

/** The bare server: sends bytes that it was taught, or parses, stringifies and commits what it gets. */
async function serveBare(parts: {
  readonly key: string;
  readonly cert: string;
  readonly clientCa: string;
  readonly plain: Store;
}): Promise<{
  readonly answers: Map<string, Buffer>;
  readonly streams: Set<ServerHttp2Stream>;
  readonly port: number;
}> {
  const { key, cert, clientCa: ca, plain } = parts;
  const answers = new Map<string, Buffer>();
  const streams = new Set<ServerHttp2Stream>();
  let commits = 0;
  const bare = createSecureServer({ key, cert, ca, requestCert: true, rejectUnauthorized: false, maxSessionMemory: 1000 });
  bare.on('stream', (stream, headers) => {
    if (headers[':path'] === '/stream') {
      stream.respond({ ':status': 200 });
      streams.add(stream);
      return;
    }
    if (headers[':method'] === 'GET') {
      const bytes = answers.get(`${headers[':path'] ?? ''} ${headers.accept ?? ''}`) ?? Buffer.alloc(0);
      stream.respond({ ':status': 200, 'content-type': 'application/json' });
      stream.end(bytes);
      return;
    }
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const value = Buffer.from(JSON.stringify(JSON.parse(Buffer.concat(chunks).toString())));
      void plain.commit({ key: `/registry/pods/default/${commits++}`, value, expected: 'absent' }).then(() => {
        stream.respond({ ':status': 201, 'content-type': 'application/json' });
        stream.end(value);
      });
    });
  });
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  return { answers, streams, port: (bare.address() as AddressInfo).port };
}

/** Makes the Pods that are read. */
async function fill(transport: Transport, signal: AbortSignal): Promise<void> {
  const create = (plural: string, body: object): Promise<unknown> =>
    transport.request({ kind: { ...pod, plural } as Kind, verb: 'create', namespace: 'default', body: { object: body }, signal });
  await create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
  for (let at = 0; at < PODS; at += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, each) => create('pods', manifest(`pod-${at + each}`, (at + each) % 10))));
  }
}

async function openServer(folder: string): Promise<{ readonly pki: ClusterPki; readonly plain: Store; readonly server: RunningApiServer }> {
  const pki = await ClusterPki.open(join(folder, 'pki'), { clock, random });
  const [store, plain] = await Promise.all(['ours', 'bare'].map((name) => openSqliteStore({ folder: join(folder, name), clock, logger })));
  if (store === undefined || plain === undefined) throw new Error('no stores');
  const kubelets = { connect: () => ({ host: '127.0.0.1', port: 1 }) };
  const advertise = (): { address: string; port: number } => ({ address: '192.0.2.1', port: 6443 });
  const server = await startApiServer({
    store,
    clock,
    random,
    logger,
    tokenKey: await pki.tokenKey(),
    serviceCidrs: ['10.96.0.0/16'],
    kubelets,
    advertise,
  });
  await server.ready(AbortSignal.timeout(60_000));
  return { pki, plain, server };
}

async function serve(folder: string): Promise<void> {
  const { pki, plain, server } = await openServer(folder);
  const transport = server.transportFor(API_SERVER_USER, 'bench');
  const { signal } = new AbortController();
  await fill(transport, signal);
  const { key, cert } = await pki.apiServer({ apiAddresses: ['127.0.0.1'], apiNames: [] });
  const ca = await pki.caCert();
  const tls = { key, cert, clientCa: ca };
  const listener = await listen({
    address: '127.0.0.1',
    port: 0,
    tls,
    handle: server.handle,
    authenticator: server.authenticator,
    observer: server.metrics.requests,
    clock,
    random,
    logger,
  });
  const client = await pki.client('admin', 'admin', ['system:masters']);

  const { answers, streams, port } = await serveBare({ ...tls, plain });

  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let event = Buffer.alloc(0);
  const carryOut = async (order: Order): Promise<number> => {
    if (order.order === 'cpu') {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    }
    if (order.order === 'stall') {
      const { max } = delay;
      delay.reset();
      return max / 1e6;
    }
    for (let at = 0; at < order.count; at++) {
      if (order.order === 'change') {
        const body = { object: { metadata: { labels: { turn: `${at}-${random.uuid()}` } } }, contentType: 'application/merge-patch+json' };
        const changed = await transport.request({
          kind: pod as Kind,
          verb: 'patch',
          namespace: 'default',
          name: `pod-${at % 50}`,
          body,
          signal,
        });
        event = Buffer.from(`{"type":"MODIFIED","object":${JSON.stringify(changed as KubeObject)}}\n`);
      } else {
        for (const stream of streams) stream.write(event);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return 0;
  };
  process.on('message', (order: Order | { readonly answer: string; readonly bytes: Uint8Array }) => {
    if ('answer' in order) answers.set(order.answer, Buffer.from(order.bytes));
    else void carryOut(order).then((value) => process.send?.({ value }));
  });
  process.send?.({ ours: listener.port, bare: port, client });
}

// --- the parent: the client ----------------------------------------------------------------------------------------------

interface Ports {
  readonly ours: number;
  readonly bare: number;
  readonly client: { readonly key: string; readonly cert: string };
}

class Client {
  readonly session: ClientHttp2Session;

  constructor(port: number, { client }: Ports) {
    this.session = connect(`https://127.0.0.1:${port}`, { ...client, rejectUnauthorized: false, settings: { initialWindowSize: 1 << 24 } });
    this.session.setMaxListeners(0);
    this.session.once('connect', () => this.session.setLocalWindowSize(1 << 26));
  }

  async call(method: string, path: string, accept = 'application/json', body?: string): Promise<Buffer> {
    const stream = this.session.request(
      { ':method': method, ':path': path, accept, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      { endStream: body === undefined },
    );
    if (body !== undefined) stream.end(body);
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}

class Bench {
  readonly ours: Client;
  readonly bare: Client;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, ports: Ports) {
    this.#child = child;
    this.ours = new Client(ports.ours, ports);
    this.bare = new Client(ports.bare, ports);
  }

  async ask(order: Order): Promise<number> {
    this.#child.send(order);
    const [{ value }] = (await once(this.#child, 'message')) as [{ value: number }];
    return value;
  }

  /** Lets the bare server answer with what ours does. */
  async teach(path: string, accept: string): Promise<void> {
    this.#child.send({ answer: `${path} ${accept}`, bytes: await this.ours.call('GET', path, accept) });
  }

  /** Processor seconds that some work costs the servers. */
  async cost(work: () => Promise<unknown>): Promise<number> {
    const before = await this.ask({ order: 'cpu' });
    await work();
    return (await this.ask({ order: 'cpu' })) - before;
  }

  /** Calls a second of processor time, of ours and of the bare server, in turns. */
  async rates(rounds: number, count: number, call: (client: Client) => Promise<unknown>): Promise<{ value: number; baseline: number }> {
    const spent = { ours: 0, bare: 0 };
    for (let round = 0; round <= rounds; round++) {
      for (const name of ['ours', 'bare'] as const) {
        const cost = await this.cost(() => call(this[name]));
        // The first round warms up.
        if (round > 0) spent[name] += cost;
      }
    }
    return { value: (rounds * count) / spent.ours, baseline: (rounds * count) / spent.bare };
  }
}

async function inParallel(width: number, count: number, call: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) await call(next++);
    }),
  );
}

async function p99(client: Client, count: number): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < count; at++) {
    const startMs = performance.now();
    await client.call('GET', `${PATH}/pod-7`);
    times.push(performance.now() - startMs);
  }
  return must(times.toSorted((a, b) => a - b)[Math.floor(count * 0.99)], 'a time');
}

async function* measureAll(bench: Bench): AsyncGenerator<Figure> {
  const one = `${PATH}/pod-7`;
  await bench.teach(one, 'application/json');
  const get = await bench.rates(4, 2000, (client) => inParallel(16, 2000, () => client.call('GET', one)));
  yield judge({ figure: 'get-pod', unit: 'GET/s of CPU', ...get }, { of: 'ratio', atLeast: 0.6 });

  for (const [name, { path, accept }] of Object.entries(LISTS)) {
    await bench.teach(path, accept);
    const list = await bench.rates(3, 2, (client) => inParallel(1, 2, () => client.call('GET', path, accept)));
    const measured = { figure: `list-10000-pods-${name}`, unit: 'LIST/s of CPU', ...list };
    yield name === 'json' ? judge(measured, { of: 'ratio', atLeast: 0.7 }) : judge(measured);
  }

  const alone = await p99(bench.ours, 500);
  await bench.ask({ order: 'stall' });
  let listing = true;
  const lists = (async () => {
    while (listing) await bench.ours.call('GET', PATH);
  })();
  const beside = await p99(bench.ours, 300);
  listing = false;
  await lists;
  yield judge({ figure: 'get-p99-beside-lists', value: beside, unit: 'ms', baseline: alone }, { of: 'ratio', atMost: 5 });
  yield judge({ figure: 'loop-stall-beside-lists', value: await bench.ask({ order: 'stall' }), unit: 'ms' }, { of: 'value', atMost: 25 });

  let posted = 0;
  const post = await bench.rates(3, 1500, (client) =>
    inParallel(64, 1500, () => client.call('POST', PATH, 'application/json', JSON.stringify(manifest(`posted-${posted++}`, 11)))),
  );
  yield judge({ figure: 'durable-post-pod-64', unit: 'POST/s of CPU', ...post }, { of: 'ratio', atLeast: 0.5 });

  yield* watching(bench);
}

async function* watching(bench: Bench): AsyncGenerator<Figure> {
  await bench.ask({ order: 'change', count: CHANGES });
  const writes = await bench.cost(() => bench.ask({ order: 'change', count: CHANGES }));
  const open = (client: Client, path: string): (() => Promise<unknown>) => {
    const seen = Array.from({ length: WATCHERS }, () => {
      const stream = client.session.request({ ':path': path });
      let lines = 0;
      let reached = (): void => {};
      const all = new Promise<void>((resolve) => (reached = resolve));
      stream.on('data', (chunk: Buffer) => {
        for (const byte of chunk) if (byte === 0x0a && ++lines === CHANGES) reached();
      });
      return all;
    });
    return () => Promise.all(seen);
  };
  const revision = (JSON.parse((await bench.ours.call('GET', `${PATH}?limit=1`)).toString()) as { metadata: { resourceVersion: string } })
    .metadata.resourceVersion;
  const ours = open(bench.ours, `${PATH}?watch=1&resourceVersion=${revision}`);
  const bare = open(bench.bare, '/stream');
  await bench.ours.call('GET', `${PATH}/pod-7`);
  const spent = await bench.cost(async () => {
    await bench.ask({ order: 'change', count: CHANGES });
    await ours();
  });
  const plain = await bench.cost(async () => {
    await bench.ask({ order: 'push', count: CHANGES });
    await bare();
  });
  const deliveries = WATCHERS * CHANGES;
  const value = ((spent - writes) / deliveries) * 1e6;
  yield judge({ figure: 'watch-delivery', value, unit: 'µs of CPU', baseline: (plain / deliveries) * 1e6 }, { of: 'ratio', atMost: 1.5 });
}

/** Measures one figure after another. */
export async function* figures(): AsyncGenerator<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-api-server-'));
  const child = fork(import.meta.filename, ['--serve', folder], { stdio: ['ignore', 2, 2, 'ipc'], serialization: 'advanced' });
  try {
    const [ports] = (await once(child, 'message')) as [Ports];
    const bench = new Bench(child, ports);
    yield* measureAll(bench);
    bench.ours.session.destroy();
    bench.bare.session.destroy();
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  if (process.argv[2] === '--serve') await serve(must(process.argv[3], 'a folder'));
  else for await (const figure of figures()) console.log(formatFigure(figure));
}
