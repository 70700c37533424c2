// StorageClass: how storage is provisioned.

import { defineKind } from '../../../machinery/kind.ts';
import { boolean, list, map, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const topologySelectorLabelRequirement = struct('io.k8s.api.core.v1.TopologySelectorLabelRequirement', {
  key: string({ presence: 'always', pb: 1, required: 'published' }),
  values: list(string(), { presence: 'always', pb: 2, required: 'published', listType: 'atomic' }),
});
export interface TopologySelectorLabelRequirement extends Infer<typeof topologySelectorLabelRequirement> {}

export const topologySelectorTerm = struct('io.k8s.api.core.v1.TopologySelectorTerm', {
  matchLabelExpressions: list(topologySelectorLabelRequirement, { pb: 1, listType: 'atomic' }),
}, { structType: 'atomic' });
export interface TopologySelectorTerm extends Infer<typeof topologySelectorTerm> {}

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
});
export interface StorageClass extends Infer<typeof storageClass> {}
