// Port forwarding: every client is joined to the runtime stream by stream, data and errors of each connection to a port.

import { pipeline } from 'node:stream/promises';
import type { Duplex, Readable, Writable } from 'node:stream';
import { createWebSocketStream } from 'ws';

import { isAbort } from '../../../base/abort.ts';
import type { Logger } from '../../../base/logger.ts';
import { chooseProtocol, PORT_PROTOCOLS, portAnnouncement, TUNNEL_PROTOCOL } from '../../../machinery/channels/channel-framing.ts';
import type { Upgrade } from '../../../server/api-request.ts';
import { dialRuntime } from './dial-runtime.ts';
import { acceptSpdy, asksForSpdy } from './serve-spdy.ts';
import { acceptWebSocket, channelReaders, channelWriter, offeredProtocols, refuseProtocols } from './serve-websocket.ts';
import { SpdyConnection } from './spdy-connection.ts';
import type { SpdyStream } from './spdy-connection.ts';

const PROTOCOL = 'portforward.k8s.io';

export interface PortForwardOptions {
  /** The runtime's URL for the sandbox. */
  readonly url: string;
  /** What a WebSocket client asked for by `port`. */
  readonly ports: readonly number[];
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Serves one client until it goes. */
export async function forwardPorts(upgrade: Upgrade, options: PortForwardOptions): Promise<void> {
  if (asksForSpdy(upgrade.request.headers)) {
    await relay(options, (onStream) => acceptSpdy(upgrade, [PROTOCOL], onStream)?.connection);
    return;
  }
  const offered = offeredProtocols(upgrade.request.headers['sec-websocket-protocol']);
  if (offered.includes(TUNNEL_PROTOCOL)) {
    const socket = await acceptWebSocket(upgrade, TUNNEL_PROTOCOL);
    const tunnel: Duplex = createWebSocketStream(socket);
    await relay(options, (onStream) => new SpdyConnection(tunnel, { side: 'server', onStream }));
    return;
  }
  await forwardChannels(upgrade, offered, options);
}

/** Every stream that the client opens is opened at the runtime too, with the same headers, and the two are joined. */
async function relay(
  { url, logger, signal }: PortForwardOptions,
  accept: (onStream: (stream: SpdyStream) => void) => SpdyConnection | undefined,
): Promise<void> {
  const runtime = await dialRuntime(url, PROTOCOL, signal);
  const client = accept((stream) => {
    const { streamtype = '', port = '', requestid = '' } = stream.headers;
    const twin = runtime.open({ streamtype, port, requestid });
    for (const [from, to] of [
      [stream, twin],
      [twin, stream],
    ] as const) {
      pipeline(from, to).catch((error: unknown) => logger.debug('a forwarded stream broke off', { port, error }));
    }
  });
  if (client !== undefined) await Promise.race([client.closed, runtime.closed]);
  client?.close();
  runtime.close();
}

async function forwardChannels(
  upgrade: Upgrade,
  offered: readonly string[],
  { url, ports, logger, signal }: PortForwardOptions,
): Promise<void> {
  const protocol = chooseProtocol(offered, PORT_PROTOCOLS);
  if (protocol === undefined || ports.length === 0) {
    refuseProtocols(upgrade);
    return;
  }
  const runtime = await dialRuntime(url, PROTOCOL, signal);
  const socket = await acceptWebSocket(upgrade, protocol.name);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', (error) => logger.debug('a forwarding client failed', { error }));
  const readers = channelReaders(
    socket,
    protocol,
    ports.map((_, index) => index * 2),
  );
  for (const [index, port] of ports.entries()) {
    const [data, errors] = [channelWriter(socket, protocol, index * 2), channelWriter(socket, protocol, index * 2 + 1)];
    data.write(portAnnouncement(port));
    errors.write(portAnnouncement(port));
    const headers = { port: String(port), requestid: String(index) };
    const problems = runtime.open({ ...headers, streamtype: 'error' });
    problems.end();
    const stream = runtime.open({ ...headers, streamtype: 'data' });
    const reader = readers.get(index * 2);
    if (reader !== undefined) follow(reader, stream);
    follow(stream, data);
    follow(problems, errors);
  }
  await Promise.race([closed, runtime.closed]);
  socket.close();
  runtime.close();

  function follow(from: Readable, to: Writable): void {
    pipeline(from, to).catch((error: unknown) => {
      if (!isAbort(error, signal)) logger.debug('a forwarded stream broke off', { error });
    });
  }
}
