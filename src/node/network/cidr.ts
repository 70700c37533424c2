// Arithmetic on IPv4 ranges: enough to choose subnets that collide with nothing.

import { assert } from '../../base/assert.ts';

interface Range {
  readonly first: number;
  readonly last: number;
  readonly prefixLength: number;
}

/** An address as a number; throws for anything but four decimal parts. */
export function parseAddress(text: string): number {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  assert(match !== null, `${text} is not an IPv4 address`);
  const parts = match.slice(1).map(Number);
  assert(
    parts.every((part) => part <= 255),
    `${text} is not an IPv4 address`,
  );
  return parts.reduce((value, part) => value * 256 + part, 0);
}

export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

function parseRange(cidr: string): Range {
  const [address = '', length = '32'] = cidr.split('/');
  const prefixLength = Number(length);
  assert(Number.isInteger(prefixLength) && prefixLength >= 0 && prefixLength <= 32, `${cidr} is not a range`);
  const size = 2 ** (32 - prefixLength);
  const first = Math.floor(parseAddress(address) / size) * size;
  return { first, last: first + size - 1, prefixLength };
}

/** Whether two ranges share an address. */
export function overlaps(left: string, right: string): boolean {
  const a = parseRange(left);
  const b = parseRange(right);
  return a.first <= b.last && b.first <= a.last;
}

/** The address `index` places into a range. */
export function addressIn(cidr: string, index: number): string {
  const { first, last } = parseRange(cidr);
  assert(index >= 0 && first + index <= last, `${cidr} has no address number ${index}`);
  return formatAddress(first + index);
}

/** The `index`-th subnet of the given length. */
export function subnetOf(cidr: string, prefixLength: number, index: number): string {
  const range = parseRange(cidr);
  assert(prefixLength >= range.prefixLength, `/${prefixLength} does not fit into ${cidr}`);
  const first = range.first + index * 2 ** (32 - prefixLength);
  assert(index >= 0 && first <= range.last, `${cidr} has no /${prefixLength} number ${index}`);
  return `${formatAddress(first)}/${prefixLength}`;
}
