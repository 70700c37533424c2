// Clients that speak SPDY/3.1: the change of protocol, and exec or attach over streams told apart by `streamType`.

import type { Readable, Writable } from 'node:stream';

import type { Clock } from '../../../base/clock.ts';
import type { Upgrade } from '../../../server/api-request.ts';
import { SpdyConnection } from './spdy-connection.ts';
import type { SpdyStream } from './spdy-connection.ts';
import type { RemoteSession, RemoteStatus, RemoteStreams } from './remote-session.ts';

export const PROTOCOL_HEADER = 'x-stream-protocol-version';
const STREAMS_TIMEOUT_MS = 30_000;
/** The protocols for commands; those before v4 hear of failures as text. */
const COMMAND_PROTOCOLS = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'];
const STATUS_PROTOCOL = 'v4.channel.k8s.io';

/** Whether the client asks for SPDY. */
export function asksForSpdy(headers: Readonly<Record<string, string | readonly string[] | undefined>>): boolean {
  return String(headers['upgrade'] ?? '').toLowerCase() === 'spdy/3.1';
}

/** Changes protocol; undefined (and an answer that says what is known) when none that the client offers is known. */
export function acceptSpdy(
  { request, socket, head }: Upgrade,
  known: readonly string[],
  onStream: (stream: SpdyStream) => void,
): { connection: SpdyConnection; protocol: string } | undefined {
  const header = request.headers[PROTOCOL_HEADER] ?? '';
  const offered = (Array.isArray(header) ? header.join(',') : header).split(',').map((name) => name.trim());
  const named = offered.filter((name) => name !== '');
  const protocol = named.length === 0 ? known.at(-1) : named.find((name) => known.includes(name));
  if (protocol === undefined) {
    const accepted = known.map((name) => `X-Accepted-Stream-Protocol-Versions: ${name}\r\n`).join('');
    socket.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n${accepted}\r\n`);
    return undefined;
  }
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${named.length === 0 ? '' : `X-Stream-Protocol-Version: ${protocol}\r\n`}\r\n`,
  );
  return { connection: new SpdyConnection(socket, { side: 'server', onStream }, head), protocol };
}

/** Waits until the client has opened the streams that it asked for. */
export function commandOverSpdy(upgrade: Upgrade, streams: RemoteStreams, clock: Clock): Promise<RemoteSession | undefined> {
  const expected = [
    'error',
    ...(['stdin', 'stdout', 'stderr'] as const).filter((name) => streams[name] && !(name === 'stderr' && streams.tty)),
  ];
  return new Promise((resolve) => {
    const opened = new Map<string, SpdyStream>();
    const accepted = acceptSpdy(upgrade, COMMAND_PROTOCOLS, (stream) => {
      opened.set(stream.headers['streamtype'] ?? '', stream);
      settle();
    });
    if (accepted === undefined) {
      resolve(undefined);
      return;
    }
    const { connection, protocol } = accepted;
    // Terminals learn their size over one more stream, from v3 on.
    if (streams.tty && (protocol.startsWith('v3') || protocol.startsWith('v4'))) expected.push('resize');
    const timer = clock.after(STREAMS_TIMEOUT_MS, () => {
      connection.destroy();
      resolve(undefined);
    });
    const settle = (): void => {
      if (!expected.every((name) => opened.has(name))) return;
      timer.cancel();
      resolve(sessionOf(connection, opened, protocol === STATUS_PROTOCOL));
    };
    void connection.closed.then(() => {
      timer.cancel();
      resolve(undefined);
    });
  });
}

function sessionOf(connection: SpdyConnection, streams: ReadonlyMap<string, SpdyStream>, statusObjects: boolean): RemoteSession {
  const gone = new AbortController();
  void connection.closed.then(() => gone.abort(new DOMException('the client went away', 'AbortError')));
  const input = (name: string): Readable | undefined => streams.get(name);
  const output = (name: string): Writable | undefined => streams.get(name);
  return {
    stdin: input('stdin'),
    stdout: output('stdout'),
    stderr: output('stderr'),
    resize: input('resize'),
    signal: gone.signal,
    finish(status: RemoteStatus) {
      const text = statusObjects ? JSON.stringify(status) : status.status === 'Success' ? '' : (status.message ?? '');
      const errors = streams.get('error');
      for (const [name, stream] of streams) if (name !== 'error') stream.end();
      if (errors === undefined || errors.destroyed) connection.close();
      else errors.end(text, () => connection.close());
    },
  };
}
