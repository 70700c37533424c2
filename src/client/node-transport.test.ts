import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { configMap } from '../api/core/v1/config-map.ts';
import { NodeTransport } from './node-transport.ts';

const OBJECT = {
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name: 'a', namespace: 'default', resourceVersion: '5' },
  data: { key: 'value' },
};

describe('the transport over sockets', () => {
  const watching: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url?.includes('watch=1') === true) {
      response.flushHeaders();
      watching.push(response);
    } else if (request.url?.includes('/missing') === true) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404, message: 'gone' }));
    } else response.end(JSON.stringify(OBJECT));
  });
  let transport: NodeTransport;
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    transport = new NodeTransport({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, 'test');
  });
  after(async () => {
    await transport.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  it('serves requests whatever the number of watches', async () => {
    const end = new AbortController();
    const watches = Array.from({ length: 100 }, () =>
      transport.watch({ kind: configMap, query: { watch: '1' }, signal: end.signal }, () => {}),
    );
    const ended = Promise.allSettled(watches);
    while (watching.length < watches.length) await new Promise((resolve) => setImmediate(resolve));
    const answer = await transport.request({ verb: 'get', kind: configMap, namespace: 'default', name: 'a', signal: end.signal });
    assert.deepEqual(answer, OBJECT);
    end.abort();
    for (const { status } of await ended) assert.equal(status, 'rejected');
  });

  it('rejects with the Status that the server gave', async () => {
    const { signal } = new AbortController();
    const request = { verb: 'get', kind: configMap, namespace: 'default', name: 'missing', signal } as const;
    await assert.rejects(transport.request(request), { reason: 'NotFound', code: 404, message: 'gone' });
  });
});
