// Environment variables of containers.

import { configMapKeySelector, fileKeySelector, objectFieldSelector, resourceFieldSelector, secretKeySelector } from './key-selectors.ts';
import { localObjectReference } from './references.ts';
import { boolean, field, inline, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const configMapEnvSource = struct('io.k8s.api.core.v1.ConfigMapEnvSource', {
  localObjectReference: inline(localObjectReference, { pb: 1 }),
  optional: boolean({ presence: 'pointer', pb: 2 }),
});
export interface ConfigMapEnvSource extends Infer<typeof configMapEnvSource> {}

export const secretEnvSource = struct('io.k8s.api.core.v1.SecretEnvSource', {
  localObjectReference: inline(localObjectReference, { pb: 1 }),
  optional: boolean({ presence: 'pointer', pb: 2 }),
});
export interface SecretEnvSource extends Infer<typeof secretEnvSource> {}

export const envFromSource = struct('io.k8s.api.core.v1.EnvFromSource', {
  prefix: string({ pb: 1 }),
  configMapRef: field(configMapEnvSource, { presence: 'pointer', pb: 2 }),
  secretRef: field(secretEnvSource, { presence: 'pointer', pb: 3 }),
});
export interface EnvFromSource extends Infer<typeof envFromSource> {}

export const envVarSource = struct('io.k8s.api.core.v1.EnvVarSource', {
  fieldRef: field(objectFieldSelector, { presence: 'pointer', pb: 1 }),
  resourceFieldRef: field(resourceFieldSelector, { presence: 'pointer', pb: 2 }),
  configMapKeyRef: field(configMapKeySelector, { presence: 'pointer', pb: 3 }),
  secretKeyRef: field(secretKeySelector, { presence: 'pointer', pb: 4 }),
  fileKeyRef: field(fileKeySelector, { presence: 'pointer', pb: 5 }),
});
export interface EnvVarSource extends Infer<typeof envVarSource> {}

export const envVar = struct('io.k8s.api.core.v1.EnvVar', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  value: string({ pb: 2 }),
  valueFrom: field(envVarSource, { presence: 'pointer', pb: 3 }),
});
export interface EnvVar extends Infer<typeof envVar> {}
