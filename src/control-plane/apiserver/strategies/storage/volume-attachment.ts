// How a VolumeAttachment is written: what is reset, kept and counted.

import { volumeAttachment } from '../../../../api/storage/v1/volume-attachment.ts';
import { resource, statusOnly } from '../resource.ts';

export const volumeAttachmentStrategy = resource(volumeAttachment, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  allowsUnconditionalUpdate: false,
  returnsDeletedObject: true,
  subresources: { status: statusOnly({ keeps: 'metadata' }) },
});
