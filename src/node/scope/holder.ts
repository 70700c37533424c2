// The process that keeps a node's namespaces open: it sleeps, in a session of its own, and outlives Tyke.

import { spawn } from 'node:child_process';

import type { Clock } from '../../base/clock.ts';
import { COMMAND_ENVIRONMENT, CommandError } from './command.ts';
import { identify, readOrUndefined, sendSignal, type ProcessIdentity } from './process.ts';

const PROGRAM = 'sleep';

/** Starts a holder in the network namespace, with mount and UTS namespaces of its own. */
export async function startHolder(netns: string, clock: Clock, signal: AbortSignal): Promise<ProcessIdentity> {
  const argv = ['nsenter', `--net=${netns}`, '--', 'unshare', '--mount', '--uts', '--propagation', 'private', '--', PROGRAM, 'infinity'];
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, { stdio: 'ignore', detached: true, env: COMMAND_ENVIRONMENT, cwd: '/' });
  let failure: Error | undefined;
  child.on('error', (error) => (failure = error));
  child.on('exit', (code) => (failure ??= new CommandError(argv, `ended with code ${code ?? 'none'}`)));
  child.unref();
  try {
    for (;;) {
      if (failure !== undefined) throw failure;
      // Each program becomes the next one in the same process: once it is the last, the namespaces stand.
      const name = child.pid === undefined ? undefined : await readOrUndefined(`/proc/${child.pid}/comm`);
      if (child.pid !== undefined && name?.trim() === PROGRAM) {
        const identity = await identify(child.pid);
        if (identity !== undefined) return identity;
      }
      await clock.sleep(2, signal);
    }
  } catch (error) {
    if (child.pid !== undefined && failure === undefined) sendSignal(child.pid, 'SIGKILL');
    throw error;
  }
}
