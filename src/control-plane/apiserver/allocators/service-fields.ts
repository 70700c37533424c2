// What of a Service is allocated, and which types of Service need it.

import type { Service } from '../../../api/core/v1/service.ts';

export const NONE = 'None';

type Typed = Pick<Service, 'spec'>;

export const needsAddress = ({ spec }: Typed): boolean => spec.type !== 'ExternalName';

export const opensNodePorts = ({ spec }: Typed): boolean => spec.type === 'NodePort' || spec.type === 'LoadBalancer';

/** Whether ports are chosen for those that name none. */
export const needsNodePorts = (object: Typed): boolean =>
  opensNodePorts(object) && !(object.spec.type === 'LoadBalancer' && object.spec.allocateLoadBalancerNodePorts === false);

export const needsHealthCheckPort = ({ spec }: Typed): boolean => spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

export const isHeadless = ({ spec }: Typed): boolean => spec.clusterIP === NONE || spec.clusterIPs?.[0] === NONE;

/** The addresses that a Service has. */
export function addressesOf(object: Typed): readonly string[] {
  if (!needsAddress(object)) return [];
  const { clusterIP = '', clusterIPs = [] } = object.spec;
  const all = clusterIPs.length > 0 ? clusterIPs : [clusterIP];
  return all.filter((address) => address !== '' && address !== NONE);
}

/** The node ports that a Service has, that for health checks included. */
export function portsOf({ spec }: Typed): readonly number[] {
  const ports = (spec.ports ?? []).map(({ nodePort = 0 }) => nodePort);
  return [...new Set([...ports, spec.healthCheckNodePort ?? 0])].filter((port) => port !== 0);
}
