// Connections that are upgraded, and requests that are proxied, reach what is behind the server byte for byte.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { endpoints } from '../../api/core/v1/endpoints.ts';
import { node } from '../../api/core/v1/node.ts';
import { pod } from '../../api/core/v1/pod.ts';
import { service } from '../../api/core/v1/service.ts';
import { serviceAccount } from '../../api/core/v1/service-account.ts';
import type { ApiRequest, ApiResponse } from '../../server/api-request.ts';
import { requestInfo } from '../../server/http/request-info.ts';
import type { Dial } from './pod-subresources/backend.ts';
import { openTestServer, ROOT } from './api-server-fixture.ts';
import type { TestServer } from './api-server-fixture.ts';

const KEY = { namespace: 'default', name: 'web' };

/** A server on loopback; `dial` leads there, whatever is dialled. */
async function listening(t: TestContext, backend: Server): Promise<{ dial: Dial; dialled: string[] }> {
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  t.after(() => backend.close());
  t.after(() => backend.closeAllConnections());
  const dialled: string[] = [];
  const { port } = backend.address() as AddressInfo;
  const dial: Dial = (address) => {
    dialled.push(`${address.host}:${address.port}`);
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      t.after(() => socket.destroy());
    });
  };
  return { dial, dialled };
}

async function opened(t: TestContext, dial: Dial): Promise<TestServer> {
  const server = await openTestServer({ dial, kubelets: { connect: () => ({ host: '10.0.0.1', port: 10_250 }) } });
  t.after(() => server.close());
  await server.bootstrap();
  const { client, signal } = server;
  await client.create(serviceAccount, { metadata: { name: 'default', namespace: 'default' } }, { signal });
  await client.create(node, { metadata: { name: 'n1' } }, { signal });
  const created = await client.create(
    pod,
    { metadata: KEY, spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'i', ports: [{ containerPort: 8080 }] }] } },
    { signal },
  );
  await client.updateStatus(
    pod,
    { ...created, status: { ...created.status, podIP: '10.1.0.5', podIPs: [{ ip: '10.1.0.5' }] } },
    { signal },
  );
  return server;
}

function call({ core, signal }: TestServer, method: string, path: string, headers: Record<string, string> = {}): Promise<ApiResponse> {
  const { pathname, searchParams: query } = new URL(path, 'http://localhost');
  const info = requestInfo(method, pathname, query);
  const request: ApiRequest = {
    info,
    method,
    user: ROOT,
    query,
    headers,
    accept: '',
    body: undefined,
    userAgent: 'test',
    remoteAddress: '192.0.2.9',
    auditId: '',
    signal,
    warn: () => {},
  };
  return core.handle(request);
}

const PODS = '/api/v1/namespaces/default/pods';

test('exec joins the client to the kubelet: its request, without credentials, and then bytes both ways', async (t) => {
  const seen: IncomingMessage[] = [];
  const kubelet = createServer();
  kubelet.on('upgrade', (request: IncomingMessage, socket, head) => {
    seen.push(request);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    socket.write(head);
    socket.pipe(socket);
  });
  const { dial, dialled } = await listening(t, kubelet);
  const server = await opened(t, dial);
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-protocol': 'v5.channel.k8s.io',
    authorization: 'Bearer secret',
  };
  const answer = await call(server, 'GET', `${PODS}/web/exec?command=sh&command=-c&stdin=true&stdout=true&tty=true`, headers);
  assert.equal(answer.body.kind, 'upgrade');
  if (answer.body.kind !== 'upgrade') return;
  const [near, far] = duplexPair();
  answer.body.serve({ request: { method: 'GET' } as IncomingMessage, socket: near, head: Buffer.from('early ') });
  far.end('hello');
  assert.match(await text(far), /^HTTP\/1\.1 101 Switching Protocols\r\n[^]*\r\n\r\nearly hello$/);
  assert.deepEqual(dialled, ['10.0.0.1:10250']);
  assert.equal(seen[0]?.url, '/exec/default/web/main?input=1&output=1&tty=1&command=sh&command=-c');
  assert.equal(seen[0]?.headers['sec-websocket-protocol'], 'v5.channel.k8s.io');
  assert.equal(seen[0]?.headers['authorization'], undefined);
});

test('exec without an upgrade, a command or a known container is refused', async (t) => {
  const { dial } = await listening(t, createServer());
  const server = await opened(t, dial);
  await assert.rejects(call(server, 'POST', `${PODS}/web/exec?command=sh`), { code: 400, message: 'Upgrade request required' });
  await assert.rejects(call(server, 'POST', `${PODS}/web/exec`), { code: 422 });
  await assert.rejects(call(server, 'POST', `${PODS}/web/exec?command=sh&container=x`), {
    code: 400,
    message: 'container x is not valid for pod web',
  });
});

test('the proxy of a Pod and of a Service hands requests on as they are', async (t) => {
  const backend = createServer((request, response) => {
    response
      .writeHead(418, { 'x-seen': request.url ?? '', 'content-type': 'text/plain' })
      .end(`${request.method} ${request.headers['x-forwarded-for'] ?? ''}`);
  });
  const { dial, dialled } = await listening(t, backend);
  const server = await opened(t, dial);
  const { client, signal } = server;
  const first = await call(server, 'GET', `${PODS}/web/proxy/a%2Fb/c?x=1`);
  assert.deepEqual([first.status, first.headers?.['x-seen']], [418, '/a%2Fb/c?x=1']);
  assert.ok(first.body.kind === 'stream');
  assert.equal(await text(first.body.chunks), 'GET 192.0.2.9');
  await client.create(
    service,
    { metadata: { name: 's', namespace: 'default' }, spec: { ports: [{ name: 'http', port: 80 }] } },
    { signal },
  );
  await client.create(
    endpoints,
    {
      metadata: { name: 's', namespace: 'default' },
      subsets: [{ addresses: [{ ip: '10.1.0.6' }], ports: [{ name: 'http', port: 8081 }] }],
    },
    { signal },
  );
  const second = await call(server, 'GET', '/api/v1/namespaces/default/services/s:80/proxy/');
  assert.equal(second.status, 418);
  const third = await call(server, 'GET', '/api/v1/namespaces/default/services/s:http/proxy');
  assert.deepEqual([third.status, third.headers?.['location']], [301, '/api/v1/namespaces/default/services/s:http/proxy/']);
  assert.deepEqual(dialled, ['10.1.0.5:8080', '10.1.0.6:8081']);
  await assert.rejects(call(server, 'GET', '/api/v1/namespaces/default/services/s:99/proxy/'), {
    code: 503,
    message: 'no service port 99 found for service "s"',
  });
});
