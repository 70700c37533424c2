// Names a process for good: its pid together with its start time, for pids are used again.

import { readFile, readlink } from 'node:fs/promises';

/** A process that may long be gone. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since the machine's start, as /proc tells it. */
  readonly startTime: string;
}

/** Start time and state out of a line of /proc/<pid>/stat, whose second field may hold spaces and brackets. */
export function parseStat(stat: string): { readonly state: string; readonly startTime: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
}

/** The identity of a running process; undefined when there is none or it only waits to be reaped. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const { state, startTime } = parseStat(stat);
  return state === 'Z' || state === 'X' ? undefined : { pid, startTime };
}

/** Whether that very process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.startTime === identity.startTime;
}

/** Sends a signal, unless the process is gone. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/** The identity of a namespace that a process is in, such as `net:[4026531840]`; undefined when it is gone or not ours to look at. */
export async function namespaceOf(pid: number | 'self', kind: 'net' | 'mnt' | 'uts'): Promise<string | undefined> {
  try {
    return await readlink(`/proc/${pid}/ns/${kind}`);
  } catch (error) {
    if (errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM') return undefined;
    return whenGone(error);
  }
}

/** A file's text, or undefined when it, or the process or cgroup it belongs to, is gone. */
export async function readOrUndefined(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    return whenGone(error);
  }
}

/** The `code` of a system error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function whenGone(error: unknown): undefined {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ESRCH' || code === 'ENODEV') return undefined;
  throw error;
}
