// What every component face needs: a client from a kubeconfig, a logger, a clock.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { secureRandom } from '../../base/random.ts';
import type { Random } from '../../base/random.ts';
import { Client } from '../../client/client.ts';
import { connectionOf } from '../../client/kubeconfig.ts';
import type { ConnectionSettings, Kubeconfig } from '../../client/kubeconfig.ts';
import { NodeTransport } from '../../client/node-transport.ts';
import { CommandFailure } from '../failure.ts';
import { createLogger } from '../logger.ts';

export interface FaceFlags {
  readonly kubeconfig?: string;
  readonly verbose: boolean;
}

export interface FaceParts {
  readonly client: Client;
  readonly settings: ConnectionSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Runs `work` with a connection to the API server; the end of the signal is a good end. */
export async function withConnection(
  component: string,
  flags: FaceFlags,
  signal: AbortSignal,
  work: (parts: FaceParts) => Promise<void>,
): Promise<void> {
  const file = flags.kubeconfig ?? process.env['KUBECONFIG'] ?? '';
  if (file === '') throw new CommandFailure(component, 'no kubeconfig was given', 'Name one with --kubeconfig.');
  const settings = connectionOf(parse(readFileSync(file, 'utf8')) as Kubeconfig, (path) => readFileSync(path, 'utf8'));
  const transport = new NodeTransport(settings, `${component}/v1.36.3 (linux/amd64) tyke`);
  const logger = createLogger({ verbose: flags.verbose, fd: 2 }).with({ component });
  try {
    await work({ client: new Client(transport), settings, clock: systemClock, random: secureRandom, logger });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await transport.close();
  }
}
