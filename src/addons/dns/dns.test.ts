// Questions and answers as transcripts; then the server itself on loopback, with an upstream of the test's own.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { createServer, connect, type AddressInfo } from 'node:net';
import { test } from 'node:test';

import packet from 'dns-packet';

import { must } from '../../base/assert.ts';
import { systemClock as clock } from '../../base/clock.ts';
import { silentLogger as logger } from '../../base/logger.ts';
import { seededRandom, secureRandom as random } from '../../base/random.ts';
import type { Service } from '../../api/core/v1/service.ts';
import type { EndpointSlice } from '../../api/discovery/v1/endpoint-slice.ts';
import { Client } from '../../client/client.ts';
import type { ClientRequest, Transport, WatchEvent, WatchRequest } from '../../client/transport.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import { notFoundError } from '../../machinery/status-error.ts';
import { Forwarder } from './forwarder.ts';
import { encodeQuery, encodeQuestion, parseQuery } from './message.ts';
import { parseNameservers } from './resolv-conf.ts';
import { Resolver } from './resolver.ts';
import { runDns } from './server.ts';
import { announceDns, dnsEndpoints, dnsEndpointSlice, dnsService } from './service.ts';
import { framed, parseUpstream } from './upstream.ts';
import type { Zone } from './zone.ts';

const { signal } = new AbortController();

function serviceOf(namespace: string, name: string, spec: Partial<Service['spec']>): Service {
  const ports = [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec: { ports, ...spec }, status: { loadBalancer: {} } };
}

const endpointsOf = (name: string, endpoints: EndpointSlice['endpoints']): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: 'default', name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints,
  ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
});

