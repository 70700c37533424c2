// What the API server's own loops work with.

import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Client } from '../../../client/client.ts';
import type { Lookups } from '../../../server/lookups.ts';

export interface LoopContext {
  /** Acts as a user of system:masters. */
  readonly client: Client;
  readonly lookups: Lookups;
  readonly signal: AbortSignal;
}

export interface LoopParts extends LoopContext {
  readonly clock: Clock;
  readonly logger: Logger;
}
