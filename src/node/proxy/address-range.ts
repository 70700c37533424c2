// The little arithmetic on IPv4 ranges that the proxy needs.

const asNumber = (address: string): number => address.split('.').reduce((value, part) => value * 256 + Number(part), 0);

/** Whether an address lies in a range. */
export function inRange(address: string, cidr: string): boolean {
  const [start = '', length = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(length));
  return Math.floor(asNumber(address) / size) === Math.floor(asNumber(start) / size);
}

/** The first address of a range that may be a Service's. */
export function firstOf(cidr: string): string {
  const value = asNumber(cidr.split('/')[0] ?? '') + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
