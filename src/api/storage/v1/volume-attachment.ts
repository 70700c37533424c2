// VolumeAttachment: a volume to be attached to a node.

import { validateVolumeAttachment } from './volume-attachment-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { persistentVolumeSpec } from '../../core/v1/persistent-volume.ts';
import { boolean, field, int32, map, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const volumeAttachmentSource = struct('io.k8s.api.storage.v1.VolumeAttachmentSource', {
  persistentVolumeName: string({ presence: 'pointer', pb: 1 }),
  inlineVolumeSpec: field(persistentVolumeSpec, { presence: 'pointer', pb: 2 }),
});
export interface VolumeAttachmentSource extends Infer<typeof volumeAttachmentSource> {}

export const volumeAttachmentSpec = struct('io.k8s.api.storage.v1.VolumeAttachmentSpec', {
  attacher: string({ presence: 'always', pb: 1, required: 'published' }),
  source: field(volumeAttachmentSource, { presence: 'always', pb: 2, required: 'published' }),
  nodeName: string({ presence: 'always', pb: 3, required: 'published' }),
});
export interface VolumeAttachmentSpec extends Infer<typeof volumeAttachmentSpec> {}

export const volumeError = struct('io.k8s.api.storage.v1.VolumeError', {
  time: time({ presence: 'always', pb: 1 }),
  message: string({ pb: 2 }),
  errorCode: int32({ presence: 'pointer', pb: 3 }),
});
export interface VolumeError extends Infer<typeof volumeError> {}

export const volumeAttachmentStatus = struct('io.k8s.api.storage.v1.VolumeAttachmentStatus', {
  attached: boolean({ presence: 'always', pb: 1, required: 'published' }),
  attachmentMetadata: map(string(), { pb: 2 }),
  attachError: field(volumeError, { presence: 'pointer', pb: 3 }),
  detachError: field(volumeError, { presence: 'pointer', pb: 4 }),
});
export interface VolumeAttachmentStatus extends Infer<typeof volumeAttachmentStatus> {}

export const volumeAttachment = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  scope: 'Cluster',
  name: 'io.k8s.api.storage.v1.VolumeAttachment',
  fields: {
    spec: field(volumeAttachmentSpec, { presence: 'always', pb: 2, required: 'published' }),
    status: field(volumeAttachmentStatus, { presence: 'always', pb: 3 }),
  },
  check: (next, old, at) => [...validateVolumeAttachment(next, old, at)],
  columns: [
    nameColumn,
    { name: 'Attacher', type: 'string', format: 'name', value: ({ spec }) => spec.attacher },
    { name: 'PV', type: 'string', value: ({ spec }) => spec.source.persistentVolumeName ?? '' },
    { name: 'Node', type: 'string', value: ({ spec }) => spec.nodeName },
    { name: 'Attached', type: 'boolean', value: ({ status }) => status.attached },
    ageColumn,
  ],
});
export interface VolumeAttachment extends Infer<typeof volumeAttachment> {}
