// EndpointSlices that mirror Endpoints which somebody keeps by hand.

import type { EndpointAddress, Endpoints, EndpointSubset } from '../../../api/core/v1/endpoints.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../../api/discovery/v1/endpoint-slice.ts';
import { packEndpoints, portsKey } from '../../../api/discovery/v1/slice-packing.ts';
import { isIPv6 } from '../../../api/core/v1/service-endpoint.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { lookup } from '../../../machinery/schema.ts';
import { controllerReference } from '../../../runtime/workload/ownership.ts';

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
export const CONTROLLER_NAME = 'endpointslicemirroring-controller.k8s.io';
const SKIP_MIRROR_LABEL = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader';
const NOT_COPIED: ReadonlySet<string> = new Set([
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
]);
const MAX_PER_SUBSET = 1000;

type NewSlice = Pick<EndpointSlice, 'metadata' | 'addressType' | 'endpoints' | 'ports'>;

export interface MirrorPlan {
  readonly create: readonly NewSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

/** Whether these Endpoints are to be mirrored at all, their Service apart. */
export function isMirrored({ metadata }: Endpoints): boolean {
  return lookup(metadata.labels, SKIP_MIRROR_LABEL) !== 'true' && lookup(metadata.annotations, LEADER_ANNOTATION) === undefined;
}

interface Group {
  readonly addressType: string;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Endpoint[];
}

/** Makes the plan; `slices` are those that this controller manages for the Endpoints. Pure. */
export function plan(endpoints: Endpoints, slices: readonly EndpointSlice[]): MirrorPlan {
  const groups = groupsOf(endpoints.subsets ?? []);
  const existing = Map.groupBy(slices, ({ addressType, ports }) => `${addressType} ${portsKey(ports)}`);
  const [create, update, remove]: [NewSlice[], EndpointSlice[], EndpointSlice[]] = [[], [], []];
  const labels = labelsFor(endpoints);
  const annotations = annotationsFor(endpoints);
  const differs = ({ metadata }: EndpointSlice): boolean =>
    !semanticEqual(metadata.labels ?? {}, labels) || !semanticEqual(metadata.annotations ?? {}, annotations);
  for (const [key, { addressType, ports, endpoints: desired }] of groups) {
    const packing = packEndpoints(existing.get(key) ?? [], desired, { maxPerSlice: MAX_PER_SUBSET, mustWrite: differs });
    const { name, namespace } = endpoints.metadata;
    const metadata = { generateName: `${name}-`, namespace, labels, annotations, ownerReferences: [controllerReference(endpoints)] };
    create.push(...packing.create.map((each): NewSlice => ({ metadata, addressType, ports, endpoints: each })));
    update.push(
      ...packing.update.map(({ slice, endpoints: next }) => ({
        ...slice,
        metadata: { ...slice.metadata, labels, annotations },
        endpoints: next,
      })),
    );
    remove.push(...packing.remove);
  }
  for (const [key, unwanted] of existing) if (!groups.has(key)) remove.push(...unwanted);
  return { create, update, remove };
}

function groupsOf(subsets: readonly EndpointSubset[]): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    const slicePorts = ports.map(({ name = '', port, protocol = 'TCP', appProtocol }): EndpointPort => ({
      name,
      protocol,
      port,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    }));
    const all = [
      ...addresses.map((address) => ({ address, ready: true })),
      ...notReadyAddresses.map((address) => ({ address, ready: false })),
    ];
    for (const { address, ready } of all.slice(0, MAX_PER_SUBSET)) {
      const addressType = isIPv6(address.ip) ? 'IPv6' : 'IPv4';
      const key = `${addressType} ${portsKey(slicePorts)}`;
      const group = groups.get(key) ?? { addressType, ports: slicePorts, endpoints: [] };
      groups.set(key, group);
      group.endpoints.push(endpointOf(address, ready));
    }
  }
  return groups;
}

function endpointOf({ ip, hostname = '', nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname === '' ? {} : { hostname }),
    ...(targetRef === undefined ? {} : { targetRef }),
    ...(nodeName === undefined ? {} : { nodeName }),
  };
}

function labelsFor({ metadata }: Endpoints): Readonly<Record<string, string>> {
  return { ...metadata.labels, [SERVICE_NAME_LABEL]: metadata.name ?? '', [MANAGED_BY_LABEL]: CONTROLLER_NAME };
}

function annotationsFor({ metadata }: Endpoints): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key)));
}
