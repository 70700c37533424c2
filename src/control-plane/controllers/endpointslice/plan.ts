// Which EndpointSlices a Service needs: its Pods' addresses, grouped by address type and by ports.

import type { Endpoint, EndpointPort, EndpointSlice } from '../../../api/discovery/v1/endpoint-slice.ts';
import { packEndpoints, portsKey } from '../../../api/discovery/v1/slice-packing.ts';
import type { Packing } from '../../../api/discovery/v1/slice-packing.ts';
import type { Node } from '../../../api/core/v1/node.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { isPodReady, podCondition } from '../../../api/core/v1/pod-conditions.ts';
import type { Service } from '../../../api/core/v1/service.ts';
import { hostnameUnder, isHeadless, isIPv6, mayServe, targetPortOf } from '../../../api/core/v1/service-endpoint.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { lookup } from '../../../machinery/schema.ts';
import { controllerReference, isControlledBy } from '../../../runtime/workload/ownership.ts';

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
export const CONTROLLER_NAME = 'endpointslice-controller.k8s.io';
const HEADLESS_LABEL = 'service.kubernetes.io/headless';
const TRIGGER_TIME_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time';
const ZONE_LABEL = 'topology.kubernetes.io/zone';
const MAX_ENDPOINTS_PER_SLICE = 100;

type NewSlice = Pick<EndpointSlice, 'metadata' | 'addressType' | 'endpoints' | 'ports'>;

export interface SlicePlan {
  readonly create: readonly NewSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
  /** Pods left out because their Node is not known yet. */
  readonly skipped: readonly Pod[];
}

export interface SliceView {
  readonly service: Service;
  readonly pods: readonly Pod[];
  /** The Service's slices that this controller manages. */
  readonly slices: readonly EndpointSlice[];
  node(name: string): Node | undefined;
}

interface Group {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Endpoint[];
}

/** Makes the plan; pure. */
export function plan(view: SliceView): SlicePlan {
  const { service, slices } = view;
  const types = addressTypesOf(service);
  const parts = types.map((addressType) =>
    planAddressType(
      view,
      addressType,
      slices.filter((slice) => slice.addressType === addressType),
    ),
  );
  return {
    create: parts.flatMap(({ create }) => create),
    update: parts.flatMap(({ update }) => update),
    remove: [...slices.filter((slice) => !types.includes(slice.addressType)), ...parts.flatMap(({ remove }) => remove)],
    skipped: parts[0]?.skipped ?? [],
  };
}

/** The families of the Service's addresses. */
function addressTypesOf({ spec }: Service): readonly string[] {
  const families = (spec.ipFamilies ?? []).filter((family) => family === 'IPv4' || family === 'IPv6');
  if (families.length > 0) return families;
  if ((spec.clusterIP ?? '') !== '' && spec.clusterIP !== 'None') return [isIPv6(spec.clusterIP ?? '') ? 'IPv6' : 'IPv4'];
  return ['IPv4', 'IPv6'];
}

function planAddressType(view: SliceView, addressType: string, slices: readonly EndpointSlice[]): SlicePlan {
  const { service } = view;
  const own = slices.filter((slice) => isControlledBy(slice, service));
  const { groups, skipped } = groupPods(view, addressType);
  const trigger = triggerTimeOf(view);
  const labelsOf = (slice: EndpointSlice): boolean => !sameLabels(slice, service);
  const create: NewSlice[] = [];
  const update: EndpointSlice[] = [];
  const remove = slices.filter((slice) => !own.includes(slice));
  const byPorts = Map.groupBy(own, ({ ports }) => portsKey(ports));
  for (const [key, { ports, endpoints }] of groups) {
    const packing: Packing = packEndpoints(byPorts.get(key) ?? [], endpoints, {
      maxPerSlice: MAX_ENDPOINTS_PER_SLICE,
      mustWrite: labelsOf,
    });
    create.push(...packing.create.map((each) => newSlice(service, addressType, ports, each, trigger)));
    update.push(...packing.update.map(({ slice, endpoints: next }) => rewritten(slice, next, service, trigger)));
    remove.push(...packing.remove);
  }
  for (const [key, unwanted] of byPorts) if (!groups.has(key)) remove.push(...unwanted);
  if (slices.length > remove.length || create.length > 0) return { create, update, remove, skipped };
  // A Service without endpoints keeps one empty slice, so that its consumers know that there are none.
  const placeholder = newSlice(service, addressType, [], [], undefined);
  const [present] = remove;
  const stands =
    remove.length === 1 &&
    present !== undefined &&
    present.endpoints.length === 0 &&
    present.ports.length === 0 &&
    own.includes(present) &&
    sameLabels(present, service);
  return stands ? { create, update, remove: [], skipped } : { create: [placeholder], update, remove, skipped };
}

