// The TCP probe: a connection that opens is a success.

import { connect } from 'node:net';

import type { Clock } from '../../../base/clock.ts';
import type { ProbeOutcome, ProbeTarget } from './outcome.ts';
import { dialText, failure, joinHostPort, success, within } from './outcome.ts';

/** Connects once. */
export function probeTcp(clock: Clock, target: ProbeTarget): Promise<ProbeOutcome> {
  const { host, port, timeoutMs } = target;
  return within(clock, timeoutMs, failure(`dial tcp ${joinHostPort(host, port)}: i/o timeout`), (signal) => {
    return new Promise((resolve) => {
      const socket = connect({ host, port });
      const end = (outcome: ProbeOutcome): void => {
        socket.destroy();
        resolve(outcome);
      };
      signal.addEventListener('abort', () => socket.destroy(), { once: true });
      socket.on('connect', () => end(success()));
      socket.on('error', (error) => end(failure(dialText(target, error))));
    });
  });
}
