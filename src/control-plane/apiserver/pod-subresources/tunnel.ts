// Upgraded connections: the client's request goes to the backend as it came, and from then on bytes flow both ways untouched, so that
// whatever the two agree on (WebSocket, SPDY) works. The backend's answer, a refusal too, reaches the client as it is.

import type { Duplex } from 'node:stream';
import type { Logger } from '../../../base/logger.ts';
import type { ApiRequest, ApiResponse, Upgrade } from '../../../server/api-request.ts';
import { badRequestError } from '../../../machinery/status-error.ts';
import { dialBackend, forwardedHeaders, hostHeader } from './backend.ts';
import type { Backend, Dial } from './backend.ts';

const KEPT = ['connection', 'upgrade'];

export const wantsUpgrade = ({ headers }: ApiRequest): boolean =>
  /\bupgrade\b/i.test(headers['connection'] ?? '') && (headers['upgrade'] ?? '') !== '';

/** Joins two connections: each end's end is handed on, so that either may go on writing, and what breaks one breaks the other. */
function join(client: Duplex, backend: Duplex, logger: Logger): void {
  const broken =
    (side: string) =>
    (error: Error): void => {
      logger.debug('a tunnel broke off', { side, error });
      client.destroy();
      backend.destroy();
    };
  client.on('error', broken('client'));
  backend.on('error', broken('backend'));
  client.once('close', () => backend.destroy());
  backend.once('close', () => client.end());
  client.pipe(backend);
  backend.pipe(client);
}

export interface TunnelParts {
  readonly dial: Dial;
  readonly logger: Logger;
}

/** Answers with an upgrade that is the backend's own; the connection to it stands before the answer is given. */
export async function tunnel(request: ApiRequest, backend: Backend, path: string, { dial, logger }: TunnelParts): Promise<ApiResponse> {
  if (!wantsUpgrade(request)) throw badRequestError('Upgrade request required');
  const target = await dialBackend(backend, dial, request.signal);
  const serve = ({ request: incoming, socket, head }: Upgrade): void => {
    if (socket.destroyed) {
      target.destroy();
      return;
    }
    const headers = { host: hostHeader(backend), ...forwardedHeaders(request.headers, KEPT) };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    target.write(`${incoming.method ?? 'GET'} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
    if (head.byteLength > 0) target.write(head);
    join(socket, target, logger);
  };
  return { status: 101, body: { kind: 'upgrade', serve } };
}
