import assert from 'node:assert/strict';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { after, before, describe, it } from 'node:test';
import { configMap } from '../../api/core/v1/config-map.ts';
import { openEnvelope } from '../../machinery/codec/envelope.ts';
import type { Status } from '../../machinery/status-error.ts';
import type { ApiResponse } from '../api-request.ts';
import { openFront, PROTOCOLS } from './front-fixture.ts';
import type { Front } from './front-fixture.ts';
import { MAX_BODY_BYTES } from './read-body.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const JSON_TYPE = { 'content-type': 'application/json' };

for (const protocol of PROTOCOLS) {
  describe(`refusals over ${protocol}`, () => {
    let front: Front;
    before(async () => {
      front = await openFront();
      await front.fixture.create(configMap, 'default', 'a', { data: {} });
    });
    after(() => front.close());
    const refused = async (method: string, path: string, options: Parameters<Front['call']>[3] = {}): Promise<Status> => {
      const { status, json } = await front.call(protocol, method, path, options);
      const body = json<Status>();
      assert.deepEqual([body.kind, body.apiVersion, body.status, body.code], ['Status', 'v1', 'Failure', status]);
      return body;
    };

    it('are a Status in the media type that was asked for', async () => {
      const json = await refused('GET', `${MAPS}/nobody`);
      assert.deepEqual([json.code, json.reason, json.message], [404, 'NotFound', 'configmaps "nobody" not found']);
      const yaml = await front.call(protocol, 'GET', `${MAPS}/nobody`, { headers: { accept: 'application/yaml' } });
      assert.match(yaml.text, /^apiVersion: v1\n|^kind: Status\n/m);
      const protobuf = await front.call(protocol, 'GET', `${MAPS}/nobody`, { headers: { accept: 'application/vnd.kubernetes.protobuf' } });
      const envelope = openEnvelope(protobuf.bytes);
      assert.deepEqual([protobuf.status, envelope?.kind], [404, 'Status']);
      const table = await refused('GET', `${MAPS}/nobody`, {
        headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
      });
      assert.equal(table.code, 404);
    });

    it('406 what no clause of Accept can be given', async () => {
      const { code, message } = await refused('GET', `${MAPS}/a`, { headers: { accept: 'text/html' } });
      assert.equal(code, 406);
      assert.match(
        message ?? '',
        /^only the following media types are accepted: application\/json, application\/yaml, application\/vnd\.kubernetes\.protobuf/,
      );
      assert.equal((await refused('GET', MAPS, { headers: { accept: 'text/html' } })).code, 406);
      assert.equal((await refused('GET', `${MAPS}?watch=1`, { headers: { accept: 'image/png' } })).code, 406);
      const protobufTable = 'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io';
      assert.equal((await refused('GET', `${MAPS}/a`, { headers: { accept: protobufTable } })).code, 406);
    });

    it('415 a body in a language that is not spoken', async () => {
      const { code, reason, message } = await refused('POST', MAPS, { headers: { 'content-type': 'text/plain' }, body: 'hello' });
      assert.deepEqual([code, reason], [415, 'UnsupportedMediaType']);
      assert.match(message ?? '', /^the body of the request was in an unknown format - accepted media types include: application\/json/);
      assert.equal((await refused('PATCH', `${MAPS}/a`, { headers: JSON_TYPE, body: '{}' })).code, 415);
    });

    it('413 a body over three mebibytes, declared or not', async () => {
      const body = Buffer.alloc(MAX_BODY_BYTES + 1, 0x20);
      const declared = await refused('POST', MAPS, { headers: JSON_TYPE, body });
      assert.deepEqual([declared.code, declared.reason], [413, 'RequestEntityTooLarge']);
      assert.equal(declared.message, 'Request entity too large: limit is 3145728');
      assert.equal((await refused('GET', `${MAPS}/nobody`)).code, 404, 'the connection still serves');
      const fits = Buffer.concat([Buffer.from('{'), Buffer.alloc(MAX_BODY_BYTES - 2, 0x20), Buffer.from('}')]);
      assert.equal((await refused('POST', MAPS, { headers: JSON_TYPE, body: fits })).code, 422);
    });

    it('400 what is no JSON, YAML or protobuf', async () => {
      for (const body of ['{"kind":', 'nonsense', '[]', 'null', '"text"', '', '\u0000', '{"metadata":{"name":1}}']) {
        assert.equal((await refused('POST', MAPS, { headers: JSON_TYPE, body })).code, 400, body);
      }
      const yaml = await refused('POST', MAPS, { headers: { 'content-type': 'application/yaml' }, body: 'a: [1' });
      assert.equal(yaml.code, 400);
      const binary = { 'content-type': 'application/vnd.kubernetes.protobuf' };
      assert.equal((await refused('POST', MAPS, { headers: binary, body: 'k8s\0garbage' })).code, 400);
    });

    it('401 credentials that do not hold', async () => {
      const { code, reason, message } = await refused('GET', MAPS, { headers: { authorization: 'Bearer mallory' } });
      assert.deepEqual([code, reason, message], [401, 'Unauthorized', 'Unauthorized']);
      assert.equal((await front.call(protocol, 'GET', MAPS, { headers: { authorization: 'Bearer alice' } })).status, 200);
    });

    it('404 and 405 what is not served', async () => {
      assert.equal((await refused('GET', '/apis/nowhere/v1/things')).message, 'the server could not find the requested resource');
      assert.equal((await refused('GET', '/nowhere')).code, 404);
      assert.equal((await refused('POST', `${MAPS}/a`, { body: {} })).code, 405);
    });

    it('survive warnings in any script', async () => {
      const body = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: `w-${protocol === 'HTTP/2' ? 2 : 1}` }, 字: 1 };
      const { status, headers } = await front.call(protocol, 'POST', `${MAPS}?fieldValidation=Warn`, { body });
      assert.equal(status, 201);
      assert.equal(Buffer.from(String(headers['warning']), 'latin1').toString('utf8'), '299 - "unknown field \\"字\\""');
    });

    it('survive paths and queries that are no such thing', async () => {
      for (const path of [
        '/%',
        '/api/v1/namespaces/%zz/configmaps/%e0%a4%a',
        '/api/v1//configmaps',
        `/${'a/'.repeat(2000)}`,
        '/api/v1/namespaces/default/configmaps/..',
        '/?%',
        `${MAPS}?labelSelector=%`,
      ]) {
        const { status } = await front.call(protocol, 'GET', path);
        assert.ok(status < 500, `${path} is answered with ${status}`);
      }
    });
  });
}

