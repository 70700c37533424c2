// CSINode: the storage drivers of a node.

import { validateNodeDrivers } from './csi-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { field, int32, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const volumeNodeResources = struct('io.k8s.api.storage.v1.VolumeNodeResources', {
  count: int32({ presence: 'pointer', pb: 1 }),
});
export interface VolumeNodeResources extends Infer<typeof volumeNodeResources> {}

export const csiNodeDriver = struct('io.k8s.api.storage.v1.CSINodeDriver', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  nodeID: string({ presence: 'always', pb: 2, required: 'published' }),
  topologyKeys: list(string(), { presence: 'always', pb: 3, listType: 'atomic' }),
  allocatable: field(volumeNodeResources, { presence: 'pointer', pb: 4 }),
});
export interface CSINodeDriver extends Infer<typeof csiNodeDriver> {}

export const csiNodeSpec = struct('io.k8s.api.storage.v1.CSINodeSpec', {
  drivers: list(csiNodeDriver, {
    presence: 'always',
    pb: 1,
    required: 'published',
    listType: 'map',
    listMapKeys: ['name'],
    mergeKey: 'name',
    patchStrategy: ['merge'],
  }),
});
export interface CSINodeSpec extends Infer<typeof csiNodeSpec> {}

export const csiNode = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  scope: 'Cluster',
  name: 'io.k8s.api.storage.v1.CSINode',
  fields: {
    spec: field(csiNodeSpec, { presence: 'always', pb: 2, required: 'published' }),
  },
  check: (next, old, at) => [...validateNodeDrivers(next.spec.drivers, old?.spec.drivers ?? [], at.child('spec', 'drivers'))],
  columns: [nameColumn, { name: 'Drivers', type: 'integer', value: ({ spec }) => spec.drivers.length }, ageColumn],
});
export interface CSINode extends Infer<typeof csiNode> {}
