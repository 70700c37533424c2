// One question to one upstream resolver, over UDP or TCP.
//
// U1. Every question goes out from a port and with an id of its own, and only an answer from the asked address with that id and that
//     question is taken.

import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';

import { withDeadline } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';

export interface UpstreamAddress {
  readonly host: string;
  readonly port: number;
}

export interface Asking {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** `host`, `host:port` or `[host]:port`. */
export function parseUpstream(text: string): UpstreamAddress {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1] ?? '', port: Number(bracketed[2] ?? 53) };
  const [host = '', port = '53', ...more] = text.split(':');
  return more.length > 0 ? { host: text, port: 53 } : { host, port: Number(port) };
}

const HEADER_BYTES = 12;

/** U1 */
function answers(query: Buffer, question: Buffer, message: Buffer): boolean {
  if (message.length < HEADER_BYTES + question.length || message.readUInt16BE(0) !== query.readUInt16BE(0)) return false;
  if ((message.readUInt16BE(2) & 0x8000) === 0) return false;
  const asked = message.toString('latin1', HEADER_BYTES, HEADER_BYTES + question.length);
  return asked.toLowerCase() === question.toString('latin1').toLowerCase();
}

const late =
  ({ host }: UpstreamAddress) =>
  (): Error =>
    new Error(`the resolver ${host} did not answer in time`);

/** Asks over UDP. */
export async function askDatagram(upstream: UpstreamAddress, query: Buffer, question: Buffer, asking: Asking): Promise<Buffer> {
  const { signal, done } = withDeadline(asking.clock, asking.signal, asking.timeoutMs, late(upstream));
  const socket = createSocket(isIPv6(upstream.host) ? 'udp6' : 'udp4');
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      socket.on('error', reject);
      socket.on('message', (message) => {
        if (answers(query, question, message)) resolve(message);
      });
      socket.connect(upstream.port, upstream.host, () => socket.send(query));
    });
  } finally {
    done();
    socket.close();
  }
}

/** Asks over TCP. */
export async function askStream(upstream: UpstreamAddress, query: Buffer, question: Buffer, asking: Asking): Promise<Buffer> {
  const { signal, done } = withDeadline(asking.clock, asking.signal, asking.timeoutMs, late(upstream));
  const socket = connect({ host: upstream.host, port: upstream.port });
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      let received = Buffer.alloc(0);
      socket.on('error', reject);
      socket.on('end', () => reject(new Error(`the resolver ${upstream.host} ended the connection without an answer`)));
      socket.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
        const message = received.subarray(2, 2 + received.readUInt16BE(0));
        if (answers(query, question, message)) resolve(message);
        else reject(new Error(`the resolver ${upstream.host} answered another question`));
      });
      socket.write(framed(query));
    });
  } finally {
    done();
    socket.destroy();
  }
}

/** A message as it travels over TCP: its length before it. */
export function framed(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(message.length >> 8, message.length & 255), message]);
}
