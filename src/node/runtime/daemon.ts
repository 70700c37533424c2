// One daemon of a node: started in a session and cgroup of its own, found again after Tyke restarts, and watched until it ends.
//
// D1. Its pid and start time are on disk before anyone relies on it; a pid used again is never taken for it.
// D2. It neither ends with Tyke nor with Tyke's cgroup.

import { openSync, closeSync } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';

import type { Clock } from '../../base/clock.ts';
import type { NodeScope } from '../scope/index.ts';
import {
  COMMAND_ENVIRONMENT,
  errorCode,
  identify,
  isRunning,
  joinCgroup,
  makeCgroup,
  sendSignal,
  type ProcessIdentity,
} from '../scope/index.ts';

const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
/** How often a daemon that is not our child is looked at. */
const WATCH_INTERVAL_MS = 200;
const TERM_PATIENCE_MS = 10_000;

export interface DaemonOptions {
  readonly name: string;
  readonly scope: NodeScope;
  readonly clock: Clock;
  readonly argv: readonly string[];
  /** The cgroup below the node's. */
  readonly cgroup: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A running daemon. */
export interface RunningDaemon {
  readonly identity: ProcessIdentity;
  /** Resolves when it has ended, with what is known of how; rejects only with the signal's reason. */
  ended(signal: AbortSignal): Promise<string>;
}

const pidPath = ({ scope, name }: DaemonOptions): string => `${scope.folders.data}/${name}.pid`;

/** The daemon that an earlier Tyke started, if it still runs. */
export async function adoptDaemon(options: DaemonOptions): Promise<RunningDaemon | undefined> {
  const identity = await readIdentity(pidPath(options));
  if (identity === undefined || !(await isRunning(identity))) return undefined;
  return { identity, ended: (signal) => watch(identity, options.clock, signal) };
}

/** Starts the daemon. */
export async function startDaemon(options: DaemonOptions): Promise<RunningDaemon> {
  const { scope, name, argv, env } = options;
  const group = `${scope.cgroupRoot}/${options.cgroup}`;
  await makeCgroup(scope.cgroups, group);
  const logPath = scope.hostPath(`${scope.folders.logs}/${name}.log`);
  await turnLog(logPath);
  const log = openSync(logPath, 'a');
  const child = scope.spawn(argv, { stdio: ['ignore', log, log], detached: true, env: { ...COMMAND_ENVIRONMENT, ...env } });
  closeSync(log);
  const exit = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, killedBy) => resolve(code === null ? `killed by ${killedBy ?? 'a signal'}` : `ended with code ${code}`));
  });
  child.unref();
  const identity = child.pid === undefined ? undefined : await identify(child.pid);
  if (identity === undefined) throw new Error(`${name} did not start: ${await exit}`);
  await writeFile(pidPath(options), JSON.stringify(identity));
  await joinCgroup(scope.cgroups, group, identity.pid);
  return { identity, ended: (signal) => unlessAborted(exit, signal) };
}

/** Asks the daemon to end, and makes it when it takes too long. */
export async function stopDaemon(daemon: RunningDaemon, options: DaemonOptions, signal: AbortSignal): Promise<void> {
  const { identity } = daemon;
  const deadlineMs = options.clock.monotonicMs() + TERM_PATIENCE_MS;
  if (await isRunning(identity)) sendSignal(identity.pid, 'SIGTERM');
  while (await isRunning(identity)) {
    if (options.clock.monotonicMs() > deadlineMs) sendSignal(identity.pid, 'SIGKILL');
    await options.clock.sleep(20, signal);
  }
  await rm(pidPath(options), { force: true });
}

async function watch(identity: ProcessIdentity, clock: Clock, signal: AbortSignal): Promise<string> {
  while (await isRunning(identity)) await clock.sleep(WATCH_INTERVAL_MS, signal);
  return 'ended';
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

async function turnLog(path: string): Promise<void> {
  const size = await stat(path).then(
    ({ size: bytes }) => bytes,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rename(path, `${path}.1`);
}

async function readIdentity(path: string): Promise<ProcessIdentity | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('pid' in parsed) || !('startTime' in parsed)) return undefined;
    return typeof parsed.pid === 'number' && typeof parsed.startTime === 'string'
      ? { pid: parsed.pid, startTime: parsed.startTime }
      : undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
