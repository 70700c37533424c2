import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { Server, ServerCredentials } from '@grpc/grpc-js';

import { systemClock as clock } from '../../../base/clock.ts';
import { probeGrpc } from './grpc.ts';
import { probeHttp } from './http.ts';
import type { ProbeTarget } from './outcome.ts';
import { resolvePort } from './ports.ts';
import { probeTcp } from './tcp.ts';

const host = '127.0.0.1';
const target = (port: number, timeoutMs = 5_000): ProbeTarget => ({ host, port, timeoutMs });

async function listening(server: HttpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

test('an HTTP probe goes by the status, follows redirects of the same host, and tells other redirects', async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers['user-agent']);
    const path = request.url ?? '';
    if (path === '/moved') response.writeHead(302, { location: '/ok' }).end();
    else if (path === '/away') response.writeHead(302, { location: 'http://other.invalid/' }).end('gone');
    else if (path === '/slow') request.socket.on('close', () => response.end());
    else response.writeHead(path === '/ok' ? 200 : 500).end('body');
  });
  const port = await listening(server);
  try {
    const at = (path: string, timeoutMs?: number) => probeHttp(clock, { path, port, scheme: 'HTTP' }, target(port, timeoutMs));
    assert.deepEqual(await at('/ok'), { result: 'success', output: 'body' });
    assert.deepEqual(await at('/moved'), { result: 'success', output: 'body' });
    assert.deepEqual(await at('/away'), { result: 'warning', output: 'Probe terminated redirects, Response body: gone' });
    assert.deepEqual(await at('/broken'), { result: 'failure', output: 'HTTP probe failed with statuscode: 500' });
    const late = `Get "http://127.0.0.1:${port}/slow": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
    assert.deepEqual(await at('/slow', 30), { result: 'failure', output: late });
    assert.ok(seen.every((agent) => agent === 'kube-probe/1.36'));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('nobody there: the connection is refused', async () => {
  const server = createServer();
  const port = await listening(server);
  assert.deepEqual(await probeTcp(clock, target(port)), { result: 'success', output: '' });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const refused = `dial tcp 127.0.0.1:${port}: connect: connection refused`;
  assert.deepEqual(await probeTcp(clock, target(port)), { result: 'failure', output: refused });
  assert.deepEqual(await probeHttp(clock, { path: '/', port, scheme: 'HTTP' }, target(port)), {
    result: 'failure',
    output: `Get "http://127.0.0.1:${port}/": ${refused}`,
  });
});

test('a gRPC probe wants SERVING', async () => {
  const server = new Server();
  const Check = {
    path: '/grpc.health.v1.Health/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (value: Buffer) => value,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (value: Buffer) => value,
  };
  const asked: string[] = [];
  server.addService(
    { Check },
    {
      Check: (call: { request: Buffer }, answer: (error: null, value: Buffer) => void) => {
        asked.push(call.request.subarray(2).toString());
        answer(null, Buffer.from([0x08, asked.length === 1 ? 1 : 2]));
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:0`, ServerCredentials.createInsecure(), (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  try {
    assert.deepEqual(await probeGrpc(clock, 'web', target(port)), { result: 'success', output: 'service healthy' });
    assert.deepEqual(await probeGrpc(clock, '', target(port)), {
      result: 'failure',
      output: 'service unhealthy (responded with "NOT_SERVING")',
    });
    assert.deepEqual(asked, ['web', '']);
  } finally {
    server.forceShutdown();
  }
});

test('a port is a number, a name of the container, or a number in text', () => {
  const container = { name: 'c', resources: {}, ports: [{ name: 'web', containerPort: 80 }] };
  assert.deepEqual(
    [8080, 'web', '90', 'none', 0].map((port) => resolvePort(port, container)),
    [8080, 80, 90, undefined, undefined],
  );
});
