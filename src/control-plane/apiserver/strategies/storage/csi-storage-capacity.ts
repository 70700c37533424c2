// How a CSIStorageCapacity is written: what is reset, kept and counted.

import { csiStorageCapacity } from '../../../../api/storage/v1/csi-storage-capacity.ts';
import { resource } from '../resource.ts';

export const csiStorageCapacityStrategy = resource(csiStorageCapacity, {
  allowsUnconditionalUpdate: false,
});
