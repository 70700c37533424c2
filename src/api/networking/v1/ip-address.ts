// IPAddress: one allocated Service address.

import { nameIsIpAddress, validateParent } from './ip-address-validation.ts';
import { nameColumn } from '../../core/v1/workload-cells.ts';
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

function parentCell(parent: ParentReference | undefined): string {
  if (parent === undefined) return '<none>';
  const { group = '', resource = '', namespace = '', name = '' } = parent;
  const type = (group === '' ? resource : `${resource}.${group}`).toLowerCase();
  return [type, ...(namespace === '' ? [] : [namespace]), name].join('/');
}

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
  nameProblems: nameIsIpAddress,
  check: (next, old, at) => [...validateParent(next.spec, old?.spec, at.child('spec'))],
  columns: [nameColumn, { name: 'ParentRef', type: 'string', value: ({ spec }) => parentCell(spec.parentRef) }],
});
export interface IPAddress extends Infer<typeof ipAddress> {}
