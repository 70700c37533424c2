// Which resolvers the machine itself uses, read again now and then: a laptop changes its network while the cluster runs.

import { readFile } from 'node:fs/promises';

import type { Clock } from '../../base/clock.ts';

const READ_AGAIN_MS = 5_000;

/** The addresses of the `nameserver` lines. */
export function parseNameservers(text: string): string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(([, address]) => (address === undefined ? [] : [address]));
}

/** The machine's resolvers but for `own` addresses, which would lead back to here. */
export function systemUpstreams(clock: Clock, own: readonly string[], path = '/etc/resolv.conf'): () => Promise<readonly string[]> {
  let known: readonly string[] = [];
  let readAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (clock.monotonicMs() - readAtMs < READ_AGAIN_MS) return known;
    readAtMs = clock.monotonicMs();
    try {
      known = parseNameservers(await readFile(path, 'utf8')).filter((address) => !own.includes(address));
    } catch (error) {
      // A machine without the file has no resolvers; anything else is worth hearing of.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      known = [];
    }
    return known;
  };
}
