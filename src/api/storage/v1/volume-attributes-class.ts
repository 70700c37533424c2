// VolumeAttributesClass: mutable attributes of volumes.

import { validateAttributesClass } from './storage-class-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { map, string } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const volumeAttributesClass = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  shortNames: ['vac'],
  scope: 'Cluster',
  name: 'io.k8s.api.storage.v1.VolumeAttributesClass',
  fields: {
    driverName: string({ presence: 'always', pb: 2, required: 'published' }),
    parameters: map(string(), { pb: 3 }),
  },
  check: (next, old, at) => [...validateAttributesClass(next, old, at)],
  columns: [nameColumn, { name: 'DriverName', type: 'string', value: ({ driverName }) => driverName }, ageColumn],
});
export interface VolumeAttributesClass extends Infer<typeof volumeAttributesClass> {}
