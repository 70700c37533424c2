// The Endpoints object of a Service: the same addresses as its slices, in one object.

import type { EndpointAddress, EndpointPort, Endpoints, EndpointSubset } from '../../../api/core/v1/endpoints.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { isPodReady, podCondition } from '../../../api/core/v1/pod-conditions.ts';
import type { Service } from '../../../api/core/v1/service.ts';
import { hostnameUnder, isHeadless, isIPv6, mayServe, targetPortOf } from '../../../api/core/v1/service-endpoint.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { lookup } from '../../../machinery/schema.ts';

const HEADLESS_LABEL = 'service.kubernetes.io/headless';
const MANAGED_BY_LABEL = 'endpoints.kubernetes.io/managed-by';
const TRIGGER_TIME_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time';
const OVER_CAPACITY_ANNOTATION = 'endpoints.kubernetes.io/over-capacity';
const MAX_ADDRESSES = 1000;

/** The Endpoints that the Service should have; undefined where `present` is just that. */
export function plan(service: Service, pods: readonly Pod[], present: Endpoints | undefined): Endpoints | undefined {
  const all = subsetsOf(service, pods);
  const subsets = truncated(all);
  const labels = {
    ...Object.fromEntries(Object.entries(service.metadata.labels ?? {}).filter(([key]) => key !== HEADLESS_LABEL)),
    ...(isHeadless(service) ? { [HEADLESS_LABEL]: '' } : {}),
    [MANAGED_BY_LABEL]: 'endpoint-controller',
  };
  const isOver = subsets !== all;
  if (present !== undefined) {
    const saysOver = lookup(present.metadata.annotations, OVER_CAPACITY_ANNOTATION) === 'truncated';
    if (semanticEqual(present.subsets, subsets) && semanticEqual(present.metadata.labels ?? {}, labels) && saysOver === isOver)
      return undefined;
  }
  const trigger = triggerTimeOf(service, pods);
  const kept = Object.entries(present?.metadata.annotations ?? {}).filter(
    ([key]) => key !== TRIGGER_TIME_ANNOTATION && key !== OVER_CAPACITY_ANNOTATION,
  );
  const annotations = {
    ...Object.fromEntries(kept),
    ...(trigger === undefined ? {} : { [TRIGGER_TIME_ANNOTATION]: trigger }),
    ...(isOver ? { [OVER_CAPACITY_ANNOTATION]: 'truncated' } : {}),
  };
  const { namespace, name } = service.metadata;
  return { apiVersion: 'v1', kind: 'Endpoints', metadata: { ...(present?.metadata ?? { name, namespace }), labels, annotations }, subsets };
}

interface Place {
  readonly address: EndpointAddress;
  ready: boolean;
}

/** Addresses that offer the same ports share a subset; an address that is unready on one port is unready on it everywhere. */
export function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const portless = (service.spec.ports ?? []).length === 0;
  const byPort = new Map<string, { port: EndpointPort | undefined; places: Map<string, Place> }>();
  for (const pod of pods) {
    if (!mayServe(pod, service.spec.publishNotReadyAddresses === true)) continue;
    const address = addressOf(service, pod);
    if (address === undefined) continue;
    const ready = service.spec.publishNotReadyAddresses === true || isPodReady(pod);
    const ports = portless ? (service.spec.clusterIP === 'None' ? [undefined] : []) : portsOf(service, pod);
    for (const port of ports) {
      const key = JSON.stringify(port ?? null);
      const entry = byPort.get(key) ?? { port, places: new Map<string, Place>() };
      byPort.set(key, entry);
      const id = `${address.ip} ${address.targetRef?.uid}`;
      const place = entry.places.get(id);
      if (place === undefined) entry.places.set(id, { address, ready });
      else place.ready &&= ready;
    }
  }
  return regroup([...byPort.values()]);
}

function regroup(entries: readonly { port: EndpointPort | undefined; places: ReadonlyMap<string, Place> }[]): EndpointSubset[] {
  const keyed = entries.map(({ port, places }) => {
    const sorted = [...places].sort(([a], [b]) => (a < b ? -1 : 1));
    return { port, places: sorted.map(([, place]) => place), key: JSON.stringify(sorted.map(([id, { ready }]) => [id, ready])) };
  });
  const subsets = [...Map.groupBy(keyed, ({ key }) => key).values()].map((group): EndpointSubset => {
    const places = group[0]?.places ?? [];
    const addresses = places.filter(({ ready }) => ready).map(({ address }) => address);
    const notReadyAddresses = places.filter(({ ready }) => !ready).map(({ address }) => address);
    const ports = group
      .flatMap(({ port }) => (port === undefined ? [] : [port]))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return {
      ...(addresses.length === 0 ? {} : { addresses }),
      ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses }),
      ...(ports.length === 0 ? {} : { ports }),
    };
  });
  return subsets.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function portsOf(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((servicePort): EndpointPort[] => {
    const port = targetPortOf(pod, servicePort);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return [{ ...(name === '' ? {} : { name }), port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function addressOf(service: Service, pod: Pod): EndpointAddress | undefined {
  const { ipFamilies = [], clusterIP = '' } = service.spec;
  const wantsIPv6 =
    ipFamilies.length > 0
      ? ipFamilies[0] === 'IPv6'
      : isIPv6(clusterIP !== '' && clusterIP !== 'None' ? clusterIP : (pod.status.podIP ?? ''));
  const found = (pod.status.podIPs ?? []).find(({ ip }) => isIPv6(ip) === wantsIPv6);
  if (found === undefined) return undefined;
  const { namespace, name, uid } = pod.metadata;
  const hostname = hostnameUnder(pod, service);
  return {
    ip: found.ip,
    ...(hostname === undefined ? {} : { hostname }),
    nodeName: pod.spec.nodeName ?? '',
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

const size = (addresses: readonly EndpointAddress[] | undefined): number => addresses?.length ?? 0;

/** At most a thousand addresses, ready ones before others; the very same subsets where they fit. */
function truncated(subsets: EndpointSubset[]): EndpointSubset[] {
  const ready = subsets.reduce((sum, { addresses }) => sum + size(addresses), 0);
  const notReady = subsets.reduce((sum, { notReadyAddresses }) => sum + size(notReadyAddresses), 0);
  if (ready + notReady <= MAX_ADDRESSES) return subsets;
  const cutsReady = ready > MAX_ADDRESSES;
  const [total, max] = cutsReady ? [ready, MAX_ADDRESSES] : [notReady, MAX_ADDRESSES - ready];
  let left = max;
  return subsets.map((subset) => {
    const addresses = (cutsReady ? subset.addresses : subset.notReadyAddresses) ?? [];
    const kept = addresses.slice(0, Math.min(left, Math.ceil((addresses.length / total) * max)));
    left -= kept.length;
    if (cutsReady) return { ...subset, addresses: kept, notReadyAddresses: undefined };
    return { ...subset, notReadyAddresses: kept };
  });
}

function triggerTimeOf(service: Service, pods: readonly Pod[]): string | undefined {
  const times = [service.metadata.creationTimestamp, ...pods.map((pod) => podCondition(pod, 'Ready')?.lastTransitionTime)];
  return times
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
}
