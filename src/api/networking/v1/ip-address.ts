// IPAddress: one allocated Service address.

import { defineKind } from '../../../machinery/kind.ts';
import { field, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const parentReference = struct('io.k8s.api.networking.v1.ParentReference', {
  group: string({ pb: 1 }),
  resource: string({ pb: 2, required: 'published' }),
  namespace: string({ pb: 3 }),
  name: string({ pb: 4, required: 'published' }),
});
export interface ParentReference extends Infer<typeof parentReference> {}

export const ipAddressSpec = struct('io.k8s.api.networking.v1.IPAddressSpec', {
  parentRef: field(parentReference, { presence: 'pointer', pb: 1, required: 'published' }),
});
export interface IPAddressSpec extends Infer<typeof ipAddressSpec> {}

export const ipAddress = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  shortNames: ['ip'],
  scope: 'Cluster',
  name: 'io.k8s.api.networking.v1.IPAddress',
  fields: {
    spec: field(ipAddressSpec, { presence: 'always', pb: 2, required: 'published' }),
  },
});
export interface IPAddress extends Infer<typeof ipAddress> {}
