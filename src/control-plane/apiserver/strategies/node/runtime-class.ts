// How a RuntimeClass is written: what is reset, kept and counted.

import { runtimeClass } from '../../../../api/node/v1/runtime-class.ts';
import { resource } from '../resource.ts';

export const runtimeClassStrategy = resource(runtimeClass, {
  allowsCreateOnUpdate: true,
  allowsUnconditionalUpdate: false,
});