/** What a socket says until it is closed. */
async function read(socket: Duplex): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

describe('the listener', () => {
  let front: Front;
  const upgraded: string[] = [];
  before(async () => {
    front = await openFront({
      around:
        (handle) =>
        async (request): Promise<ApiResponse> => {
          if (request.info.path !== '/echo') return handle(request);
          return {
            status: 101,
            body: {
              kind: 'upgrade',
              serve({ socket, head }) {
                upgraded.push(head.toString());
                socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
                socket.pipe(socket);
              },
            },
          };
        },
    });
    await front.fixture.create(configMap, 'default', 'a', { data: {} });
  });
  after(() => front.close());
  const dial = (): TLSSocket => connectTls({ port: front.port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
  const asking = (path: string, more = ''): string =>
    `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: echo\r\n${more}\r\n`;

  it('hands over a connection that changes protocol', async () => {
    const socket = dial();
    socket.write(asking('/echo'));
    await new Promise<void>((resolve) => socket.once('data', () => resolve()));
    socket.write('hello');
    const [echo] = await new Promise<Buffer[]>((resolve) => socket.once('data', (data) => resolve([data])));
    assert.equal(echo?.toString(), 'hello');
    socket.end();
    await read(socket);
    assert.deepEqual(upgraded, ['']);
  });

  it('answers plainly where nothing upgrades, and closes', async () => {
    const socket = dial();
    socket.write(asking(`${MAPS}/a`));
    const text = await read(socket);
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(text, /"name":"a"/);
  });

  it('refuses an upgrade with a Status', async () => {
    const missing = dial();
    missing.write(asking('/nowhere'));
    assert.match(await read(missing), /^HTTP\/1\.1 404 Not Found\r\n[^]*"reason":"NotFound"/);
    const foreign = dial();
    foreign.write(asking('/echo', 'authorization: Bearer mallory\r\n'));
    assert.match(await read(foreign), /^HTTP\/1\.1 401 Unauthorized\r\n[^]*"message":"Unauthorized"/);
  });

  it('refuses an upgrade whose answer nobody accepts, and lives', async () => {
    const socket = dial();
    socket.write(asking(`${MAPS}/a`, 'accept: image/png\r\n'));
    assert.match(await read(socket), /^HTTP\/1\.1 406 Not Acceptable\r\n[^]*"code":406/);
    assert.equal((await front.call('HTTP/2', 'GET', `${MAPS}/a`)).status, 200);
  });

  it('outlives a WebSocket that breaks its protocol', async () => {
    for (const frame of [
      Buffer.from([0x81, 0x01, 0x41]),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x7f, 0, 0, 0]),
    ]) {
      const socket = dial();
      socket.write(
        `GET ${MAPS}?watch=1 HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
      await new Promise<void>((resolve) => socket.once('data', () => resolve()));
      socket.on('error', () => {});
      socket.write(frame);
      await new Promise<void>((resolve) => (socket.resume().destroyed ? resolve() : void socket.once('close', () => resolve())));
      assert.equal((await front.call('HTTP/2', 'GET', `${MAPS}/a`)).status, 200);
    }
  });

  it('tells a plain request for an upgrade what is missing', async () => {
    const { status, json } = await front.call('HTTP/2', 'GET', '/echo');
    assert.deepEqual([status, json()['message']], [400, 'unable to upgrade: missing upgrade headers in request']);
  });

  it('outlives connections that speak no HTTP, break off, or say nothing', async () => {
    const silent: Socket = connectTcp(front.port, '127.0.0.1');
    const garbage = dial();
    garbage.write('\u0000\u0001nonsense\r\n\r\n');
    await read(garbage);
    const half = dial();
    half.write(`POST ${MAPS} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"meta`);
    await new Promise<void>((resolve) => half.once('secureConnect', () => resolve()));
    half.destroy();
    assert.equal((await front.call('HTTP/2', 'GET', `${MAPS}/a`)).status, 200);
    silent.destroy();
  });
});
