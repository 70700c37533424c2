// EndpointSlice: some of the addresses behind a Service.

import { validateEndpointSlice } from './endpoint-slice-validation.ts';
import { someOf } from '../../core/v1/endpoint-cells.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { objectReference } from '../../core/v1/references.ts';
import { boolean, field, int32, list, map, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const endpointConditions = struct('io.k8s.api.discovery.v1.EndpointConditions', {
  ready: boolean({ presence: 'pointer', pb: 1 }),
  serving: boolean({ presence: 'pointer', pb: 2 }),
  terminating: boolean({ presence: 'pointer', pb: 3 }),
});
export interface EndpointConditions extends Infer<typeof endpointConditions> {}

export const forZone = struct('io.k8s.api.discovery.v1.ForZone', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface ForZone extends Infer<typeof forZone> {}

export const forNode = struct('io.k8s.api.discovery.v1.ForNode', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface ForNode extends Infer<typeof forNode> {}

export const endpointHints = struct('io.k8s.api.discovery.v1.EndpointHints', {
  forZones: list(forZone, { pb: 1, listType: 'atomic' }),
  forNodes: list(forNode, { pb: 2, listType: 'atomic' }),
});
export interface EndpointHints extends Infer<typeof endpointHints> {}

export const endpoint = struct('io.k8s.api.discovery.v1.Endpoint', {
  addresses: list(string(), { presence: 'always', pb: 1, required: 'published', listType: 'set' }),
  conditions: field(endpointConditions, { presence: 'always', pb: 2 }),
  hostname: string({ presence: 'pointer', pb: 3 }),
  targetRef: field(objectReference, { presence: 'pointer', pb: 4 }),
  deprecatedTopology: map(string(), { pb: 5 }),
  nodeName: string({ presence: 'pointer', pb: 6 }),
  zone: string({ presence: 'pointer', pb: 7 }),
  hints: field(endpointHints, { presence: 'pointer', pb: 8 }),
});
export interface Endpoint extends Infer<typeof endpoint> {}

export const endpointPort = struct(
  'io.k8s.api.discovery.v1.EndpointPort',
  {
    name: string({ presence: 'pointer', pb: 1 }),
    protocol: string({ presence: 'pointer', pb: 2, enum: ['SCTP', 'TCP', 'UDP'], enumChecked: false }),
    port: int32({ presence: 'pointer', pb: 3 }),
    appProtocol: string({ presence: 'pointer', pb: 4 }),
  },
  {
    structType: 'atomic',
    defaults(self) {
      self.name ??= '';
      self.protocol ??= 'TCP';
    },
  },
);
export interface EndpointPort extends Infer<typeof endpointPort> {}

const portCell = ({ name = '*', port }: EndpointPort): string => (port === undefined ? name : String(port));

export const endpointSlice = defineKind({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  scope: 'Namespaced',
  name: 'io.k8s.api.discovery.v1.EndpointSlice',
  fields: {
    addressType: string({ presence: 'always', pb: 4, required: 'published', enum: ['FQDN', 'IPv4', 'IPv6'], enumChecked: false }),
    endpoints: list(endpoint, { presence: 'always', pb: 2, listType: 'atomic' }),
    ports: list(endpointPort, { presence: 'always', pb: 3, listType: 'atomic' }),
  },
  check: (next, old, at) => [...validateEndpointSlice(next, old, at)],
  columns: [
    nameColumn,
    { name: 'AddressType', type: 'string', value: ({ addressType }) => addressType },
    { name: 'Ports', type: 'string', value: ({ ports }) => someOf(ports.map(portCell), '') || '<unset>' },
    {
      name: 'Endpoints',
      type: 'string',
      value: ({ endpoints }) =>
        someOf(
          endpoints.flatMap(({ addresses }) => addresses),
          '<unset>',
        ),
    },
    ageColumn,
  ],
});
export interface EndpointSlice extends Infer<typeof endpointSlice> {}
