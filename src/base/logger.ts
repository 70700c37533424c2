// Logging as components see it: a message, its facts, nothing of where it goes. cmd/ binds it to pino.

export type LogFacts = Readonly<Record<string, unknown>>;

/** Writes structured lines. `with` gives a logger whose lines all carry more facts. */
export interface Logger {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
  with(facts: LogFacts): Logger;
}

/** Says nothing: for tests and for callers that do not care. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => silentLogger,
};
