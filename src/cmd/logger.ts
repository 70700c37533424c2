// Binds the program's logger to pino: JSON lines on standard output, or on standard error for commands.

import { pino } from 'pino';
import type { Logger as PinoLogger } from 'pino';
import type { LogFacts, Logger } from '../base/logger.ts';

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
  return wrap(pino({ level: options.verbose ? 'debug' : 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: options.fd, sync: true })));
}
