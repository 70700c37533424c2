// The program as its users start it: through the launcher, from the bundle.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = dirname(import.meta.dirname);
const POLL_MS = 5;
const LIMIT_MS = 60_000;

export const LAUNCHER = join(ROOT, 'tyke');

/** Starts `tyke` with these arguments. */
export function launch(args: readonly string[]): ChildProcess {
  return spawn(LAUNCHER, [...args], { stdio: 'ignore' });
}

/** Ends a child, and waits for its end. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

/** Makes the bundle when it is older than the sources, and warms the cache of compiled code. */
export async function prepareBundle(): Promise<void> {
  const [code] = await once(launch(['--help']), 'exit');
  if (code !== 0) throw new Error('the program does not start');
}

/** How long the barest Node process lives, in seconds. */
export async function bareNodeSeconds(): Promise<number> {
  const startMs = performance.now();
  await once(spawn(process.execPath, ['-e', '0']), 'exit');
  return (performance.now() - startMs) / 1000;
}

/** The status of an answer over TLS; 0 when there was none. */
function statusOf(port: number, path: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.once('error', () => resolve(0)).end();
  });
}

/** Resolves when the server on this port says that it is ready. */
export async function untilReady(port: number): Promise<void> {
  for (const endMs = performance.now() + LIMIT_MS; (await statusOf(port, '/readyz')) !== 200; await sleep(POLL_MS)) {
    if (performance.now() > endMs) throw new Error('the API server does not become ready');
  }
}
