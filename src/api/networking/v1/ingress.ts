// Ingress: HTTP routes into the cluster.

import { validateIngress, validateIngressStatus } from './ingress-validation.ts';
import { loadBalancerCell } from '../../core/v1/service-columns.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { typedLocalObjectReference } from '../../core/v1/references.ts';
import { field, inline, int32, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const serviceBackendPort = struct(
  'io.k8s.api.networking.v1.ServiceBackendPort',
  {
    name: string({ pb: 1 }),
    number: int32({ pb: 2 }),
  },
  { structType: 'atomic' },
);
export interface ServiceBackendPort extends Infer<typeof serviceBackendPort> {}

export const ingressServiceBackend = struct('io.k8s.api.networking.v1.IngressServiceBackend', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  port: field(serviceBackendPort, { presence: 'always', pb: 2 }),
});
export interface IngressServiceBackend extends Infer<typeof ingressServiceBackend> {}

export const ingressBackend = struct('io.k8s.api.networking.v1.IngressBackend', {
  service: field(ingressServiceBackend, { presence: 'pointer', pb: 4 }),
  resource: field(typedLocalObjectReference, { presence: 'pointer', pb: 3 }),
});
export interface IngressBackend extends Infer<typeof ingressBackend> {}

export const httpIngressPath = struct('io.k8s.api.networking.v1.HTTPIngressPath', {
  path: string({ pb: 1 }),
  pathType: string({
    presence: 'pointer',
    pb: 3,
    required: 'published',
    enum: ['Exact', 'ImplementationSpecific', 'Prefix'],
    enumChecked: false,
  }),
  backend: field(ingressBackend, { presence: 'always', pb: 2, required: 'published' }),
});
export interface HTTPIngressPath extends Infer<typeof httpIngressPath> {}

export const httpIngressRuleValue = struct('io.k8s.api.networking.v1.HTTPIngressRuleValue', {
  paths: list(httpIngressPath, { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
});
export interface HTTPIngressRuleValue extends Infer<typeof httpIngressRuleValue> {}

export const ingressRuleValue = struct('io.k8s.api.networking.v1.IngressRuleValue', {
  http: field(httpIngressRuleValue, { presence: 'pointer', pb: 1 }),
});
export interface IngressRuleValue extends Infer<typeof ingressRuleValue> {}

export const ingressRule = struct('io.k8s.api.networking.v1.IngressRule', {
  host: string({ pb: 1 }),
  ingressRuleValue: inline(ingressRuleValue, { pb: 2 }),
});
export interface IngressRule extends Infer<typeof ingressRule> {}

export const ingressTLS = struct('io.k8s.api.networking.v1.IngressTLS', {
  hosts: list(string(), { pb: 1, listType: 'atomic' }),
  secretName: string({ pb: 2 }),
});
export interface IngressTLS extends Infer<typeof ingressTLS> {}

export const ingressSpec = struct('io.k8s.api.networking.v1.IngressSpec', {
  ingressClassName: string({ presence: 'pointer', pb: 4 }),
  defaultBackend: field(ingressBackend, { presence: 'pointer', pb: 1 }),
  tls: list(ingressTLS, { pb: 2, listType: 'atomic' }),
  rules: list(ingressRule, { pb: 3, listType: 'atomic' }),
});
export interface IngressSpec extends Infer<typeof ingressSpec> {}

export const ingressPortStatus = struct('io.k8s.api.networking.v1.IngressPortStatus', {
  port: int32({ presence: 'always', pb: 1, required: 'published' }),
  protocol: string({ presence: 'always', pb: 2, required: 'published', enum: ['SCTP', 'TCP', 'UDP'], enumChecked: false }),
  error: string({ presence: 'pointer', pb: 3 }),
});
export interface IngressPortStatus extends Infer<typeof ingressPortStatus> {}

export const ingressLoadBalancerIngress = struct('io.k8s.api.networking.v1.IngressLoadBalancerIngress', {
  ip: string({ pb: 1 }),
  hostname: string({ pb: 2 }),
  ports: list(ingressPortStatus, { pb: 4, listType: 'atomic' }),
});
export interface IngressLoadBalancerIngress extends Infer<typeof ingressLoadBalancerIngress> {}

export const ingressLoadBalancerStatus = struct('io.k8s.api.networking.v1.IngressLoadBalancerStatus', {
  ingress: list(ingressLoadBalancerIngress, { pb: 1, listType: 'atomic' }),
});
export interface IngressLoadBalancerStatus extends Infer<typeof ingressLoadBalancerStatus> {}

export const ingressStatus = struct('io.k8s.api.networking.v1.IngressStatus', {
  loadBalancer: field(ingressLoadBalancerStatus, { presence: 'always', pb: 1 }),
});
export interface IngressStatus extends Infer<typeof ingressStatus> {}

const SHOWN_HOSTS = 3;

function hostsCell(rules: readonly IngressRule[]): string {
  const hosts: string[] = [];
  let more = false;
  for (const { host = '' } of rules) {
    more ||= hosts.length === SHOWN_HOSTS;
    if (!more && host !== '') hosts.push(host);
  }
  if (hosts.length === 0) return '*';
  return more ? `${hosts.join(',')} + ${rules.length - SHOWN_HOSTS} more...` : hosts.join(',');
}

export const ingress = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  scope: 'Namespaced',
  name: 'io.k8s.api.networking.v1.Ingress',
  fields: {
    spec: field(ingressSpec, { presence: 'always', pb: 2 }),
    status: field(ingressStatus, { presence: 'always', pb: 3 }),
  },
  check: (next, old, at, { subresource }) =>
    subresource === 'status' ? [...validateIngressStatus(next, old, at)] : [...validateIngress(next, old, at)],
  columns: [
    nameColumn,
    { name: 'Class', type: 'string', value: ({ spec }) => spec.ingressClassName ?? '<none>' },
    { name: 'Hosts', type: 'string', value: ({ spec }) => hostsCell(spec.rules ?? []) },
    { name: 'Address', type: 'string', value: ({ status }) => loadBalancerCell(status.loadBalancer.ingress ?? []) },
    { name: 'Ports', type: 'string', value: ({ spec }) => ((spec.tls ?? []).length > 0 ? '80, 443' : '80') },
    ageColumn,
  ],
});
export interface Ingress extends Infer<typeof ingress> {}
