// NetworkPolicy: which Pods may talk to which.

import { validateNetworkPolicySpec } from './network-policy-validation.ts';
import { ageColumn, nameColumn, selectorCell } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { field, int32, intOrString, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const ipBlock = struct('io.k8s.api.networking.v1.IPBlock', {
  cidr: string({ presence: 'always', pb: 1, required: 'published' }),
  except: list(string(), { pb: 2, listType: 'atomic' }),
});
export interface IPBlock extends Infer<typeof ipBlock> {}

export const networkPolicyPeer = struct('io.k8s.api.networking.v1.NetworkPolicyPeer', {
  podSelector: field(labelSelector, { presence: 'pointer', pb: 1 }),
  namespaceSelector: field(labelSelector, { presence: 'pointer', pb: 2 }),
  ipBlock: field(ipBlock, { presence: 'pointer', pb: 3 }),
});
export interface NetworkPolicyPeer extends Infer<typeof networkPolicyPeer> {}

export const networkPolicyPort = struct(
  'io.k8s.api.networking.v1.NetworkPolicyPort',
  {
    protocol: string({ presence: 'pointer', pb: 1, enum: ['SCTP', 'TCP', 'UDP'], enumChecked: false }),
    port: intOrString({ presence: 'pointer', pb: 2 }),
    endPort: int32({ presence: 'pointer', pb: 3 }),
  },
  {
    defaults(self) {
      self.protocol ??= 'TCP';
    },
  },
);
export interface NetworkPolicyPort extends Infer<typeof networkPolicyPort> {}

export const networkPolicyEgressRule = struct('io.k8s.api.networking.v1.NetworkPolicyEgressRule', {
  ports: list(networkPolicyPort, { pb: 1, listType: 'atomic' }),
  to: list(networkPolicyPeer, { pb: 2, listType: 'atomic' }),
});
export interface NetworkPolicyEgressRule extends Infer<typeof networkPolicyEgressRule> {}

export const networkPolicyIngressRule = struct('io.k8s.api.networking.v1.NetworkPolicyIngressRule', {
  ports: list(networkPolicyPort, { pb: 1, listType: 'atomic' }),
  from: list(networkPolicyPeer, { pb: 2, listType: 'atomic' }),
});
export interface NetworkPolicyIngressRule extends Infer<typeof networkPolicyIngressRule> {}

export const networkPolicySpec = struct(
  'io.k8s.api.networking.v1.NetworkPolicySpec',
  {
    podSelector: field(labelSelector, { presence: 'always', pb: 1 }),
    ingress: list(networkPolicyIngressRule, { pb: 2, listType: 'atomic' }),
    egress: list(networkPolicyEgressRule, { pb: 3, listType: 'atomic' }),
    policyTypes: list(string({ enum: ['Egress', 'Ingress'], enumChecked: false }), { pb: 4, listType: 'atomic' }),
  },
  {
    defaults(self) {
      if ((self.policyTypes ?? []).length === 0) self.policyTypes = (self.egress ?? []).length === 0 ? ['Ingress'] : ['Ingress', 'Egress'];
    },
  },
);
export interface NetworkPolicySpec extends Infer<typeof networkPolicySpec> {}

export const networkPolicy = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  scope: 'Namespaced',
  name: 'io.k8s.api.networking.v1.NetworkPolicy',
  fields: {
    spec: field(networkPolicySpec, { presence: 'always', pb: 2 }),
  },
  check: (next, old, at) => [...validateNetworkPolicySpec(next.spec, old?.spec, at.child('spec'))],
  columns: [nameColumn, { name: 'Pod-Selector', type: 'string', value: ({ spec }) => selectorCell(spec.podSelector) }, ageColumn],
});
export interface NetworkPolicy extends Infer<typeof networkPolicy> {}
