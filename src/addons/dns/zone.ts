// What the cluster's names stand for: a view of the informers' copies with the look-ups that answers need.

import { namespace } from '../../api/core/v1/namespace.ts';
import { service } from '../../api/core/v1/service.ts';
import type { Service } from '../../api/core/v1/service.ts';
import { endpointSlice } from '../../api/discovery/v1/endpoint-slice.ts';
import type { EndpointSlice } from '../../api/discovery/v1/endpoint-slice.ts';
import { cacheKey } from '../../runtime/informer.ts';
import type { Informers } from '../../runtime/informers.ts';

/** The cluster as answers see it. */
export interface Zone {
  /** Such as `cluster.local`; lower case, no final dot. */
  readonly domain: string;
  /** Grows with every change. */
  readonly serial: number;
  hasNamespace(name: string): boolean;
  service(namespace: string, name: string): Service | undefined;
  slices(namespace: string, name: string): Iterable<EndpointSlice>;
  servicesAt(address: string): Iterable<Service>;
  slicesAt(address: string): Iterable<EndpointSlice>;
}

const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
const SERVICE_INDEX = 'service';
const ADDRESS_INDEX = 'address';

/** The name of the Service that a slice belongs to. */
export function serviceOf(slice: EndpointSlice): string | undefined {
  const labels = slice.metadata.labels ?? {};
  return Object.hasOwn(labels, SERVICE_NAME_LABEL) ? labels[SERVICE_NAME_LABEL] : undefined;
}

/** The zone that informers keep current; `changed` is called whenever an answer may have become another. */
export function informedZone(informers: Informers, domain: string, changed: () => void): Zone {
  const namespaces = informers.of(namespace);
  const services = informers.of(service);
  const slices = informers.of(endpointSlice);
  let serial = 1;
  services.addIndex(ADDRESS_INDEX, ({ spec }) => spec.clusterIPs ?? (spec.clusterIP === undefined ? [] : [spec.clusterIP]));
  slices.addIndex(SERVICE_INDEX, (slice) => [cacheKey(slice.metadata.namespace, serviceOf(slice) ?? '')]);
  slices.addIndex(ADDRESS_INDEX, ({ endpoints }) => [...new Set((endpoints ?? []).flatMap(({ addresses }) => addresses ?? []))]);
  for (const informer of [namespaces, services, slices]) {
    informer.subscribe(() => {
      serial++;
      changed();
    });
  }
  return {
    domain,
    get serial() {
      return serial;
    },
    hasNamespace: (name) => namespaces.get(name) !== undefined,
    service: (inside, name) => services.get(cacheKey(inside, name)),
    slices: (inside, name) => slices.byIndex(SERVICE_INDEX, cacheKey(inside, name)),
    servicesAt: (address) => services.byIndex(ADDRESS_INDEX, address),
    slicesAt: (address) => slices.byIndex(ADDRESS_INDEX, address),
  };
}
