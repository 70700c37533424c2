// Which range of Pod addresses a node gets: the first part of the cluster's range that no other node has. IPv4.

interface Range {
  readonly first: number;
  readonly bits: number;
}

/** Reads `10.244.0.0/16`. */
export function parseRange(cidr: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { first: Math.floor(address / size) * size, bits };
}

function print({ first, bits }: Range): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${octets.join('.')}/${bits}`;
}

const overlaps = (a: Range, b: Range): boolean => a.first < b.first + 2 ** (32 - b.bits) && b.first < a.first + 2 ** (32 - a.bits);

/** The first free part with `nodeBits`; undefined when none is left. */
export function nextRange(clusterCidr: string, nodeBits: number, taken: Iterable<string>): string | undefined {
  const cluster = parseRange(clusterCidr);
  if (cluster === undefined || nodeBits < cluster.bits) return undefined;
  const used = [...taken].flatMap((cidr) => parseRange(cidr) ?? []);
  const size = 2 ** (32 - nodeBits);
  const end = cluster.first + 2 ** (32 - cluster.bits);
  for (let first = cluster.first; first < end; first += size) {
    const candidate = { first, bits: nodeBits };
    if (!used.some((range) => overlaps(range, candidate))) return print(candidate);
  }
  return undefined;
}
