// Reaches a stream that the runtime offers by URL (exec, attach, port-forward), as SPDY, so that stdin can be half-closed.

import { request } from 'node:http';

import { SpdyConnection } from './spdy-connection.ts';

/** Dials the runtime's URL; rejects with what the runtime says when it does not upgrade. */
export function dialRuntime(url: string, protocol: string, signal: AbortSignal): Promise<SpdyConnection> {
  return new Promise((resolve, reject) => {
    const dialling = request(url, {
      method: 'POST',
      headers: { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': protocol, 'content-length': '0' },
      signal,
    });
    dialling.on('upgrade', (response, socket, head) => {
      if (response.headers['x-stream-protocol-version'] !== protocol) {
        socket.destroy();
        reject(new Error(`the runtime does not speak ${protocol}`));
        return;
      }
      resolve(new SpdyConnection(socket, { side: 'client' }, head));
    });
    dialling.on('response', (response) => {
      let said = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (said += text));
      response.on('error', reject);
      response.on('end', () => reject(new Error(`the runtime answered ${response.statusCode ?? 0}: ${said.trim()}`)));
    });
    dialling.on('error', reject);
    dialling.end();
  });
}
