// Service: one name and address for a set of Pods.

import { defineKind } from '../../../machinery/kind.ts';
import { condition } from '../../meta/v1/condition.ts';
import { nameIsDnsLabel } from '../../../machinery/names.ts';
import { serviceColumns } from './service-columns.ts';
import { isExternallyAccessible } from './service-traffic.ts';
import { validateService, validateServiceStatus } from './service-validation.ts';
import { boolean, field, int32, intOrString, list, map, string, struct } from '../../../machinery/schema.ts';
import type { Draft, Infer } from '../../../machinery/schema.ts';

export const servicePort = struct('io.k8s.api.core.v1.ServicePort', {
  name: string({ pb: 1 }),
  protocol: string({ pb: 2, default: 'TCP', enum: ['SCTP', 'TCP', 'UDP'], enumChecked: false }),
  appProtocol: string({ presence: 'pointer', pb: 6 }),
  port: int32({ presence: 'always', pb: 3, required: 'published' }),
  targetPort: intOrString({ presence: 'always', pb: 4 }),
  nodePort: int32({ pb: 5 }),
});
export interface ServicePort extends Infer<typeof servicePort> {}

export const clientIPConfig = struct('io.k8s.api.core.v1.ClientIPConfig', {
  timeoutSeconds: int32({ presence: 'pointer', pb: 1 }),
});
export interface ClientIPConfig extends Infer<typeof clientIPConfig> {}

export const sessionAffinityConfig = struct('io.k8s.api.core.v1.SessionAffinityConfig', {
  clientIP: field(clientIPConfig, { presence: 'pointer', pb: 1 }),
});
export interface SessionAffinityConfig extends Infer<typeof sessionAffinityConfig> {}

export const serviceSpec = struct('io.k8s.api.core.v1.ServiceSpec', {
  ports: list(servicePort, { pb: 1, listType: 'map', listMapKeys: ['port', 'protocol'], mergeKey: 'port', patchStrategy: ['merge'] }),
  selector: map(string(), { pb: 2, mapType: 'atomic' }),
  clusterIP: string({ pb: 3 }),
  clusterIPs: list(string(), { pb: 18, listType: 'atomic' }),
  type: string({ pb: 4, enum: ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], enumChecked: false }),
  externalIPs: list(string(), { pb: 5, listType: 'atomic' }),
  sessionAffinity: string({ pb: 7, enum: ['ClientIP', 'None'], enumChecked: false }),
  loadBalancerIP: string({ pb: 8 }),
  loadBalancerSourceRanges: list(string(), { pb: 9, listType: 'atomic' }),
  externalName: string({ pb: 10 }),
  externalTrafficPolicy: string({ pb: 11, enum: ['Cluster', 'Local'], enumChecked: false }),
  healthCheckNodePort: int32({ pb: 12 }),
  publishNotReadyAddresses: boolean({ pb: 13 }),
  sessionAffinityConfig: field(sessionAffinityConfig, { presence: 'pointer', pb: 14 }),
  ipFamilies: list(string({ enum: ['', 'IPv4', 'IPv6'], enumChecked: false }), { pb: 19, listType: 'atomic' }),
  ipFamilyPolicy: string({ presence: 'pointer', pb: 17, enum: ['PreferDualStack', 'RequireDualStack', 'SingleStack'], enumChecked: false }),
  allocateLoadBalancerNodePorts: boolean({ presence: 'pointer', pb: 20 }),
  loadBalancerClass: string({ presence: 'pointer', pb: 21 }),
  internalTrafficPolicy: string({ presence: 'pointer', pb: 22, enum: ['Cluster', 'Local'], enumChecked: false }),
  trafficDistribution: string({ presence: 'pointer', pb: 23 }),
});
export interface ServiceSpec extends Infer<typeof serviceSpec> {}

export const portStatus = struct('io.k8s.api.core.v1.PortStatus', {
  port: int32({ presence: 'always', pb: 1, required: 'published' }),
  protocol: string({ presence: 'always', pb: 2, required: 'published', enum: ['SCTP', 'TCP', 'UDP'], enumChecked: false }),
  error: string({ presence: 'pointer', pb: 3 }),
});
export interface PortStatus extends Infer<typeof portStatus> {}

export const loadBalancerIngress = struct('io.k8s.api.core.v1.LoadBalancerIngress', {
  ip: string({ pb: 1 }),
  hostname: string({ pb: 2 }),
  ipMode: string({ presence: 'pointer', pb: 3 }),
  ports: list(portStatus, { pb: 4, listType: 'atomic' }),
});
export interface LoadBalancerIngress extends Infer<typeof loadBalancerIngress> {}

export const loadBalancerStatus = struct('io.k8s.api.core.v1.LoadBalancerStatus', {
  ingress: list(loadBalancerIngress, { pb: 1, listType: 'atomic' }),
});
export interface LoadBalancerStatus extends Infer<typeof loadBalancerStatus> {}

export const serviceStatus = struct('io.k8s.api.core.v1.ServiceStatus', {
  loadBalancer: field(loadBalancerStatus, { presence: 'always', pb: 1 }),
  conditions: list(condition, { pb: 2, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
});
export interface ServiceStatus extends Infer<typeof serviceStatus> {}

const DEFAULT_AFFINITY_SECONDS = 10_800;

function defaultSpec(spec: Draft<ServiceSpec>): void {
  spec.sessionAffinity ??= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: DEFAULT_AFFINITY_SECONDS } };
  spec.type ??= 'ClusterIP';
  for (const port of spec.ports ?? []) if (port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.type === 'ClusterIP') spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
}

export const service = defineKind({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.Service',
  fields: {
    spec: field(serviceSpec, { presence: 'always', pb: 2 }),
    status: field(serviceStatus, { presence: 'always', pb: 3 }),
  },
  defaults({ spec, status }) {
    defaultSpec(spec);
    if (spec.type !== 'LoadBalancer') return;
    for (const ingress of status.loadBalancer.ingress ?? []) if ((ingress.ip ?? '') !== '') ingress.ipMode ??= 'VIP';
  },
  nameProblems: nameIsDnsLabel,
  check: (next, old, at, { subresource }) =>
    subresource === 'status' ? [...validateServiceStatus(next, old, at)] : [...validateService(next, old, at)],
  columns: serviceColumns,
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },
});
export interface Service extends Infer<typeof service> {}
