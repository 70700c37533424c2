// How a DeviceClass is written: what is reset, kept and counted.

import { deviceClass } from '../../../../api/resource/v1/device-class.ts';
import { resource } from '../resource.ts';

export const deviceClassStrategy = resource(deviceClass, {
  bumpsGeneration: ['spec'],
  returnsDeletedObject: true,
});
