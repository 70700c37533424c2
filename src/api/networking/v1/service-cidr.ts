// ServiceCIDR: a range for Service addresses.

import { validateServiceCidrs } from './service-cidr-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { condition } from '../../meta/v1/condition.ts';
import { field, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const serviceCIDRSpec = struct('io.k8s.api.networking.v1.ServiceCIDRSpec', {
  cidrs: list(string(), { pb: 1, listType: 'atomic' }),
});
export interface ServiceCIDRSpec extends Infer<typeof serviceCIDRSpec> {}

export const serviceCIDRStatus = struct('io.k8s.api.networking.v1.ServiceCIDRStatus', {
  conditions: list(condition, { pb: 1, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
});
export interface ServiceCIDRStatus extends Infer<typeof serviceCIDRStatus> {}

export const serviceCIDR = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  scope: 'Cluster',
  name: 'io.k8s.api.networking.v1.ServiceCIDR',
  fields: {
    spec: field(serviceCIDRSpec, { presence: 'always', pb: 2 }),
    status: field(serviceCIDRStatus, { presence: 'always', pb: 3 }),
  },
  check: (next, old, at, { subresource }) =>
    // The controller reports readiness without a reason: what status says is not checked.
    subresource === 'status' ? [] : [...validateServiceCidrs(next.spec, old?.spec, at.child('spec', 'cidrs'))],
  columns: [nameColumn, { name: 'CIDRs', type: 'string', value: ({ spec }) => (spec.cidrs ?? []).join(',') }, ageColumn],
});
export interface ServiceCIDR extends Infer<typeof serviceCIDR> {}
