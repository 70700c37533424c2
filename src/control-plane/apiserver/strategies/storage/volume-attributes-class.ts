// How a VolumeAttributesClass is written: what is reset, kept and counted.

import { volumeAttributesClass } from '../../../../api/storage/v1/volume-attributes-class.ts';
import { resource } from '../resource.ts';

export const volumeAttributesClassStrategy = resource(volumeAttributesClass, {
  returnsDeletedObject: true,
});
