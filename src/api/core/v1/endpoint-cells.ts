// How tables show addresses and ports: the first three, and how many more there are.

import type { EndpointSubset } from './endpoints.ts';

const SHOWN = 3;

/** The first few of a list, joined; `none` when there are none. */
export function someOf(items: readonly string[], none: string): string {
  if (items.length === 0) return none;
  const shown = items.slice(0, SHOWN).join(',');
  return items.length > SHOWN ? `${shown} + ${items.length - SHOWN} more...` : shown;
}

const joined = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

/** Each address with each port, as the table of Endpoints shows them. */
export function subsetsCell(subsets: readonly EndpointSubset[]): string {
  const points = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0 ? addresses.map(({ ip }) => ip) : ports.flatMap(({ port }) => addresses.map(({ ip }) => joined(ip, port))),
  );
  return someOf(points, subsets.length === 0 ? '<none>' : '');
}
