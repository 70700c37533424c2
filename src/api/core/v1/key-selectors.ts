// Selecting one key of a ConfigMap, a Secret, a file or the downward API.

import { localObjectReference } from './references.ts';
import { boolean, inline, quantity, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const configMapKeySelector = struct(
  'io.k8s.api.core.v1.ConfigMapKeySelector',
  {
    localObjectReference: inline(localObjectReference, { pb: 1 }),
    key: string({ presence: 'always', pb: 2, required: 'published' }),
    optional: boolean({ presence: 'pointer', pb: 3 }),
  },
  { structType: 'atomic' },
);
export interface ConfigMapKeySelector extends Infer<typeof configMapKeySelector> {}

export const secretKeySelector = struct(
  'io.k8s.api.core.v1.SecretKeySelector',
  {
    localObjectReference: inline(localObjectReference, { pb: 1 }),
    key: string({ presence: 'always', pb: 2, required: 'published' }),
    optional: boolean({ presence: 'pointer', pb: 3 }),
  },
  { structType: 'atomic' },
);
export interface SecretKeySelector extends Infer<typeof secretKeySelector> {}

export const fileKeySelector = struct(
  'io.k8s.api.core.v1.FileKeySelector',
  {
    volumeName: string({ presence: 'always', pb: 1, required: 'published' }),
    path: string({ presence: 'always', pb: 2, required: 'published' }),
    key: string({ presence: 'always', pb: 3, required: 'published' }),
    optional: boolean({ presence: 'pointer', pb: 4, default: false }),
  },
  { structType: 'atomic' },
);
export interface FileKeySelector extends Infer<typeof fileKeySelector> {}

export const objectFieldSelector = struct(
  'io.k8s.api.core.v1.ObjectFieldSelector',
  {
    apiVersion: string({ pb: 1 }),
    fieldPath: string({ presence: 'always', pb: 2, required: 'published' }),
  },
  {
    structType: 'atomic',
    defaults(self) {
      self.apiVersion ||= 'v1';
    },
  },
);
export interface ObjectFieldSelector extends Infer<typeof objectFieldSelector> {}

export const resourceFieldSelector = struct(
  'io.k8s.api.core.v1.ResourceFieldSelector',
  {
    containerName: string({ pb: 1 }),
    resource: string({ presence: 'always', pb: 2, required: 'published' }),
    divisor: quantity({ presence: 'always', pb: 3 }),
  },
  { structType: 'atomic' },
);
export interface ResourceFieldSelector extends Infer<typeof resourceFieldSelector> {}
