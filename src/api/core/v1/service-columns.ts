// The table of Services: addresses inside and outside, and ports.

import type { Column, KubeObject } from '../../../machinery/kind.ts';
import { ageColumn, labelsCell, nameColumn } from './workload-cells.ts';
import type { LoadBalancerIngress, ServicePort, ServiceSpec, ServiceStatus } from './service.ts';

interface ServiceObject extends KubeObject {
  readonly spec: ServiceSpec;
  readonly status: ServiceStatus;
}

/** The addresses or names of a load balancer. */
export function loadBalancerCell(ingress: readonly Pick<LoadBalancerIngress, 'ip' | 'hostname'>[]): string {
  const points = ingress.map(({ ip = '', hostname = '' }) => (ip === '' ? hostname : ip)).filter((each) => each !== '');
  return [...new Set(points)].toSorted().join(',');
}

function externalCell({ spec, status }: ServiceObject): string {
  const { externalIPs = [] } = spec;
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return externalIPs.length > 0 ? externalIPs.join(',') : '<none>';
    case 'LoadBalancer': {
      const balanced = loadBalancerCell(status.loadBalancer.ingress ?? []);
      const all = [...(balanced === '' ? [] : [balanced]), ...externalIPs];
      return all.length > 0 ? all.join(',') : '<pending>';
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

function portsCell(ports: readonly ServicePort[]): string {
  if (ports.length === 0) return '<none>';
  return ports.map(({ port, nodePort = 0, protocol = '' }) => `${port}${nodePort > 0 ? `:${nodePort}` : ''}/${protocol}`).join(',');
}

export const serviceColumns: readonly Column<ServiceObject>[] = [
  nameColumn,
  { name: 'Type', type: 'string', value: ({ spec }) => spec.type ?? '' },
  { name: 'Cluster-IP', type: 'string', value: ({ spec }) => spec.clusterIPs?.[0] ?? '<none>' },
  { name: 'External-IP', type: 'string', value: externalCell },
  { name: 'Port(s)', type: 'string', value: ({ spec }) => portsCell(spec.ports ?? []) },
  ageColumn,
  { name: 'Selector', type: 'string', priority: 1, value: ({ spec }) => labelsCell(spec.selector) },
];
