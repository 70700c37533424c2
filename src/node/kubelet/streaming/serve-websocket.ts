// Clients that speak WebSocket: exec or attach over numbered channels.

import { PassThrough, Writable } from 'node:stream';
import type { Readable } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';

import {
  CHANNEL,
  chooseProtocol,
  closedChannel,
  COMMAND_PROTOCOLS,
  decodeMessage,
  encodeMessage,
} from '../../../machinery/channels/channel-framing.ts';
import type { ChannelProtocol } from '../../../machinery/channels/channel-framing.ts';
import type { Upgrade } from '../../../server/api-request.ts';
import type { RemoteSession, RemoteStatus, RemoteStreams } from './remote-session.ts';

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const HIGH_WATER_BYTES = 256 * 1024;
const NORMAL_CLOSURE = 1000;

/** Whether the client asks for a WebSocket. */
export function asksForWebSocket(headers: Readonly<Record<string, string | readonly string[] | undefined>>): boolean {
  return String(headers['upgrade'] ?? '').toLowerCase() === 'websocket';
}

/** The subprotocols that a client offers, in its order. */
export const offeredProtocols = (header: string | undefined): string[] =>
  (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Changes protocol, speaking the subprotocol that was chosen; rejects when the client's handshake is no such thing. */
export function acceptWebSocket({ request, socket, head }: Upgrade, subprotocol: string): Promise<WebSocket> {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  // Upstream has a subprotocol with a slash in its name, which the standard does not allow and the library refuses to read.
  delete request.headers['sec-websocket-protocol'];
  if (subprotocol !== '') server.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${subprotocol}`));
  return new Promise((resolve, reject) => {
    // The library answers a bad handshake itself and says nothing here.
    const refused = (): void => reject(new Error('the WebSocket handshake was refused'));
    socket.once('close', refused);
    server.handleUpgrade(request, socket, head, (accepted) => {
      socket.off('close', refused);
      resolve(accepted);
    });
  });
}

/** Refuses a client whose subprotocols are all unknown. */
export function refuseProtocols({ socket }: Upgrade): void {
  socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** The bytes of a message, however they came. */
export function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** One outgoing channel; its writer waits while the client does not read. */
export function channelWriter(socket: WebSocket, protocol: ChannelProtocol, channel: number): Writable {
  return new Writable({
    highWaterMark: HIGH_WATER_BYTES,
    write(chunk: Buffer, _encoding, done) {
      if (socket.readyState !== socket.OPEN) done(new Error('the client went away'));
      else socket.send(encodeMessage(protocol, { channel, bytes: chunk }), (error) => done(error ?? null));
    },
  });
}

/** Incoming channels, in one: a full one pauses the connection. */
export function channelReaders(socket: WebSocket, protocol: ChannelProtocol, channels: readonly number[]): Map<number, Readable> {
  const readers = new Map<number, PassThrough>(channels.map((channel) => [channel, new PassThrough({ highWaterMark: HIGH_WATER_BYTES })]));
  socket.on('message', (data) => {
    const message = decodeMessage(protocol, bytesOf(data));
    if (message === undefined) return;
    const closed = closedChannel(protocol, message);
    if (closed !== undefined) {
      readers.get(closed)?.end();
      return;
    }
    const reader = readers.get(message.channel);
    if (reader === undefined || reader.writableEnded || reader.destroyed || message.bytes.byteLength === 0) return;
    if (!reader.write(message.bytes)) {
      socket.pause();
      const resume = (): void => {
        reader.off('drain', resume);
        reader.off('close', resume);
        socket.resume();
      };
      reader.once('drain', resume);
      reader.once('close', resume);
    }
  });
  socket.once('close', () => {
    for (const reader of readers.values()) reader.end();
  });
  return readers;
}

/** A client of exec or attach; undefined when it was refused. */
export async function commandOverWebSocket(upgrade: Upgrade, streams: RemoteStreams): Promise<RemoteSession | undefined> {
  const protocol = chooseProtocol(offeredProtocols(upgrade.request.headers['sec-websocket-protocol']), COMMAND_PROTOCOLS);
  if (protocol === undefined) {
    refuseProtocols(upgrade);
    return undefined;
  }
  const socket = await acceptWebSocket(upgrade, protocol.name);
  const gone = new AbortController();
  socket.once('close', () => gone.abort(new DOMException('the client went away', 'AbortError')));
  // The error is followed by the close.
  socket.on('error', () => undefined);
  const readers = channelReaders(socket, protocol, [...(streams.stdin ? [CHANNEL.stdin] : []), ...(streams.tty ? [CHANNEL.resize] : [])]);
  const stderr = streams.stderr && !streams.tty;
  const first = streams.stdout ? CHANNEL.stdout : stderr ? CHANNEL.stderr : CHANNEL.error;
  // An empty message says that the connection stands.
  socket.send(encodeMessage(protocol, { channel: first, bytes: new Uint8Array(0) }));
  return {
    stdin: readers.get(CHANNEL.stdin),
    stdout: streams.stdout ? channelWriter(socket, protocol, CHANNEL.stdout) : undefined,
    stderr: stderr ? channelWriter(socket, protocol, CHANNEL.stderr) : undefined,
    resize: readers.get(CHANNEL.resize),
    signal: gone.signal,
    finish: (status) => finish(socket, protocol, status),
  };
}

function finish(socket: WebSocket, protocol: ChannelProtocol, status: RemoteStatus): void {
  const text = protocol.statusObjects ? JSON.stringify(status) : status.status === 'Success' ? '' : (status.message ?? '');
  if (socket.readyState !== socket.OPEN) return;
  if (text !== '') socket.send(encodeMessage(protocol, { channel: CHANNEL.error, bytes: Buffer.from(text) }));
  socket.close(NORMAL_CLOSURE);
}
