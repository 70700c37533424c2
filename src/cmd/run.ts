// `tyke run`: the process that a cluster lives in. `tyke start` starts it under a supervisor; it is not for hands.
//
// R1. What nobody caught ends the process, with a word in the log: the supervisor starts it again, and containers do not notice.
// R2. SIGTERM leaves the containers running, to be adopted by the next process, unless a stop was asked for.

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { flushCompileCache } from 'node:module';
import { systemClock } from '../base/clock.ts';
import { secureRandom } from '../base/random.ts';
import { readClusterRecord } from '../cluster/lifecycle/cluster-record.ts';
import { RunStatusWriter } from '../cluster/lifecycle/run-status.ts';
import { EXIT_GIVE_UP, RESTARTED } from '../cluster/lifecycle/supervisor.ts';
import { STOP_MARKER } from '../cluster/lifecycle/stop-marker.ts';
import { OneProcess } from '../cluster/one-process.ts';
import type { Logger } from '../base/logger.ts';
import { createLogger } from './logger.ts';

export interface RunFlags {
  readonly dataDir: string;
  readonly verbose: boolean;
}

const EXIT_CRASHED = 1;

function remedyFor(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'Another program has the port: choose another with --api-port.';
  if (code === 'ENOSPC') return 'The disk is full: free some room, then start again.';
  if (code === 'EACCES' || code === 'EPERM') return 'This needs root.';
  return 'The log says more: tyke.log in the data folder.';
}

/** Runs the cluster until the signal fires; gives the exit status. */
export async function run({ dataDir, verbose }: RunFlags, signal: AbortSignal): Promise<number> {
  const logger = createLogger({ verbose, fd: 1 });
  process.on('uncaughtException', (error, origin) => {
    logger.error('the process ends, for it met what nothing in it has foreseen', { error, origin });
    process.exit(EXIT_CRASHED);
  });
  const record = await readClusterRecord(dataDir);
  if (record === undefined) {
    logger.error('the data folder holds no cluster', { dataDir });
    return EXIT_GIVE_UP;
  }
  await rm(join(dataDir, STOP_MARKER), { force: true });
  const status = new RunStatusWriter(dataDir, process.pid, systemClock, (error) =>
    logger.warn('the status could not be written', { error }),
  );
  const cluster = new OneProcess({ dataDir, record, status, clock: systemClock, random: secureRandom, logger });
  try {
    await cluster.start(signal);
    flushCompileCache();
    logger.info('the cluster is ready');
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } catch (error) {
    if (!signal.aborted) {
      logger.error('the cluster could not start', { error });
      const failed = status.status.steps.find(({ state }) => state === 'failed')?.name ?? 'start';
      status.fail({ step: failed, cause: error instanceof Error ? error.message : String(error), remedy: remedyFor(error) });
      await cluster.detach();
      // It has run before: what is in its way now (a full disk, a port that is not free yet) may go.
      return process.env[RESTARTED] === undefined ? EXIT_GIVE_UP : EXIT_CRASHED;
    }
  }
  return end(cluster, dataDir, logger);
}

/** Stops or lets go of the cluster, as was asked; gives the exit status. */
async function end(cluster: OneProcess, dataDir: string, logger: Logger): Promise<number> {
  try {
    if (!existsSync(join(dataDir, STOP_MARKER))) {
      await cluster.detach();
      return 0;
    }
    logger.info('stopping: Pods end first');
    await cluster.stop(new AbortController().signal);
    await rm(join(dataDir, STOP_MARKER), { force: true });
    return 0;
  } catch (error) {
    // What is left over is taken down by the next stop, start or delete; a process that hangs would be in their way.
    logger.error('the cluster did not end cleanly', { error });
    return EXIT_CRASHED;
  }
}
