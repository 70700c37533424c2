// Runs every controller, each as its own user where the API server is in this process.

import type { Clock } from '../base/clock.ts';
import { TaskScope, aborted } from '../base/abort.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { Client } from '../client/client.ts';
import { allControllers } from '../control-plane/controllers/all.ts';
import { ApiEventRecorder } from '../runtime/event-recorder.ts';
import { Informers } from '../runtime/informers.ts';
import { runController } from '../runtime/controller.ts';
import type { User } from '../server/user.ts';
import { keepRunning } from './component.ts';
import { controllerUser } from './identities.ts';

export interface ControllerManagerOptions {
  /** Reads for all controllers: one set of informers. */
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The authority that Pods trust, PEM. */
  readonly rootCa: string;
  /** Nodes without a range of Pod addresses get parts of this one. */
  readonly podCidr?: string;
  /** A client that acts as one controller; all act as `client` when absent. */
  readonly clientFor?: (user: User) => Client;
}

/** Runs until the signal fires. */
export async function runControllers(options: ControllerManagerOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, random, logger } = options;
  const tasks = new TaskScope(signal, (error) => logger.error('a controller ended', { error }));
  const informers = new Informers({ client, clock, random, logger }, tasks.signal);
  for (const controller of allControllers(options)) {
    const own = options.clientFor?.(controllerUser(controller.serviceAccount)) ?? client;
    const events = new ApiEventRecorder({ client: own, clock, logger, source: { component: controller.eventSource } }, tasks.signal);
    const parts = { informers, client: own, clock, random, events, logger: logger.with({ controller: controller.name }) };
    const run = (inner: AbortSignal): Promise<void> =>
      'definition' in controller ? runController(controller.definition, parts, inner) : controller.run(parts, inner);
    // One that ends by itself is run again; the others go on meanwhile.
    tasks.start((inner) => keepRunning(controller.name, run, { clock, random, logger, onState: () => {} }, inner));
  }
  await aborted(signal);
  await tasks.end();
  await informers.end();
}
