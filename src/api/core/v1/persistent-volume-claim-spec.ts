// What a claim asks for; also embedded in Pods as a template.

import { objectMeta } from '../../../machinery/object-meta.ts';
import { typedLocalObjectReference, typedObjectReference } from './references.ts';
import { volumeResourceRequirements } from './resource-requirements.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { field, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const persistentVolumeClaimSpec = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimSpec',
  {
    accessModes: list(string({ enum: ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'], enumChecked: false }), {
      pb: 1,
      listType: 'atomic',
    }),
    selector: field(labelSelector, { presence: 'pointer', pb: 4 }),
    resources: field(volumeResourceRequirements, { presence: 'always', pb: 2 }),
    volumeName: string({ pb: 3 }),
    storageClassName: string({ presence: 'pointer', pb: 5 }),
    volumeMode: string({ presence: 'pointer', pb: 6, enum: ['Block', 'Filesystem'], enumChecked: false }),
    dataSource: field(typedLocalObjectReference, { presence: 'pointer', pb: 7 }),
    dataSourceRef: field(typedObjectReference, { presence: 'pointer', pb: 8 }),
    volumeAttributesClassName: string({ presence: 'pointer', pb: 9 }),
  },
  {
    defaults(self) {
      self.volumeMode ??= 'Filesystem';
    },
  },
);
export interface PersistentVolumeClaimSpec extends Infer<typeof persistentVolumeClaimSpec> {}

export const persistentVolumeClaimTemplate = struct('io.k8s.api.core.v1.PersistentVolumeClaimTemplate', {
  metadata: field(objectMeta, { presence: 'always', pb: 1 }),
  spec: field(persistentVolumeClaimSpec, { presence: 'always', pb: 2, required: 'published' }),
});
export interface PersistentVolumeClaimTemplate extends Infer<typeof persistentVolumeClaimTemplate> {}
