// Lease: who holds a lock, and until when.

import { validateLeaseSpec } from './lease-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { field, int32, microTime, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const leaseSpec = struct('io.k8s.api.coordination.v1.LeaseSpec', {
  holderIdentity: string({ presence: 'pointer', pb: 1 }),
  leaseDurationSeconds: int32({ presence: 'pointer', pb: 2 }),
  acquireTime: microTime({ presence: 'pointer', pb: 3 }),
  renewTime: microTime({ presence: 'pointer', pb: 4 }),
  leaseTransitions: int32({ presence: 'pointer', pb: 5 }),
  strategy: string({ presence: 'pointer', pb: 6 }),
  preferredHolder: string({ presence: 'pointer', pb: 7 }),
});
export interface LeaseSpec extends Infer<typeof leaseSpec> {}

export const lease = defineKind({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  scope: 'Namespaced',
  metadataRules: 'generic',
  name: 'io.k8s.api.coordination.v1.Lease',
  fields: {
    spec: field(leaseSpec, { presence: 'always', pb: 2 }),
  },
  check: ({ spec }, _old, at) => [...validateLeaseSpec(spec, at.child('spec'))],
  columns: [nameColumn, { name: 'Holder', type: 'string', value: ({ spec }) => spec.holderIdentity ?? '' }, ageColumn],
});
export interface Lease extends Infer<typeof lease> {}
