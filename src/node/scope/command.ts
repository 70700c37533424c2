// Runs a program to its end, without a shell: its exit code is a value, and its end never outlives the caller's signal.

import { spawn } from 'node:child_process';

import type { Clock } from '../../base/clock.ts';

/** What programs see of the environment unless the caller says otherwise: Tyke's own does not leak into a node. */
export const COMMAND_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  HOME: '/root',
};

const DEFAULT_TIMEOUT_MS = 60_000;

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly stdin?: string | Uint8Array;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A program that could not be started, took too long, or failed where failure is not an expected answer. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly argv: readonly string[];
  readonly code: number | undefined;

  constructor(argv: readonly string[], message: string, code?: number, cause?: unknown) {
    super(`${argv.join(' ')}: ${message}`, { cause });
    this.argv = argv;
    this.code = code;
  }
}

/** Runs `argv` and collects what it says; a fired signal or a passed deadline kills it. */
export function runCommand(argv: readonly string[], clock: Clock, options: RunOptions): Promise<RunResult> {
  const { signal, stdin, timeoutMs = DEFAULT_TIMEOUT_MS, env = COMMAND_ENVIRONMENT } = options;
  const [program = '', ...rest] = argv;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const child = spawn(program, rest, { env, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let failure: unknown;
    const kill = (reason: unknown): void => {
      failure ??= reason;
      child.kill('SIGKILL');
    };
    const onAbort = (): void => kill(signal.reason);
    const timer = clock.after(timeoutMs, () => kill(new CommandError(argv, `took longer than ${timeoutMs} ms`)));
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = (code: number | null, killedBy: NodeJS.Signals | null): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      if (failure !== undefined) reject(failure);
      else if (code === null) reject(new CommandError(argv, `was ended by ${killedBy ?? 'a signal'}`));
      else resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), code });
    };
    child.on('error', (error) => {
      failure ??= new CommandError(argv, error.message, undefined, error);
      // A program that was not found never closes.
      if (child.pid === undefined) settle(null, null);
    });
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // The program may end without reading its input; its exit code tells what came of that.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    child.on('close', settle);
  });
}

/** The result itself when the program succeeded; otherwise throws what it said. */
export function expectSuccess(argv: readonly string[], result: RunResult): RunResult {
  if (result.code === 0) return result;
  throw new CommandError(argv, result.stderr.trim() || result.stdout.trim() || `exit code ${result.code}`, result.code);
}

/** Runs `argv` and throws unless it succeeds. */
export async function runChecked(argv: readonly string[], clock: Clock, options: RunOptions): Promise<RunResult> {
  return expectSuccess(argv, await runCommand(argv, clock, options));
}
