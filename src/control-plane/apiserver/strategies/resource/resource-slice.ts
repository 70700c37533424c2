// How a ResourceSlice is written: what is reset, kept and counted.

import { resourceSlice } from '../../../../api/resource/v1/resource-slice.ts';
import { resource } from '../resource.ts';

export const resourceSliceStrategy = resource(resourceSlice, {
  bumpsGeneration: ['spec'],
  returnsDeletedObject: true,
});
