// How a StorageClass is written: what is reset, kept and counted.

import { storageClass } from '../../../../api/storage/v1/storage-class.ts';
import { resource } from '../resource.ts';

export const storageClassStrategy = resource(storageClass, {
  returnsDeletedObject: true,
});
