// VolumeAttributesClass: mutable attributes of volumes.

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
});
export interface VolumeAttributesClass extends Infer<typeof volumeAttributesClass> {}
