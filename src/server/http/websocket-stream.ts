// Streams that are read over a WebSocket instead of a response body: logs as binary messages, watches as one message an event.
// Browsers and some clients ask for them so. See https://kubernetes.io/docs/reference/using-api/api-concepts/ (streaming).

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { ResponseBody } from '../api-request.ts';
import type { WatchEncoder } from './watch-writer.ts';

const BINARY = 'binary.k8s.io';
const MAX_MESSAGE_BYTES = 64 * 1024;
const BASE64 = 'base64.binary.k8s.io';

export const wantsWebSocket = (request: IncomingMessage): boolean => (request.headers.upgrade ?? '').toLowerCase() === 'websocket';

interface Opened {
  readonly socket: WebSocket;
  /** Sends one message as the agreed protocol wants it; resolves when it was handed over, to false when the peer is gone. */
  send(bytes: Uint8Array): Promise<boolean>;
}

function open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<Opened> {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    // Nothing is expected from the client.
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => [BINARY, BASE64].find((known) => offered.has(known)) ?? false,
  });
  return new Promise((resolve) => {
    server.handleUpgrade(request, socket, head, (peer) => {
      const text = peer.protocol === BASE64;
      // What breaks the protocol closes the connection, which is all that follows from it.
      peer.on('error', () => peer.terminate());
      const send = (bytes: Uint8Array): Promise<boolean> =>
        new Promise((sent) => {
          if (peer.readyState !== peer.OPEN) return sent(false);
          const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
          peer.send(text ? buffer.toString('base64') : buffer, { binary: !text }, (error) => sent(error === undefined || error === null));
        });
      resolve({ socket: peer, send });
    });
  });
}

/** Sends every chunk as a message, then closes. */
export async function streamOverWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const opened = await open(request, socket, head);
  for await (const chunk of chunks) if (!(await opened.send(chunk))) break;
  opened.socket.close(1000);
}

/** Sends every event of a watch as a message, until either side ends it. */
export async function watchOverWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  body: Extract<ResponseBody, { kind: 'watch' }>,
  encoder: WatchEncoder,
): Promise<void> {
  const opened = await open(request, socket, head);
  await new Promise<void>((resolve) => {
    const stop = body.start(
      async (events) => {
        for (const event of events) if (!(await opened.send(encoder.encode(event)))) return false;
        return true;
      },
      () => resolve(),
    );
    opened.socket.once('close', () => {
      stop();
      resolve();
    });
  });
  opened.socket.close(1000);
}
