// The objects that announce the DNS server within the cluster. The server runs beside the API server and not in a Pod, so the Service
// has no selector, and its endpoints are written here.

import { endpoints } from '../../api/core/v1/endpoints.ts';
import type { Endpoints } from '../../api/core/v1/endpoints.ts';
import { service } from '../../api/core/v1/service.ts';
import type { Service } from '../../api/core/v1/service.ts';
import { endpointSlice } from '../../api/discovery/v1/endpoint-slice.ts';
import type { EndpointSlice } from '../../api/discovery/v1/endpoint-slice.ts';
import type { Client } from '../../client/client.ts';
import type { Sparse } from '../../client/sparse.ts';
import type { Kind, KubeObject } from '../../machinery/kind.ts';

export interface AnnouncedDns {
  /** The address that Pods are told. */
  readonly clusterIP: string;
  /** Where the server listens. */
  readonly addresses: readonly string[];
  /** 53 unless told. */
  readonly port?: number;
}

const NAMESPACE = 'kube-system';
const NAME = 'kube-dns';
const SERVICE_PORT = 53;
const LABELS = { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' };
const PORT_NAMES = [
  { name: 'dns', protocol: 'UDP' },
  { name: 'dns-tcp', protocol: 'TCP' },
] as const;

/** The Service that Pods speak to. */
export function dnsService({ clusterIP, port = SERVICE_PORT }: AnnouncedDns): Sparse<Service> {
  const ports = PORT_NAMES.map((named) => ({ ...named, port: SERVICE_PORT, targetPort: port }));
  return {
    metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
    spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ports },
  };
}

/** What the service proxy reads. */
export function dnsEndpointSlice({ addresses, port = SERVICE_PORT }: AnnouncedDns): Sparse<EndpointSlice> {
  const labels = { 'kubernetes.io/service-name': NAME, 'endpointslice.kubernetes.io/managed-by': 'dns.tyke', 'k8s-app': 'kube-dns' };
  return {
    metadata: { name: NAME, namespace: NAMESPACE, labels },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true, serving: true, terminating: false } })),
    ports: PORT_NAMES.map((named) => ({ ...named, port })),
  };
}

/** What older programs read; nobody is to mirror it into another slice. */
export function dnsEndpoints({ addresses, port = SERVICE_PORT }: AnnouncedDns): Sparse<Endpoints> {
  const labels = { ...LABELS, 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  const subset = { addresses: addresses.map((ip) => ({ ip })), ports: PORT_NAMES.map((named) => ({ ...named, port })) };
  return { metadata: { name: NAME, namespace: NAMESPACE, labels }, subsets: [subset] };
}

/** Creates what is missing and corrects what differs; may be repeated. */
export async function announceDns(client: Client, announced: AnnouncedDns, signal: AbortSignal): Promise<void> {
  await ensure(client, service, dnsService(announced), signal);
  await ensure(client, endpointSlice, dnsEndpointSlice(announced), signal);
  await ensure(client, endpoints, dnsEndpoints(announced), signal);
}

/** The server fills in what is left out here, so a merge says whether anything differs: a patch without effect is not even written. */
async function ensure<T extends KubeObject>(client: Client, kind: Kind<T>, wanted: Sparse<NoInfer<T>>, signal: AbortSignal): Promise<void> {
  const key = { namespace: NAMESPACE, name: NAME };
  // Looked up first: creating a Service again would be refused for its address before its name.
  if ((await client.find(kind, key, { signal })) !== undefined) {
    await client.patch(kind, key, wanted, { type: 'merge', signal });
    return;
  }
  await client.create<T>(kind, wanted, { signal });
}
