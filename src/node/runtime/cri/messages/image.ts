// CRI runtime.v1: images on the node: list, look up, pull, remove.

import type { Input, Output } from '../schema.ts';
import { bool, many, message, one, string, stringMap, strings, uint64 } from '../schema.ts';
import { imageSpec } from './image-spec.ts';
import { podSandboxConfig } from './sandbox.ts';
import { int64Value } from './security.ts';

const imageFilter = message('ImageFilter', { image: one(imageSpec, 1) });
export interface ImageFilter extends Output<typeof imageFilter> {}
export interface ImageFilterInput extends Input<typeof imageFilter> {}

export const listImagesRequest = message('ListImagesRequest', { filter: one(imageFilter, 1) });
export interface ListImagesRequest extends Input<typeof listImagesRequest> {}

export const image = message('Image', {
  id: string(1),
  repoTags: strings(2),
  repoDigests: strings(3),
  size: uint64(4),
  uid: one(int64Value, 5),
  username: string(6),
  spec: one(imageSpec, 7),
  pinned: bool(8),
});
export interface Image extends Output<typeof image> {}
export interface ImageInput extends Input<typeof image> {}

export const listImagesResponse = message('ListImagesResponse', { images: many(image, 1) });
export interface ListImagesResponse extends Output<typeof listImagesResponse> {}

export const imageStatusRequest = message('ImageStatusRequest', { image: one(imageSpec, 1), verbose: bool(2) });
export interface ImageStatusRequest extends Input<typeof imageStatusRequest> {}

export const imageStatusResponse = message('ImageStatusResponse', { image: one(image, 1), info: stringMap(2) });
export interface ImageStatusResponse extends Output<typeof imageStatusResponse> {}

const authConfig = message('AuthConfig', {
  username: string(1),
  password: string(2),
  auth: string(3),
  serverAddress: string(4),
  identityToken: string(5),
  registryToken: string(6),
});
export interface AuthConfig extends Output<typeof authConfig> {}
export interface AuthConfigInput extends Input<typeof authConfig> {}

export const pullImageRequest = message('PullImageRequest', {
  image: one(imageSpec, 1),
  auth: one(authConfig, 2),
  sandboxConfig: one(podSandboxConfig, 3),
});
export interface PullImageRequest extends Input<typeof pullImageRequest> {}

export const pullImageResponse = message('PullImageResponse', { imageRef: string(1) });
export interface PullImageResponse extends Output<typeof pullImageResponse> {}

export const removeImageRequest = message('RemoveImageRequest', { image: one(imageSpec, 1) });
export interface RemoveImageRequest extends Input<typeof removeImageRequest> {}

export const removeImageResponse = message('RemoveImageResponse', {});
