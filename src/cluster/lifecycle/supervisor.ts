// The supervisor: a tiny shell process that starts Tyke again when it dies, with back-off. It costs one megabyte and knows nothing.
//
// S1. Exit status 0 means that Tyke was asked to end, 64 that starting again would not help; anything else is a crash.
// S2. Runs after a crash are told so by an environment variable: what fails then may well heal.

import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isRunning, sendSignal } from '../../node/scope/index.ts';
import type { ProcessIdentity } from '../../node/scope/index.ts';

/** The status of a process that cannot start, whatever is tried. */
export const EXIT_GIVE_UP = 64;
/** Set for runs that follow a crash. */
export const RESTARTED = 'TYKE_RESTARTED';

const SCRIPT = `#!/bin/sh
# Runs "$@" again and again until it exits with 0 or ${EXIT_GIVE_UP}, waiting longer after each crash.
stopping= delay=1
trap 'stopping=1; kill -TERM "$child" 2>/dev/null' TERM INT HUP
while :; do
  began=$(date +%s)
  "$@" &
  child=$!
  while :; do
    wait "$child"
    status=$?
    kill -0 "$child" 2>/dev/null || break
  done
  if [ -n "$stopping" ] || [ "$status" = 0 ] || [ "$status" = ${EXIT_GIVE_UP} ]; then exit "$status"; fi
  if [ $(($(date +%s) - began)) -gt 60 ]; then delay=1; fi
  sleep "$delay" &
  child=$!
  wait "$child"
  if [ -n "$stopping" ]; then exit 0; fi
  if [ "$delay" -lt 30 ]; then delay=$((delay * 2)); fi
  export ${RESTARTED}=1
done
`;

const fileOf = (dataDir: string): string => join(dataDir, 'supervisor.json');

/** The supervisor of a data folder, if it runs. A stale record counts as none: pid and start time must both fit. */
export async function runningSupervisor(dataDir: string): Promise<ProcessIdentity | undefined> {
  try {
    const identity = JSON.parse(await readFile(fileOf(dataDir), 'utf8')) as ProcessIdentity;
    return (await isRunning(identity)) ? identity : undefined;
  } catch (error) {
    // A record that a power failure cut short names nobody.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Starts the supervisor of `command` in a session of its own; its output goes to tyke.log. */
export async function startSupervisor(dataDir: string, command: readonly string[], env: NodeJS.ProcessEnv): Promise<ProcessIdentity> {
  const script = join(dataDir, 'supervise');
  await writeFile(script, SCRIPT, { mode: 0o700 });
  await chmod(script, 0o700);
  const log = openSync(join(dataDir, 'tyke.log'), 'a', 0o600);
  try {
    const child = spawn(script, [...command], { detached: true, stdio: ['ignore', log, log], env, cwd: '/' });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const identity = child.pid === undefined ? undefined : await identify(child.pid);
    if (identity === undefined) throw new Error('the supervisor ended at once; see tyke.log');
    const file = fileOf(dataDir);
    await writeFile(`${file}.new`, JSON.stringify(identity), { mode: 0o600 });
    await rename(`${file}.new`, file);
    return identity;
  } finally {
    closeSync(log);
  }
}

/** Asks the supervisor, and through it Tyke, to end; forgets it. */
export async function endSupervisor(dataDir: string, identity: ProcessIdentity): Promise<void> {
  if (await isRunning(identity)) sendSignal(identity.pid, 'SIGTERM');
  await rm(fileOf(dataDir), { force: true });
}
