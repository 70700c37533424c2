// The addresses of one Service range, and the order in which they are given out.
//
// A1. The lowest addresses are given out last: users pick fixed ones there, and seldom meet one that was given to somebody else.
// A2. The network's own address, and the broadcast address of IPv4, belong to nobody.

import { assert } from '../../../base/assert.ts';
import type { Random } from '../../../base/random.ts';
import { cidrContains, parseCidrSloppy, printCidr } from '../../../machinery/formats/cidr.ts';
import type { Cidr } from '../../../machinery/formats/cidr.ts';
import { parseIpSloppy, printIp } from '../../../machinery/formats/ip.ts';

const LEAST_BAND = 16;
const MOST_BAND = 256;
const BAND_SHARE = 16;
/** Beyond this many addresses a range is not used to its end. */
const LARGEST = 2 ** 32;

/** How many of `size` addresses or ports are kept back for explicit requests: size/share, within bounds. */
export function reservedBand(size: number, share: number, least: number, most: number): number {
  if (size <= least) return 0;
  return Math.min(Math.max(Math.floor(size / share), least), most);
}

const toNumber = (bytes: Iterable<number>): bigint => [...bytes].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

function toBytes(value: bigint, length: number): number[] {
  const bytes = Array.from({ length }, () => 0);
  for (let index = length - 1, rest = value; index >= 0; index--, rest /= 256n) bytes[index] = Number(rest % 256n);
  return bytes;
}

/** Visits every number below `size` once, from a random one on. */
export function* fromRandom(size: number, random: Random): Generator<number> {
  const start = Math.floor(random.fraction() * size);
  for (let step = 0; step < size; step++) yield (start + step) % size;
}

export class AddressPool {
  readonly cidr: string;
  readonly family: 4 | 6;
  /** How many addresses can be given out. */
  readonly size: number;
  readonly #network: Cidr;
  readonly #first: bigint;
  readonly #band: number;

  constructor(text: string) {
    const network = parseCidrSloppy(text);
    assert(network !== undefined, `${text} is no network`);
    const { family, bytes } = network.network;
    const whole = Math.min(2 ** ((family === 4 ? 32 : 128) - network.prefix), LARGEST);
    this.#network = network;
    this.cidr = printCidr(network);
    this.family = family;
    // A2
    this.size = Math.max(whole - (family === 4 ? 2 : 1), 0);
    this.#first = toNumber(bytes) + 1n;
    this.#band = reservedBand(whole, BAND_SHARE, LEAST_BAND, MOST_BAND);
  }

  /** The n-th address that can be given out. */
  at(index: number): string {
    const length = this.family === 4 ? 4 : 16;
    return printIp({ family: this.family, bytes: toBytes(this.#first + BigInt(index), length), mapped: false });
  }

  /** Whether the address lies in the network, be it one that can be given out or not. */
  covers(text: string): boolean {
    const ip = parseIpSloppy(text);
    return ip !== undefined && cidrContains(this.#network, ip);
  }

  /** Whether the address can be given out. */
  contains(text: string): boolean {
    const ip = parseIpSloppy(text);
    if (ip === undefined || !cidrContains(this.#network, ip)) return false;
    const place = toNumber(ip.bytes) - this.#first;
    return place >= 0n && place < BigInt(this.size);
  }

  /** An address that nobody has; undefined when there is none. */
  next(isTaken: (address: string) => boolean, random: Random): string | undefined {
    const band = Math.min(this.#band, this.size);
    // A1
    for (const index of fromRandom(this.size - band, random)) if (!isTaken(this.at(band + index))) return this.at(band + index);
    for (const index of fromRandom(band, random)) if (!isTaken(this.at(index))) return this.at(index);
    return undefined;
  }
}
