// The ports that Services may open on every node; the lowest are given out last, as users pick fixed ones there.

import type { Random } from '../../../base/random.ts';
import { fromRandom, reservedBand } from './address-pool.ts';

const LEAST_BAND = 16;
const MOST_BAND = 128;
const BAND_SHARE = 32;

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export const NODE_PORTS: PortRange = { first: 30_000, last: 32_767 };

export class PortPool {
  readonly range: PortRange;

  constructor(range: PortRange) {
    this.range = range;
  }

  contains(port: number): boolean {
    return port >= this.range.first && port <= this.range.last;
  }

  /** A port that nobody has; undefined when there is none. */
  next(isTaken: (port: number) => boolean, random: Random): number | undefined {
    const { first, last } = this.range;
    const size = last - first + 1;
    const band = reservedBand(size, BAND_SHARE, LEAST_BAND, MOST_BAND);
    for (const index of fromRandom(size - band, random)) if (!isTaken(first + band + index)) return first + band + index;
    for (const index of fromRandom(band, random)) if (!isTaken(first + index)) return first + index;
    return undefined;
  }
}
