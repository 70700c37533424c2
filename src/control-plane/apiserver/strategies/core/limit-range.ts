// How a LimitRange is written: one without a name gets one that is nobody else's.

import { limitRange } from '../../../../api/core/v1/limit-range.ts';
import { resource } from '../resource.ts';

export const limitRangeStrategy = resource(limitRange, {
  allowsCreateOnUpdate: true,
  prepareForCreate({ metadata }) {
    if ((metadata.name ?? '') === '' && metadata.uid !== undefined) metadata.name = metadata.uid;
  },
});
