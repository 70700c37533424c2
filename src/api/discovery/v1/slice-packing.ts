// How endpoints are spread over EndpointSlices: with as few writes as can be, rather than as few slices.
//
// P1. Endpoints stay in the slice they are in. New ones fill slices that must be written anyway, then one slice that has room for all, then new slices.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from './endpoint-slice.ts';

/** What tells endpoints apart. */
export function endpointKey({ addresses, hostname, targetRef }: Endpoint): string {
  return JSON.stringify([addresses.toSorted(), hostname ?? '', targetRef?.namespace ?? '', targetRef?.name ?? '']);
}

/** What tells sets of ports apart: slices hold endpoints of one set. */
export function portsKey(ports: readonly EndpointPort[]): string {
  const texts = ports.map(({ name, protocol, port, appProtocol }) =>
    JSON.stringify([name ?? null, protocol ?? null, port ?? null, appProtocol ?? null]),
  );
  return texts.sort().join();
}

export interface Packing {
  readonly update: readonly { readonly slice: EndpointSlice; readonly endpoints: readonly Endpoint[] }[];
  /** The endpoints of each new slice. */
  readonly create: readonly (readonly Endpoint[])[];
  readonly remove: readonly EndpointSlice[];
  readonly unchanged: readonly EndpointSlice[];
}

export interface PackingOptions {
  readonly maxPerSlice: number;
  /** Slices that are to be written for another reason. */
  mustWrite(slice: EndpointSlice): boolean;
}

/** Packs `desired` into `existing` slices, all of one set of ports. */
export function packEndpoints(
  existing: readonly EndpointSlice[],
  desired: readonly Endpoint[],
  { maxPerSlice, mustWrite }: PackingOptions,
): Packing {
  const wanted = new Map(desired.map((endpoint) => [endpointKey(endpoint), endpoint]));
  const update: { slice: EndpointSlice; endpoints: Endpoint[] }[] = [];
  const remove: EndpointSlice[] = [];
  const unchanged: EndpointSlice[] = [];
  for (const slice of existing) {
    const kept = keepWanted(slice, wanted);
    const changes = kept.changed || kept.endpoints.length !== slice.endpoints.length;
    if (changes && kept.endpoints.length === 0) remove.push(slice);
    else if (changes || mustWrite(slice)) update.push({ slice, endpoints: kept.endpoints });
    else unchanged.push(slice);
  }
  const rest = [...wanted.values()];
  for (const { endpoints } of update.toSorted((a, b) => b.endpoints.length - a.endpoints.length))
    endpoints.push(...rest.splice(0, Math.max(0, maxPerSlice - endpoints.length)));
  const roomy = rest.length > 0 && rest.length < maxPerSlice ? closestFit(unchanged, rest.length, maxPerSlice) : undefined;
  if (roomy !== undefined) update.push({ slice: roomy, endpoints: [...roomy.endpoints, ...rest.splice(0)] });
  const create: Endpoint[][] = [];
  while (rest.length > 0) create.push(rest.splice(0, maxPerSlice));
  return { update, create, remove, unchanged: unchanged.filter((slice) => slice !== roomy) };
}

/** Takes what the slice has out of `wanted`. */
function keepWanted(slice: EndpointSlice, wanted: Map<string, Endpoint>): { endpoints: Endpoint[]; changed: boolean } {
  const endpoints: Endpoint[] = [];
  let changed = false;
  for (const present of slice.endpoints) {
    const key = endpointKey(present);
    const next = wanted.get(key);
    if (next === undefined) continue;
    wanted.delete(key);
    endpoints.push(next);
    changed ||= !semanticEqual(next, present);
  }
  return { endpoints, changed };
}

/** The fullest slice that still takes them all. */
function closestFit(slices: readonly EndpointSlice[], count: number, maxPerSlice: number): EndpointSlice | undefined {
  return slices
    .filter(({ endpoints }) => endpoints.length + count <= maxPerSlice)
    .toSorted((a, b) => b.endpoints.length - a.endpoints.length)[0];
}
