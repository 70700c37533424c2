// Many clients that read slowly, or not at all, or that never finish what they began to say.

import assert from 'node:assert/strict';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { it } from 'node:test';
import { configMap } from '../../api/core/v1/config-map.ts';
import { openFront } from './front-fixture.ts';

const CLIENTS = 100;
const MAPS = '/api/v1/namespaces/default/configmaps';
const BOUND_BYTES = 400 * 1024 * 1024;

it(
  `${CLIENTS} clients that do not read, besides as many half-open connections, cost a bounded amount of memory and hold up nobody`,
  { timeout: 120_000 },
  async () => {
    const front = await openFront({ core: { freeze: false } });
    const sockets: Socket[] = [];
    const keep = (socket: Socket): void => {
      socket.on('error', () => socket.destroy());
      sockets.push(socket);
    };
    try {
      // A list of 20 MB, which would be 2 GB if it were held once for each client.
      const data = { text: 'x'.repeat(100_000) };
      for (let at = 0; at < 200; at++) await front.fixture.create(configMap, 'default', `m${at}`, { data });
      for (let at = 0; at < CLIENTS; at++) {
        keep(connectTcp(front.port, '127.0.0.1'));
        const socket = connectTls({ port: front.port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
        keep(socket);
        socket.pause();
        const path = at % 2 === 0 ? MAPS : `${MAPS}?watch=1`;
        socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      }
      for (let round = 0; round < 20; round++) {
        const { status } = await front.call('HTTP/2', 'GET', `${MAPS}/m1`);
        assert.equal(status, 200);
        await front.fixture.create(configMap, 'default', `late-${round}`, { data });
      }
      const { rss } = process.memoryUsage();
      assert.ok(rss < BOUND_BYTES, `${Math.round(rss / 1e6)} MB`);
    } finally {
      for (const socket of sockets) socket.destroy();
      await front.close();
    }
  },
);