function groupPods(
  { service, pods, node }: SliceView,
  addressType: string,
): { groups: ReadonlyMap<string, Group>; skipped: readonly Pod[] } {
  const groups = new Map<string, Group>();
  const skipped: Pod[] = [];
  for (const pod of pods) {
    if (!mayServe(pod, true)) continue;
    const ports = portsOf(service, pod);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    const itsNode = node(pod.spec.nodeName ?? '');
    if (itsNode === undefined && service.spec.publishNotReadyAddresses !== true) {
      skipped.push(pod);
      continue;
    }
    const endpoint = endpointOf(pod, itsNode, service, addressType);
    if (endpoint.addresses.length > 0) group.endpoints.push(endpoint);
  }
  return { groups, skipped };
}

function portsOf(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((servicePort): EndpointPort[] => {
    const port = targetPortOf(pod, servicePort);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return [{ name, protocol, port, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

/** The Pod as an endpoint. One that is being deleted is never ready, but may serve until it is gone. */
export function endpointOf(pod: Pod, node: Node | undefined, service: Service, addressType: string): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const zone = lookup(node?.metadata.labels, ZONE_LABEL) ?? '';
  const hostname = hostnameUnder(pod, service);
  const { namespace, name, uid } = pod.metadata;
  return {
    addresses: (pod.status.podIPs ?? []).map(({ ip }) => ip).filter((ip) => isIPv6(ip) === (addressType === 'IPv6')),
    conditions: { ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...((pod.spec.nodeName ?? '') === '' ? {} : { nodeName: pod.spec.nodeName }),
    ...(zone === '' ? {} : { zone }),
  };
}

const RESERVED_LABELS: ReadonlySet<string> = new Set([SERVICE_NAME_LABEL, MANAGED_BY_LABEL, HEADLESS_LABEL]);

function labelsFor(service: Service): Readonly<Record<string, string>> {
  const own = Object.entries(service.metadata.labels ?? {}).filter(([key]) => !RESERVED_LABELS.has(key));
  return {
    ...Object.fromEntries(own),
    ...(isHeadless(service) ? { [HEADLESS_LABEL]: '' } : {}),
    [SERVICE_NAME_LABEL]: service.metadata.name ?? '',
    [MANAGED_BY_LABEL]: CONTROLLER_NAME,
  };
}

const sameLabels = (slice: EndpointSlice, service: Service): boolean => semanticEqual(slice.metadata.labels ?? {}, labelsFor(service));

function newSlice(
  service: Service,
  addressType: string,
  ports: readonly EndpointPort[],
  endpoints: readonly Endpoint[],
  trigger: string | undefined,
): NewSlice {
  const name = service.metadata.name ?? '';
  return {
    metadata: {
      generateName: `${name}-`,
      namespace: service.metadata.namespace,
      labels: labelsFor(service),
      ...(trigger === undefined ? {} : { annotations: { [TRIGGER_TIME_ANNOTATION]: trigger } }),
      ownerReferences: [controllerReference(service)],
    },
    addressType,
    endpoints,
    ports,
  };
}

function rewritten(slice: EndpointSlice, endpoints: readonly Endpoint[], service: Service, trigger: string | undefined): EndpointSlice {
  const annotations =
    trigger === undefined ? slice.metadata.annotations : { ...slice.metadata.annotations, [TRIGGER_TIME_ANNOTATION]: trigger };
  return { ...slice, metadata: { ...slice.metadata, labels: labelsFor(service), annotations }, endpoints };
}

/** When the latest change happened that led to these endpoints. */
function triggerTimeOf({ service, pods }: SliceView): string | undefined {
  const times = [service.metadata.creationTimestamp, ...pods.map((pod) => podCondition(pod, 'Ready')?.lastTransitionTime)];
  return times
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
}
