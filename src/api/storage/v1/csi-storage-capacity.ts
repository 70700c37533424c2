// CSIStorageCapacity: how much room a driver has where.

import { validateStorageCapacity } from './csi-validation.ts';
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
});
export interface CSIStorageCapacity extends Infer<typeof csiStorageCapacity> {}
