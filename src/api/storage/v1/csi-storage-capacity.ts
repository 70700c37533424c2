// CSIStorageCapacity: how much room a driver has where.

import { validateStorageCapacity } from './csi-validation.ts';
import { nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { field, quantity, string } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const csiStorageCapacity = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  scope: 'Namespaced',
  name: 'io.k8s.api.storage.v1.CSIStorageCapacity',
  fields: {
    nodeTopology: field(labelSelector, { presence: 'pointer', pb: 2 }),
    storageClassName: string({ presence: 'always', pb: 3, required: 'published' }),
    capacity: quantity({ presence: 'pointer', pb: 4 }),
    maximumVolumeSize: quantity({ presence: 'pointer', pb: 5 }),
  },
  check: (next, old, at) => [...validateStorageCapacity(next, old, at)],
  columns: [
    nameColumn,
    { name: 'StorageClassName', type: 'string', value: ({ storageClassName }) => storageClassName },
    { name: 'Capacity', type: 'string', value: ({ capacity }) => capacity ?? '<unset>' },
  ],
});
export interface CSIStorageCapacity extends Infer<typeof csiStorageCapacity> {}
