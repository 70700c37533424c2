// When a Pod stands behind a Service, and on which port.

import type { PodObject } from './pod-object.ts';
import { isPodTerminal } from './pod-phase.ts';
import type { Service, ServicePort } from './service.ts';

/** Whether the Pod has an address to offer; one that is being deleted only where those are asked for. */
export function mayServe(pod: PodObject, includeTerminating: boolean): boolean {
  if (isPodTerminal(pod)) return false;
  if ((pod.status.podIP ?? '') === '' && (pod.status.podIPs ?? []).length === 0) return false;
  return includeTerminating || pod.metadata.deletionTimestamp === undefined;
}

/** The Pod's port that the Service's port leads to: a number, or the number of the container port of that name. */
export function targetPortOf(pod: PodObject, { targetPort, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  const { containers, initContainers = [] } = pod.spec;
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const { ports = [] } of [...containers, ...sidecars]) {
    const found = ports.find((port) => port.name === targetPort && (port.protocol ?? 'TCP') === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}

/** The name by which the Pod is known under the Service's, if it has one. */
export function hostnameUnder(pod: PodObject, service: Service): string | undefined {
  const { hostname = '', subdomain } = pod.spec;
  const isKnown = hostname !== '' && subdomain === service.metadata.name && service.metadata.namespace === pod.metadata.namespace;
  return isKnown ? hostname : undefined;
}

export const isIPv6 = (address: string): boolean => address.includes(':');

/** Whether the Service has no address of its own. */
export const isHeadless = ({ spec }: Service): boolean => (spec.clusterIP ?? '') === '' || spec.clusterIP === 'None';
