// What one run of a probe says, and how its failures are worded.

import type { Clock } from '../../../base/clock.ts';

/** `warning` counts as success, but is told; `error`: the probe itself could not be run. */
export interface ProbeOutcome {
  readonly result: 'success' | 'failure' | 'warning' | 'error';
  readonly output: string;
}

export const success = (output = ''): ProbeOutcome => ({ result: 'success', output });
export const failure = (output: string): ProbeOutcome => ({ result: 'failure', output });

/** What is probed over the network. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

const TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ECONNRESET: 'read: connection reset by peer',
  ETIMEDOUT: 'i/o timeout',
};

/** How a failed connection reads. */
export function dialText({ host, port }: Pick<ProbeTarget, 'host' | 'port'>, error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return `dial tcp ${joinHostPort(host, port)}: ${TEXTS[code] ?? error.message}`;
}

export const joinHostPort = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

/**
 * The outcome, or `late` when it takes longer than the probe may. A deadline that a busy process noticed late first lets the
 * answers in that had arrived meanwhile.
 */
export function within(
  clock: Clock,
  timeoutMs: number,
  late: ProbeOutcome,
  run: (signal: AbortSignal) => Promise<ProbeOutcome>,
): Promise<ProbeOutcome> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const giveUp = async (): Promise<void> => {
      for (let turn = 0; turn < 3; turn++) await clock.yieldTurn();
      resolve(late);
      controller.abort(new DOMException('the probe took too long', 'AbortError'));
    };
    const timer = clock.after(timeoutMs, () => void giveUp().catch(reject));
    run(controller.signal)
      .then(resolve, reject)
      .finally(() => timer.cancel());
  });
}
