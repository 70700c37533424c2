// The sockets of a DNS server, UDP and TCP, and how they end.

import { createSocket, type Socket } from 'node:dgram';
import { createServer, isIPv6, type Server, type Socket as Connection } from 'node:net';

import type { TaskScope } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { framed } from './upstream.ts';

export interface Place {
  readonly address: string;
  readonly port: number;
}

/** Answers a message; undefined where none is due. */
export type Respond = (message: Buffer, overTcp: boolean) => Buffer | Promise<Buffer> | undefined;

export interface ListenerOptions extends Place {
  readonly respond: Respond;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tasks: TaskScope;
}

const MAX_CONNECTIONS = 1_000;
const IDLE_MS = 10_000;
const RECEIVE_BUFFER_BYTES = 1 << 20;

const unable = ({ address, port }: Place, protocol: string, cause: Error): Error =>
  new Error(`DNS cannot listen on ${address}:${port} (${protocol}): ${cause.message}`, { cause });

/** Listens for datagrams; resolves once the socket is bound. */
export async function listenDatagrams(options: ListenerOptions): Promise<Socket> {
  const { address, port, respond, logger, tasks } = options;
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
  const report = (error: Error | null): void => {
    if (error !== null) logger.debug('an answer could not be sent', { error });
  };
  socket.on('message', (message, sender) => {
    const reply = respond(message, false);
    if (reply instanceof Promise) {
      tasks.start(async (signal) => {
        const late = await reply;
        if (!signal.aborted) socket.send(late, sender.port, sender.address, report);
      });
    } else if (reply !== undefined) socket.send(reply, sender.port, sender.address, report);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => reject(unable(options, 'UDP', error)));
    socket.bind({ address, port, exclusive: true }, resolve);
  });
  socket.removeAllListeners('error');
  socket.on('error', (error) => logger.warn('the DNS socket failed', { error }));
  return socket;
}

/** Listens for connections; resolves once the server listens. */
export async function listenStreams(options: ListenerOptions): Promise<Server> {
  const { address, port, logger } = options;
  const server = createServer((connection) => serve(connection, options));
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(unable(options, 'TCP', error)));
    server.listen({ host: address, port, exclusive: true }, resolve);
  });
  server.removeAllListeners('error');
  server.on('error', (error) => logger.warn('the DNS server failed', { error }));
  return server;
}

function serve(connection: Connection, { respond, clock, logger, tasks }: ListenerOptions): void {
  let received = Buffer.alloc(0);
  let idle = clock.after(IDLE_MS, () => connection.destroy());
  const onAbort = (): void => {
    connection.destroy();
  };
  tasks.signal.addEventListener('abort', onAbort, { once: true });
  connection.on('error', (error) => logger.debug('a DNS connection failed', { error }));
  connection.on('close', () => {
    idle.cancel();
    tasks.signal.removeEventListener('abort', onAbort);
  });
  connection.on('data', (chunk: Buffer) => {
    idle.cancel();
    idle = clock.after(IDLE_MS, () => connection.destroy());
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const reply = respond(received.subarray(2, end), true);
      received = received.subarray(end);
      if (reply instanceof Promise) {
        tasks.start(async () => {
          const late = await reply;
          if (connection.writable) connection.write(framed(late));
        });
      } else if (reply !== undefined) connection.write(framed(reply));
    }
  });
}
