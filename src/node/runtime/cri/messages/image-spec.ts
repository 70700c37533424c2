// CRI runtime.v1: how a request names an image.

import type { Input, Output } from '../schema.ts';
import { message, string, stringMap } from '../schema.ts';

export const imageSpec = message('ImageSpec', {
  image: string(1),
  annotations: stringMap(2),
  userSpecifiedImage: string(18),
  runtimeHandler: string(19),
  imageRef: string(20),
});
export interface ImageSpec extends Output<typeof imageSpec> {}
export interface ImageSpecInput extends Input<typeof imageSpec> {}
