// The variables by which containers find Services: `{NAME}_SERVICE_HOST` and its kin, and the older link style.

import type { Service } from '../../../api/core/v1/service.ts';
import type { Variable } from '../seams.ts';

const MASTER_NAMESPACE = 'default';
const MASTER_SERVICE = 'kubernetes';

const variableName = (name: string): string => name.replaceAll('-', '_').toUpperCase();
const hostPort = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

function hasAddress({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && spec.clusterIP !== undefined && spec.clusterIP !== '' && spec.clusterIP !== 'None';
}

/** What Pods of a namespace see; the API server's own Service is shown whatever `enableServiceLinks` says. */
export function serviceVariables(services: Iterable<Service>, namespace: string, enableServiceLinks: boolean): Variable[] {
  const shown = new Map<string, Service>();
  for (const service of services) {
    const { name = '', namespace: home } = service.metadata;
    if (!hasAddress(service)) continue;
    if (home === MASTER_NAMESPACE && name === MASTER_SERVICE) {
      if (!shown.has(name)) shown.set(name, service);
    } else if (home === namespace && enableServiceLinks) shown.set(name, service);
  }
  return [...shown.values()].flatMap(variablesOf);
}

function variablesOf({ metadata, spec }: Service): Variable[] {
  const prefix = variableName(metadata.name ?? '');
  const { clusterIP = '', ports = [] } = spec;
  const [first] = ports;
  if (first === undefined) return [];
  const variables: Variable[] = [
    { name: `${prefix}_SERVICE_HOST`, value: clusterIP },
    { name: `${prefix}_SERVICE_PORT`, value: String(first.port) },
  ];
  for (const { name = '', port } of ports) {
    if (name !== '') variables.push({ name: `${prefix}_SERVICE_PORT_${variableName(name)}`, value: String(port) });
  }
  for (const [index, { port, protocol = 'TCP' }] of ports.entries()) {
    const url = `${protocol.toLowerCase()}://${hostPort(clusterIP, port)}`;
    const portPrefix = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    if (index === 0) variables.push({ name: `${prefix}_PORT`, value: url });
    variables.push(
      { name: portPrefix, value: url },
      { name: `${portPrefix}_PROTO`, value: protocol.toLowerCase() },
      { name: `${portPrefix}_PORT`, value: String(port) },
      { name: `${portPrefix}_ADDR`, value: clusterIP },
    );
  }
  return variables;
}