const services = [
  serviceOf('default', 'web', { clusterIP: '10.96.0.20', clusterIPs: ['10.96.0.20'] }),
  serviceOf('default', 'db', { clusterIP: 'None', clusterIPs: ['None'] }),
  serviceOf('default', 'early', { clusterIP: 'None', publishNotReadyAddresses: true }),
  serviceOf('default', 'nobody', { clusterIP: 'None' }),
  serviceOf('default', 'elsewhere', { type: 'ExternalName', externalName: 'Example.ORG' }),
  serviceOf('default', 'nickname', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
  serviceOf('default', 'circle', { type: 'ExternalName', externalName: 'circle.default.svc.cluster.local' }),
  serviceOf('kube-system', 'kube-dns', { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'] }),
];
const slices = [
  endpointsOf('web', [{ addresses: ['10.244.1.9'], conditions: { ready: true } }]),
  endpointsOf('db', [
    { addresses: ['10.244.1.4'], conditions: { ready: true }, hostname: 'db-0' },
    { addresses: ['10.244.2.5'], conditions: {} },
    { addresses: ['10.244.2.6'], conditions: { ready: false } },
  ]),
  endpointsOf('early', [{ addresses: ['10.244.2.7'], conditions: { ready: false } }]),
];

const inService = (slice: EndpointSlice, namespace: string, name: string): boolean =>
  slice.metadata.namespace === namespace && slice.metadata.labels?.['kubernetes.io/service-name'] === name;

const zone: Zone = {
  domain: 'cluster.local',
  serial: 7,
  hasNamespace: (name) => ['default', 'kube-system'].includes(name),
  service: (namespace, name) => services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
  slices: (namespace, name) => slices.filter((slice) => inService(slice, namespace, name)),
  servicesAt: (address) => services.filter(({ spec }) => spec.clusterIP === address),
  slicesAt: (address) => slices.filter(({ endpoints }) => (endpoints ?? []).some(({ addresses }) => addresses?.includes(address))),
};

const unconnected = new Forwarder({ upstreams: () => Promise.resolve([]), clock, random, logger, signal });
const resolver = new Resolver(zone, unconnected, logger, signal);

const numbered = (type: string): number => ({ A: 1, NS: 2, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, CNAME: 5 })[type] ?? 0;

/** A query without EDNS. */
function plainQuery(name: string, type: string, id = 7): Buffer {
  const header = Buffer.alloc(12);
  for (const [at, value] of [id, 0x0100, 1].entries()) header.writeUInt16BE(value, at * 2);
  return Buffer.concat([header, encodeQuestion(name.split('.'), numbered(type))]);
}

function shown(record: packet.Answer): string {
  if (record.type === 'OPT') return 'OPT';
  const data: unknown = 'data' in record ? record.data : '';
  const text =
    record.type === 'SRV'
      ? `${record.data.weight} ${record.data.port} ${record.data.target}`
      : record.type === 'SOA'
        ? record.data.mname
        : String(data);
  return `${record.name} ${record.type} ${text}`;
}

function tell(reply: Buffer): string {
  const { answers = [], authorities = [], additionals = [], rcode } = packet.decode(reply) as packet.DecodedPacket & { rcode: string };
  const sections = [answers.map(shown).join(', '), authorities.map(shown).join(', '), additionals.map(shown).join(', ')];
  return `${rcode} | ${sections.join(' | ')}`.trimEnd();
}

async function ask(name: string, type: string, from = resolver): Promise<string> {
  return tell(must(await from.respond(plainQuery(name, type), false), 'an answer'));
}

const SOA = 'cluster.local SOA ns.dns.cluster.local';

const TRANSCRIPT: readonly (readonly [string, string, string])[] = [
  ['web.default.svc.cluster.local', 'A', 'NOERROR | web.default.svc.cluster.local A 10.96.0.20 |  |'],
  ['web.default.svc.cluster.local', 'AAAA', `NOERROR |  | ${SOA} |`],
  ['none.default.svc.cluster.local', 'A', `NXDOMAIN |  | ${SOA} |`],
  ['web.nowhere.svc.cluster.local', 'A', `NXDOMAIN |  | ${SOA} |`],
  ['web.default.svc.cluster.local.default.svc.cluster.local', 'A', `NXDOMAIN |  | ${SOA} |`],
  ['default.svc.cluster.local', 'A', `NOERROR |  | ${SOA} |`],
  [
    '_http._tcp.web.default.svc.cluster.local',
    'SRV',
    'NOERROR | _http._tcp.web.default.svc.cluster.local SRV 100 80 web.default.svc.cluster.local |  | web.default.svc.cluster.local A 10.96.0.20',
  ],
  ['_http._udp.web.default.svc.cluster.local', 'SRV', `NXDOMAIN |  | ${SOA} |`],
  ['_tcp.web.default.svc.cluster.local', 'SRV', `NOERROR |  | ${SOA} |`],
  [
    'db.default.svc.cluster.local',
    'A',
    'NOERROR | db.default.svc.cluster.local A 10.244.1.4, db.default.svc.cluster.local A 10.244.2.5 |  |',
  ],
  ['db-0.db.default.svc.cluster.local', 'A', 'NOERROR | db-0.db.default.svc.cluster.local A 10.244.1.4 |  |'],
  ['10-244-2-5.db.default.svc.cluster.local', 'A', 'NOERROR | 10-244-2-5.db.default.svc.cluster.local A 10.244.2.5 |  |'],
  ['10-244-2-6.db.default.svc.cluster.local', 'A', `NXDOMAIN |  | ${SOA} |`],
  [
    '_http._tcp.db.default.svc.cluster.local',
    'SRV',
    'NOERROR | _http._tcp.db.default.svc.cluster.local SRV 50 8080 db-0.db.default.svc.cluster.local, ' +
      '_http._tcp.db.default.svc.cluster.local SRV 50 8080 10-244-2-5.db.default.svc.cluster.local |  | ' +
      'db-0.db.default.svc.cluster.local A 10.244.1.4, 10-244-2-5.db.default.svc.cluster.local A 10.244.2.5',
  ],
  ['early.default.svc.cluster.local', 'A', 'NOERROR | early.default.svc.cluster.local A 10.244.2.7 |  |'],
  ['nobody.default.svc.cluster.local', 'A', `NXDOMAIN |  | ${SOA} |`],
  ['elsewhere.default.svc.cluster.local', 'CNAME', 'NOERROR | elsewhere.default.svc.cluster.local CNAME Example.ORG |  |'],
  [
    'nickname.default.svc.cluster.local',
    'A',
    'NOERROR | nickname.default.svc.cluster.local CNAME web.default.svc.cluster.local, web.default.svc.cluster.local A 10.96.0.20 |  |',
  ],
  ['10-1-2-3.default.pod.cluster.local', 'A', 'NOERROR | 10-1-2-3.default.pod.cluster.local A 10.1.2.3 |  |'],
  ['10-1-2.default.pod.cluster.local', 'A', `NXDOMAIN |  | ${SOA} |`],
  ['20.0.96.10.in-addr.arpa', 'PTR', 'NOERROR | 20.0.96.10.in-addr.arpa PTR web.default.svc.cluster.local |  |'],
  ['4.1.244.10.in-addr.arpa', 'PTR', 'NOERROR | 4.1.244.10.in-addr.arpa PTR db-0.db.default.svc.cluster.local |  |'],
  ['dns-version.cluster.local', 'TXT', 'NOERROR | dns-version.cluster.local TXT 1.1.0 |  |'],
  ['cluster.local', 'SOA', `NOERROR | ${SOA} |  |`],
  ['cluster.local', 'NS', 'NOERROR | cluster.local NS ns.dns.cluster.local |  | ns.dns.cluster.local A 10.96.0.10'],
  ['constructor.default.svc.cluster.local', 'A', `NXDOMAIN |  | ${SOA} |`],
  ['example.org', 'A', 'SERVFAIL |  |  |'],
];

test('the cluster answers by the specification', async () => {
  for (const [name, type, expected] of TRANSCRIPT) {
    // Twice: the second answer comes from the cache, with the turn of another address.
    for (let turn = 0; turn < 2; turn++) {
      const told = await ask(name, type);
      const same = (text: string): string =>
        text
          .split(/, | \| /)
          .toSorted()
          .join(' ')
          .trim();
      assert.equal(turn === 0 ? told : same(told), turn === 0 ? expected.trimEnd() : same(expected), `${name} ${type}`);
    }
  }
});

test('an alias that leads to itself ends', async () => {
  const told = await ask('circle.default.svc.cluster.local', 'A');
  assert.match(told, /^NOERROR \| circle\.default\.svc\.cluster\.local CNAME circle/);
});

test('addresses take turns', async () => {
  const fresh = new Resolver(zone, unconnected, logger, signal);
  const firsts = new Set<string>();
  for (let at = 0; at < 4; at++) firsts.add((await ask('db.default.svc.cluster.local', 'A', fresh)).split(/ \| |, /)[1] ?? '');
  assert.equal(firsts.size, 2);
});

test('the case of the question is kept, its id returned, and what changed is answered anew', async () => {
  const name = 'WEB.Default.svc.cluster.LOCAL';
  for (const id of [1, 2]) {
    const reply = packet.decode(must(await resolver.respond(plainQuery(name, 'A', id), false), 'an answer'));
    assert.equal(reply.id, id);
    assert.equal(reply.questions?.[0]?.name, name);
    assert.equal(reply.answers?.[0]?.name, name);
  }
});

test('an answer that does not fit is cut and says so; with EDNS or over TCP it is whole', async () => {
  const addresses = Array.from({ length: 100 }, (_, at) => ({ addresses: [`10.244.3.${at}`], conditions: { ready: true } }));
  const many: Zone = { ...zone, slices: () => [endpointsOf('db', addresses)] };
  const large = new Resolver(many, unconnected, logger, signal);
  const name = 'db.default.svc.cluster.local';
  const cut = packet.decode(must(await large.respond(plainQuery(name, 'A'), false), 'an answer'));
  assert.ok((cut.flags ?? 0) & packet.TRUNCATED_RESPONSE);
  assert.equal(cut.answers?.length, 29);
  const edns = encodeQuery(9, encodeQuestion(name.split('.'), 1), { checkingDisabled: false, dnssec: false });
  const whole = must(await large.respond(edns, false), 'an answer');
  assert.equal(packet.decode(whole).answers?.length, 100);
  assert.equal(packet.decode(whole).additionals?.[0]?.type, 'OPT');
  assert.equal(packet.decode(must(await large.respond(plainQuery(name, 'A'), true), 'an answer')).answers?.length, 100);
});

test('what is no query gets no answer, what is malformed a FORMERR, what is not offered a refusal', () => {
  assert.equal(resolver.respond(Buffer.alloc(5), false), undefined);
  const response = plainQuery('a.b', 'A');
  response.writeUInt16BE(0x8000, 2);
  assert.equal(resolver.respond(response, false), undefined);
  const refused = (message: Buffer): string => tell(must(resolver.respond(message, false), 'an answer') as Buffer).split(' ')[0] ?? '';
  assert.equal(refused(plainQuery('a.b', 'A').subarray(0, 14)), 'FORMERR');
  const update = plainQuery('a.b', 'A');
  update.writeUInt16BE(5 << 11, 2);
  assert.equal(refused(update), 'NOTIMP');
  const chaos = plainQuery('version.bind', 'TXT');
  chaos.writeUInt16BE(3, chaos.length - 2);
  assert.equal(refused(chaos), 'REFUSED');
});

test('no bytes whatever make it fail', async () => {
  const chance = seededRandom(1);
  const valid = encodeQuery(9, encodeQuestion('db.default.svc.cluster.local'.split('.'), 33), { checkingDisabled: false, dnssec: true });
  for (let round = 0; round < 3000; round++) {
    const message = Buffer.from(valid.subarray(0, Math.ceil(chance.fraction() * valid.length)));
    for (let flips = 0; flips < 4; flips++) message[Math.floor(chance.fraction() * message.length)] = chance.bytes(1)[0] ?? 0;
    const query = parseQuery(message);
    const reply = await resolver.respond(message, round % 2 === 0);
    assert.equal(reply === undefined, query === undefined);
  }
});

test('resolvers are read from the usual file and from arguments', () => {
  assert.deepEqual(parseNameservers('# nameserver 1.1.1.1\nnameserver 192.0.2.1\n  nameserver ::1 # x\noptions edns0\n'), [
    '192.0.2.1',
    '::1',
  ]);
  assert.deepEqual(parseUpstream('192.0.2.1:5353'), { host: '192.0.2.1', port: 5353 });
  assert.deepEqual(parseUpstream('2001:db8::1'), { host: '2001:db8::1', port: 53 });
  assert.deepEqual(parseUpstream('[2001:db8::1]:54'), { host: '2001:db8::1', port: 54 });
});

test('the announced objects point at the server', () => {
  const announced = { clusterIP: '10.96.0.10', addresses: ['10.213.0.1'], port: 53 };
  assert.equal(dnsService(announced).spec?.clusterIP, '10.96.0.10');
  assert.deepEqual(
    dnsService(announced).spec?.ports?.map((port) => `${port?.name} ${port?.protocol} ${port?.port}`),
    ['dns UDP 53', 'dns-tcp TCP 53'],
  );
  assert.deepEqual(dnsEndpointSlice(announced).endpoints?.[0]?.addresses, ['10.213.0.1']);
  assert.deepEqual(dnsEndpoints(announced).subsets?.[0]?.addresses, [{ ip: '10.213.0.1' }]);
});

/** An API server with a few objects, which may come and go. */
class FixedTransport implements Transport {
  readonly objects: readonly KubeObject[];
  readonly #sinks = new Map<string, (events: readonly WatchEvent[]) => void>();

  constructor(objects: readonly KubeObject[]) {
    this.objects = objects.map((object) => ({ ...object, metadata: { ...object.metadata, resourceVersion: '1' } }));
  }

  request({ kind }: ClientRequest): Promise<unknown> {
    const items = this.objects.filter((object) => object.kind === kind.kind);
    return Promise.resolve({ apiVersion: kind.apiVersion, kind: `${kind.kind}List`, metadata: { resourceVersion: '1' }, items });
  }

  watch({ kind, signal: ended }: WatchRequest, sink: (events: readonly WatchEvent[]) => void): Promise<void> {
    this.#sinks.set(kind.kind, sink);
    return new Promise((_, reject) => ended.addEventListener('abort', () => reject(ended.reason), { once: true }));
  }

  raw(): Promise<Uint8Array> {
    return Promise.reject(new Error('nothing raw here'));
  }

  async emit(event: WatchEvent & { readonly object: KubeObject }): Promise<void> {
    while (!this.#sinks.has(event.object.kind)) await clock.yieldTurn();
    this.#sinks.get(event.object.kind)?.([event]);
  }
}

function udpAsk(port: number, message: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4');
  return new Promise<Buffer>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', resolve);
    socket.send(message, port, '127.0.0.1');
  }).finally(() => socket.close());
}

function tcpAsk(port: number, messages: readonly Buffer[]): Promise<Buffer[]> {
  const socket = connect(port, '127.0.0.1');
  return new Promise<Buffer[]>((resolve, reject) => {
    let received = Buffer.alloc(0);
    const replies: Buffer[] = [];
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        replies.push(received.subarray(2, 2 + received.readUInt16BE(0)));
        received = received.subarray(2 + received.readUInt16BE(0));
      }
      if (replies.length === messages.length) resolve(replies);
    });
    socket.write(Buffer.concat(messages.map(framed)));
  }).finally(() => socket.destroy());
}

