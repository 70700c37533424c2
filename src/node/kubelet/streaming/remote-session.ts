// What a client of exec or attach looks like from inside, whatever protocol it speaks; and the joining of it to the runtime.
//
// J1. The client hears how the command ended only after all of its output.
// J2. When the client goes away, so does the connection to the runtime.

import type { Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';

import { dialRuntime } from './dial-runtime.ts';

/** The streams that a client asked for. */
export interface RemoteStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** A connected client. */
export interface RemoteSession {
  readonly stdin: Readable | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  /** Sizes of the terminal as JSON, `{"Width":80,"Height":24}`. */
  readonly resize: Readable | undefined;
  /** Tells the client how it ended, as a Status, and closes the connection. */
  finish(status: RemoteStatus): void;
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
}

/** How a command ended. */
export interface RemoteStatus {
  readonly metadata?: object;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: object;
  readonly code?: number;
}

const RUNTIME_PROTOCOL = 'v4.channel.k8s.io';

const internalStatus = (message: string): RemoteStatus => ({
  metadata: {},
  status: 'Failure',
  message,
  reason: 'InternalError',
  code: 500,
});

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

function statusOf(text: string): RemoteStatus {
  if (text === '') return { metadata: {}, status: 'Success' };
  try {
    return JSON.parse(text) as RemoteStatus;
  } catch (error) {
    if (error instanceof SyntaxError) return internalStatus(text);
    throw error;
  }
}

/** Joins a client to a command of the runtime until both are done. Never rejects: the client hears what went wrong. */
export async function joinRuntime(session: RemoteSession, url: string, tty: boolean): Promise<void> {
  try {
    session.finish(await join(session, url, tty));
  } catch (error) {
    session.finish(internalStatus(error instanceof Error ? error.message : String(error)));
  }
}

async function join(session: RemoteSession, url: string, tty: boolean): Promise<RemoteStatus> {
  const { stdin, stdout, stderr, resize, signal } = session;
  const runtime = await dialRuntime(url, RUNTIME_PROTOCOL, signal);
  const end = (): void => runtime.destroy();
  signal.addEventListener('abort', end, { once: true }); // J2
  try {
    const errors = runtime.open({ streamtype: 'error' });
    errors.end();
    const inward: Promise<void>[] = [];
    const outward: Promise<void>[] = [];
    if (stdin !== undefined) inward.push(pipeline(stdin, runtime.open({ streamtype: 'stdin' })));
    if (stdout !== undefined) outward.push(output(runtime.open({ streamtype: 'stdout' }), stdout));
    if (stderr !== undefined && !tty) outward.push(output(runtime.open({ streamtype: 'stderr' }), stderr));
    if (tty) {
      const sizes = runtime.open({ streamtype: 'resize' });
      if (resize !== undefined) inward.push(pipeline(resize, sizes));
    }
    // Input may break off at any time: the command ends before its input does, or the client stops. What is wrong with
    // output is heard below, unless the status says it first.
    for (const direction of [...inward, ...outward]) direction.catch(() => undefined);
    const status = statusOf(await textOf(errors));
    await Promise.all(outward); // J1
    return status;
  } finally {
    signal.removeEventListener('abort', end);
    runtime.close();
  }
}

async function output(from: Readable & { end(): void }, to: Writable): Promise<void> {
  from.end();
  await pipeline(from, to);
  await finished(to, { readable: false });
}
