// StorageClass: how storage is provisioned.

import { validateStorageClass } from './storage-class-validation.ts';
import { lookup } from '../../../machinery/schema.ts';
import { ageColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { boolean, list, map, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const topologySelectorLabelRequirement = struct('io.k8s.api.core.v1.TopologySelectorLabelRequirement', {
  key: string({ presence: 'always', pb: 1, required: 'published' }),
  values: list(string(), { presence: 'always', pb: 2, required: 'published', listType: 'atomic' }),
});
export interface TopologySelectorLabelRequirement extends Infer<typeof topologySelectorLabelRequirement> {}

export const topologySelectorTerm = struct(
  'io.k8s.api.core.v1.TopologySelectorTerm',
  {
    matchLabelExpressions: list(topologySelectorLabelRequirement, { pb: 1, listType: 'atomic' }),
  },
  { structType: 'atomic' },
);
export interface TopologySelectorTerm extends Infer<typeof topologySelectorTerm> {}

const DEFAULT_ANNOTATIONS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

const isDefault = (annotations: Readonly<Record<string, string>> | undefined): boolean =>
  DEFAULT_ANNOTATIONS.some((each) => lookup(annotations, each) === 'true');

export const storageClass = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  scope: 'Cluster',
  name: 'io.k8s.api.storage.v1.StorageClass',
  fields: {
    provisioner: string({ presence: 'always', pb: 2, required: 'published' }),
    parameters: map(string(), { pb: 3 }),
    reclaimPolicy: string({ presence: 'pointer', pb: 4, enum: ['Delete', 'Recycle', 'Retain'], enumChecked: false }),
    mountOptions: list(string(), { pb: 5, listType: 'atomic' }),
    allowVolumeExpansion: boolean({ presence: 'pointer', pb: 6 }),
    volumeBindingMode: string({ presence: 'pointer', pb: 7, enum: ['Immediate', 'WaitForFirstConsumer'], enumChecked: false }),
    allowedTopologies: list(topologySelectorTerm, { pb: 8, listType: 'atomic' }),
  },
  defaults(self) {
    self.reclaimPolicy ??= 'Delete';
    self.volumeBindingMode ??= 'Immediate';
  },
  check: (next, old, at) => [...validateStorageClass(next, old, at)],
  columns: [
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      value: ({ metadata }) => `${metadata.name ?? ''}${isDefault(metadata.annotations) ? ' (default)' : ''}`,
    },
    { name: 'Provisioner', type: 'string', value: ({ provisioner }) => provisioner },
    { name: 'ReclaimPolicy', type: 'string', value: ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete' },
    { name: 'VolumeBindingMode', type: 'string', value: ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate' },
    { name: 'AllowVolumeExpansion', type: 'string', value: ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false },
    ageColumn,
  ],
});
export interface StorageClass extends Infer<typeof storageClass> {}