/** A resolver that counts what it is asked: over UDP it says that only TCP will do for `long.*`. */
async function startUpstream(): Promise<{ port: number; asked: string[]; close: () => Promise<void> }> {
  const asked: string[] = [];
  const respond = (message: Buffer, overTcp: boolean): Buffer => {
    const query = packet.decode(message);
    const name = query.questions?.[0]?.name ?? '';
    asked.push(`${overTcp ? 'tcp' : 'udp'} ${name}`);
    const isCut = !overTcp && name.startsWith('long.');
    const answers: packet.Answer[] = isCut ? [] : [{ name, type: 'A', ttl: 60, data: '192.0.2.80' }];
    return packet.encode({
      type: 'response',
      id: query.id ?? 0,
      flags: isCut ? packet.TRUNCATED_RESPONSE : 0,
      questions: query.questions ?? [],
      answers,
    });
  };
  const server = createServer((socket) => socket.on('data', (chunk: Buffer) => socket.write(framed(respond(chunk.subarray(2), true)))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const socket = createSocket('udp4');
  socket.on('message', (message, sender) => socket.send(respond(message, false), sender.port, sender.address));
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await new Promise<void>((resolve) => socket.close(resolve));
  };
  return { port, asked, close };
}

test('a live server answers over UDP and TCP, follows changes, forwards, remembers, and ends cleanly', async () => {
  const namespaces = ['default', 'kube-system'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const transport = new FixedTransport([...namespaces, ...services, ...slices]);
  const upstream = await startUpstream();
  const ending = new AbortController();
  // The first resolver refuses connections: nobody listens on port 1.
  const upstreams = ['127.0.0.1:1', `127.0.0.1:${upstream.port}`];
  let running: Promise<void> = Promise.resolve();
  const port = await new Promise<number>((resolve, reject) => {
    running = runDns(
      {
        client: new Client(transport),
        addresses: ['127.0.0.1'],
        port: 0,
        upstreams,
        clock,
        random,
        logger,
        onReady: ([place]) => resolve(place?.port ?? 0),
      },
      ending.signal,
    );
    running.catch(reject);
  });
  try {
    const name = 'web.default.svc.cluster.local';
    assert.match(tell(await udpAsk(port, plainQuery(name, 'A'))), /A 10\.96\.0\.20/);
    const replies = await tcpAsk(port, [plainQuery(name, 'A', 1), plainQuery('example.org', 'A', 2)]);
    assert.deepEqual(
      replies.map((reply) => packet.decode(reply).id ?? 0).toSorted((a, b) => a - b),
      [1, 2],
    );

    const moved = { ...must(services[0], 'a Service'), spec: { clusterIP: '10.96.0.21', clusterIPs: ['10.96.0.21'] } };
    await transport.emit({ type: 'MODIFIED', object: { ...moved, metadata: { ...moved.metadata, resourceVersion: '9' } } });
    assert.match(tell(await udpAsk(port, plainQuery(name, 'A'))), /A 10\.96\.0\.21/);

    upstream.asked.length = 0;
    assert.equal(tell(await udpAsk(port, plainQuery('Other.example', 'A'))), 'NOERROR | Other.example A 192.0.2.80 |  |');
    assert.match(tell(await udpAsk(port, plainQuery('other.EXAMPLE', 'A'))), /^NOERROR/);
    assert.deepEqual(
      upstream.asked.map((line) => line.toLowerCase()),
      ['udp other.example'],
    );
    assert.match(
      tell(await udpAsk(port, plainQuery('elsewhere.default.svc.cluster.local', 'A'))),
      /CNAME Example\.ORG, example\.org A|CNAME Example\.ORG, Example\.ORG A/,
    );
    const cut = packet.decode(await udpAsk(port, plainQuery('long.example', 'A')));
    assert.ok((cut.flags ?? 0) & packet.TRUNCATED_RESPONSE);
    const [whole] = await tcpAsk(port, [plainQuery('long.example', 'A')]);
    assert.match(tell(must(whole, 'an answer')), /192\.0\.2\.80/);
  } finally {
    ending.abort(new Error('the test ends'));
    await assert.rejects(running, /the test ends/);
    await upstream.close();
  }
});

test('the server is announced once, and again only where something differs', async () => {
  const sent: string[] = [];
  const transport = new FixedTransport([]);
  let exists = false;
  transport.request = ({ verb, kind }) => {
    sent.push(`${verb} ${kind.kind}`);
    if (verb === 'get' && !exists) return Promise.reject(notFoundError({ group: kind.group, resource: kind.plural }, 'kube-dns'));
    return Promise.resolve({});
  };
  const announced = { clusterIP: '10.96.0.10', addresses: ['10.213.0.1'] };
  await announceDns(new Client(transport), announced, signal);
  exists = true;
  await announceDns(new Client(transport), announced, signal);
  const kinds = ['Service', 'EndpointSlice', 'Endpoints'];
  const round = (verb: string): string[] => kinds.flatMap((kind) => [`get ${kind}`, `${verb} ${kind}`]);
  assert.deepEqual(sent, [...round('create'), ...round('patch')]);
});

test('an address in use is named', async () => {
  const taken = createSocket('udp4');
  await new Promise<void>((resolve) => taken.bind(0, '127.0.0.1', resolve));
  const { port } = taken.address();
  const client = new Client(new FixedTransport([]));
  const options = { client, addresses: ['127.0.0.1'], port, upstreams: [], clock, random, logger };
  await assert.rejects(runDns(options, signal), new RegExp(`DNS cannot listen on 127\\.0\\.0\\.1:${port} \\(UDP\\)`));
  taken.close();
});
