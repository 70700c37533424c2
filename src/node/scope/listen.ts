// Opens a listening socket in another network namespace: a short-lived child enters the namespace, listens there, and hands the
// socket over. A socket stays in the namespace it was made in, whoever holds it.

import { spawn } from 'node:child_process';
import { Server } from 'node:net';

import { COMMAND_ENVIRONMENT } from './command.ts';

const LISTENER = `
const [host, port] = process.argv.slice(1);
const server = require('node:net').createServer();
server.on('error', (error) => process.send({ error: error.message }, () => process.exit(1)));
server.listen({ host, port: Number(port) }, () => process.send({}, server, () => process.exit(0)));
`;

export interface ListenOptions {
  readonly address: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

/** A server that listens where `enter` (a command prefix) leads; the caller closes it. */
export function listenWith(enter: readonly string[], { address, port, signal }: ListenOptions): Promise<Server> {
  const argv = [...enter, process.execPath, '--eval', LISTENER, '--', address, String(port)];
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: COMMAND_ENVIRONMENT, cwd: '/' });
    let said = '';
    let received: Server | undefined;
    let failure: unknown;
    const onAbort = (): void => {
      failure = signal.reason;
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', onAbort, { once: true });
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', (error) => (failure ??= error));
    child.on('message', (message, handle) => {
      if (handle instanceof Server) received = handle;
      else failure = new Error(`cannot listen on ${address}:${port}: ${problem(message)}`);
    });
    child.on('close', () => {
      signal.removeEventListener('abort', onAbort);
      if (received !== undefined && failure === undefined) {
        resolve(received);
        return;
      }
      received?.close();
      reject(failure ?? new Error(`cannot listen on ${address}:${port}: ${said.trim()}`));
    });
  });
}

function problem(message: unknown): string {
  return typeof message === 'object' && message !== null && 'error' in message ? String(message.error) : 'the listener said nothing';
}
