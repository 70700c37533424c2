// Endpoints: the addresses behind a Service, in one object.

import { defineKind } from '../../../machinery/kind.ts';
import { objectReference } from './references.ts';
import { field, int32, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const endpointAddress = struct('io.k8s.api.core.v1.EndpointAddress', {
  ip: string({ presence: 'always', pb: 1, required: 'published' }),
  hostname: string({ pb: 3 }),
  nodeName: string({ presence: 'pointer', pb: 4 }),
  targetRef: field(objectReference, { presence: 'pointer', pb: 2 }),
}, { structType: 'atomic' });
export interface EndpointAddress extends Infer<typeof endpointAddress> {}

export const endpointPort = struct('io.k8s.api.core.v1.EndpointPort', {
  name: string({ pb: 1 }),
  port: int32({ presence: 'always', pb: 2, required: 'published' }),
  protocol: string({ pb: 3, enum: ['SCTP', 'TCP', 'UDP'], enumChecked: false }),
  appProtocol: string({ presence: 'pointer', pb: 4 }),
}, { structType: 'atomic' });
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
});
export interface Endpoints extends Infer<typeof endpoints> {}
