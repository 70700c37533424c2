// Binds the program's logger to pino: JSON lines on standard output, or on standard error for commands.

import { pino } from 'pino';
import type { Logger as PinoLogger } from 'pino';
import type { LogFacts, Logger } from '../base/logger.ts';

const MAX_KEPT_BYTES = 256 * 1024;

function wrap(inner: PinoLogger): Logger {
  return {
    debug: (message, facts = {}) => inner.debug(named(facts), message),
    info: (message, facts = {}) => inner.info(named(facts), message),
    warn: (message, facts = {}) => inner.warn(named(facts), message),
    error: (message, facts = {}) => inner.error(named(facts), message),
    with: (facts) => wrap(inner.child(facts)),
  };
}

/** pino prints the stack of `err`; everybody here says `error`. */
function named(facts: LogFacts): object {
  const { error, ...rest } = facts;
  return error === undefined ? rest : { ...rest, err: error };
}

/** A logger that writes lines of JSON to a file descriptor. */
export function createLogger(options: { readonly verbose: boolean; readonly fd: number }): Logger {
  // While the disk is full a little is kept for later, and the rest is lost: no log is worth the cluster.
  const destination = pino.destination({ fd: options.fd, sync: true, maxLength: MAX_KEPT_BYTES });
  destination.removeAllListeners('error');
  destination.on('error', () => undefined);
  return wrap(pino({ level: options.verbose ? 'debug' : 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination));
}
