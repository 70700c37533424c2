// How a LimitRange is written: what is reset, kept and counted.

import { limitRange } from '../../../../api/core/v1/limit-range.ts';
import { resource } from '../resource.ts';

export const limitRangeStrategy = resource(limitRange, {
  allowsCreateOnUpdate: true,
});
