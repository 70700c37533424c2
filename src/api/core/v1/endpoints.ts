// Endpoints: the addresses behind a Service, in one object.

import { ageColumn, nameColumn } from './workload-cells.ts';
import { validateSubsets } from './endpoints-validation.ts';
import { subsetsCell } from './endpoint-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { objectReference } from './references.ts';
import { field, int32, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const endpointAddress = struct(
  'io.k8s.api.core.v1.EndpointAddress',
  {
    ip: string({ presence: 'always', pb: 1, required: 'published' }),
    hostname: string({ pb: 3 }),
    nodeName: string({ presence: 'pointer', pb: 4 }),
    targetRef: field(objectReference, { presence: 'pointer', pb: 2 }),
  },
  { structType: 'atomic' },
);
export interface EndpointAddress extends Infer<typeof endpointAddress> {}

export const endpointPort = struct(
  'io.k8s.api.core.v1.EndpointPort',
  {
    name: string({ pb: 1 }),
    port: int32({ presence: 'always', pb: 2, required: 'published' }),
    protocol: string({ pb: 3, enum: ['SCTP', 'TCP', 'UDP'], enumChecked: false }),
    appProtocol: string({ presence: 'pointer', pb: 4 }),
  },
  {
    structType: 'atomic',
    defaults(self) {
      self.protocol ??= 'TCP';
    },
  },
);
export interface EndpointPort extends Infer<typeof endpointPort> {}

export const endpointSubset = struct('io.k8s.api.core.v1.EndpointSubset', {
  addresses: list(endpointAddress, { pb: 1, listType: 'atomic' }),
  notReadyAddresses: list(endpointAddress, { pb: 2, listType: 'atomic' }),
  ports: list(endpointPort, { pb: 3, listType: 'atomic' }),
});
export interface EndpointSubset extends Infer<typeof endpointSubset> {}

export const endpoints = defineKind({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.Endpoints',
  fields: {
    subsets: list(endpointSubset, { pb: 2, listType: 'atomic' }),
  },
  check: ({ subsets = [] }, old, at) => [...validateSubsets(subsets, old && (old.subsets ?? []), at.child('subsets'))],
  columns: [nameColumn, { name: 'Endpoints', type: 'string', value: ({ subsets = [] }) => subsetsCell(subsets) }, ageColumn],
});
export interface Endpoints extends Infer<typeof endpoints> {}
