// Volumes made of API objects: ConfigMaps, Secrets, the downward API, tokens and their projections.

import { objectFieldSelector, resourceFieldSelector } from './key-selectors.ts';
import { localObjectReference } from './references.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { boolean, field, inline, int32, int64, list, map, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

const DEFAULT_MODE = 0o644;
const DEFAULT_TOKEN_SECONDS = 3600;

export const keyToPath = struct('io.k8s.api.core.v1.KeyToPath', {
  key: string({ presence: 'always', pb: 1, required: 'published' }),
  path: string({ presence: 'always', pb: 2, required: 'published' }),
  mode: int32({ presence: 'pointer', pb: 3 }),
});
export interface KeyToPath extends Infer<typeof keyToPath> {}

export const downwardAPIVolumeFile = struct('io.k8s.api.core.v1.DownwardAPIVolumeFile', {
  path: string({ presence: 'always', pb: 1, required: 'published' }),
  fieldRef: field(objectFieldSelector, { presence: 'pointer', pb: 2 }),
  resourceFieldRef: field(resourceFieldSelector, { presence: 'pointer', pb: 3 }),
  mode: int32({ presence: 'pointer', pb: 4 }),
});
export interface DownwardAPIVolumeFile extends Infer<typeof downwardAPIVolumeFile> {}

export const configMapVolumeSource = struct(
  'io.k8s.api.core.v1.ConfigMapVolumeSource',
  {
    localObjectReference: inline(localObjectReference, { pb: 1 }),
    items: list(keyToPath, { pb: 2, listType: 'atomic' }),
    defaultMode: int32({ presence: 'pointer', pb: 3 }),
    optional: boolean({ presence: 'pointer', pb: 4 }),
  },
  {
    defaults(self) {
      self.defaultMode ??= DEFAULT_MODE;
    },
  },
);
export interface ConfigMapVolumeSource extends Infer<typeof configMapVolumeSource> {}

export const secretVolumeSource = struct(
  'io.k8s.api.core.v1.SecretVolumeSource',
  {
    secretName: string({ pb: 1 }),
    items: list(keyToPath, { pb: 2, listType: 'atomic' }),
    defaultMode: int32({ presence: 'pointer', pb: 3 }),
    optional: boolean({ presence: 'pointer', pb: 4 }),
  },
  {
    defaults(self) {
      self.defaultMode ??= DEFAULT_MODE;
    },
  },
);
export interface SecretVolumeSource extends Infer<typeof secretVolumeSource> {}

export const downwardAPIVolumeSource = struct(
  'io.k8s.api.core.v1.DownwardAPIVolumeSource',
  {
    items: list(downwardAPIVolumeFile, { pb: 1, listType: 'atomic' }),
    defaultMode: int32({ presence: 'pointer', pb: 2 }),
  },
  {
    defaults(self) {
      self.defaultMode ??= DEFAULT_MODE;
    },
  },
);
export interface DownwardAPIVolumeSource extends Infer<typeof downwardAPIVolumeSource> {}

export const configMapProjection = struct('io.k8s.api.core.v1.ConfigMapProjection', {
  localObjectReference: inline(localObjectReference, { pb: 1 }),
  items: list(keyToPath, { pb: 2, listType: 'atomic' }),
  optional: boolean({ presence: 'pointer', pb: 4 }),
});
export interface ConfigMapProjection extends Infer<typeof configMapProjection> {}

export const secretProjection = struct('io.k8s.api.core.v1.SecretProjection', {
  localObjectReference: inline(localObjectReference, { pb: 1 }),
  items: list(keyToPath, { pb: 2, listType: 'atomic' }),
  optional: boolean({ presence: 'pointer', pb: 4 }),
});
export interface SecretProjection extends Infer<typeof secretProjection> {}

export const downwardAPIProjection = struct('io.k8s.api.core.v1.DownwardAPIProjection', {
  items: list(downwardAPIVolumeFile, { pb: 1, listType: 'atomic' }),
});
export interface DownwardAPIProjection extends Infer<typeof downwardAPIProjection> {}

export const serviceAccountTokenProjection = struct(
  'io.k8s.api.core.v1.ServiceAccountTokenProjection',
  {
    audience: string({ pb: 1 }),
    expirationSeconds: int64({ presence: 'pointer', pb: 2 }),
    path: string({ presence: 'always', pb: 3, required: 'published' }),
  },
  {
    defaults(self) {
      self.expirationSeconds ??= DEFAULT_TOKEN_SECONDS;
    },
  },
);
export interface ServiceAccountTokenProjection extends Infer<typeof serviceAccountTokenProjection> {}

export const clusterTrustBundleProjection = struct('io.k8s.api.core.v1.ClusterTrustBundleProjection', {
  name: string({ presence: 'pointer', pb: 1 }),
  signerName: string({ presence: 'pointer', pb: 2 }),
  labelSelector: field(labelSelector, { presence: 'pointer', pb: 3 }),
  optional: boolean({ presence: 'pointer', pb: 5 }),
  path: string({ presence: 'always', pb: 4, required: 'published' }),
});
export interface ClusterTrustBundleProjection extends Infer<typeof clusterTrustBundleProjection> {}

export const podCertificateProjection = struct('io.k8s.api.core.v1.PodCertificateProjection', {
  signerName: string({ pb: 1, required: 'published' }),
  keyType: string({ pb: 2, required: 'published' }),
  maxExpirationSeconds: int32({ presence: 'pointer', pb: 3 }),
  credentialBundlePath: string({ pb: 4 }),
  keyPath: string({ pb: 5 }),
  certificateChainPath: string({ pb: 6 }),
  userAnnotations: map(string(), { pb: 7 }),
});
export interface PodCertificateProjection extends Infer<typeof podCertificateProjection> {}

export const volumeProjection = struct('io.k8s.api.core.v1.VolumeProjection', {
  secret: field(secretProjection, { presence: 'pointer', pb: 1 }),
  downwardAPI: field(downwardAPIProjection, { presence: 'pointer', pb: 2 }),
  configMap: field(configMapProjection, { presence: 'pointer', pb: 3 }),
  serviceAccountToken: field(serviceAccountTokenProjection, { presence: 'pointer', pb: 4 }),
  clusterTrustBundle: field(clusterTrustBundleProjection, { presence: 'pointer', pb: 5, gate: 'ClusterTrustBundleProjection' }),
  podCertificate: field(podCertificateProjection, { presence: 'pointer', pb: 6, gate: 'PodCertificateRequest' }),
});
export interface VolumeProjection extends Infer<typeof volumeProjection> {}

export const projectedVolumeSource = struct(
  'io.k8s.api.core.v1.ProjectedVolumeSource',
  {
    sources: list(volumeProjection, { presence: 'always', pb: 1, listType: 'atomic' }),
    defaultMode: int32({ presence: 'pointer', pb: 2 }),
  },
  {
    defaults(self) {
      self.defaultMode ??= DEFAULT_MODE;
    },
  },
);
export interface ProjectedVolumeSource extends Infer<typeof projectedVolumeSource> {}
