// Volumes of a Pod.

import { defaultPullPolicy } from './container-image.ts';
import {
  awsElasticBlockStoreVolumeSource,
  azureDiskVolumeSource,
  azureFileVolumeSource,
  cephFSVolumeSource,
  cinderVolumeSource,
  fcVolumeSource,
  flexVolumeSource,
  flockerVolumeSource,
  gcePersistentDiskVolumeSource,
  glusterfsVolumeSource,
  iscsiVolumeSource,
  nfsVolumeSource,
  photonPersistentDiskVolumeSource,
  portworxVolumeSource,
  quobyteVolumeSource,
  rbdVolumeSource,
  scaleIOVolumeSource,
  storageOSVolumeSource,
  vsphereVirtualDiskVolumeSource,
} from './network-volume.ts';
import { persistentVolumeClaimTemplate } from './persistent-volume-claim-spec.ts';
import { configMapVolumeSource, downwardAPIVolumeSource, projectedVolumeSource, secretVolumeSource } from './projected-volume.ts';
import { localObjectReference } from './references.ts';
import { boolean, field, inline, map, quantity, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const emptyDirVolumeSource = struct('io.k8s.api.core.v1.EmptyDirVolumeSource', {
  medium: string({ pb: 1 }),
  sizeLimit: quantity({ presence: 'pointer', pb: 2 }),
});
export interface EmptyDirVolumeSource extends Infer<typeof emptyDirVolumeSource> {}

export const hostPathVolumeSource = struct(
  'io.k8s.api.core.v1.HostPathVolumeSource',
  {
    path: string({ presence: 'always', pb: 1, required: 'published' }),
    type: string({
      presence: 'pointer',
      pb: 2,
      enum: ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'],
      enumChecked: false,
    }),
  },
  {
    defaults(self) {
      self.type ??= '';
    },
  },
);
export interface HostPathVolumeSource extends Infer<typeof hostPathVolumeSource> {}

export const gitRepoVolumeSource = struct('io.k8s.api.core.v1.GitRepoVolumeSource', {
  repository: string({ presence: 'always', pb: 1, required: 'published' }),
  revision: string({ pb: 2 }),
  directory: string({ pb: 3 }),
});
export interface GitRepoVolumeSource extends Infer<typeof gitRepoVolumeSource> {}

export const persistentVolumeClaimVolumeSource = struct('io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource', {
  claimName: string({ presence: 'always', pb: 1, required: 'published' }),
  readOnly: boolean({ pb: 2 }),
});
export interface PersistentVolumeClaimVolumeSource extends Infer<typeof persistentVolumeClaimVolumeSource> {}

export const ephemeralVolumeSource = struct('io.k8s.api.core.v1.EphemeralVolumeSource', {
  volumeClaimTemplate: field(persistentVolumeClaimTemplate, { presence: 'pointer', pb: 1 }),
});
export interface EphemeralVolumeSource extends Infer<typeof ephemeralVolumeSource> {}

export const csiVolumeSource = struct('io.k8s.api.core.v1.CSIVolumeSource', {
  driver: string({ presence: 'always', pb: 1, required: 'published' }),
  readOnly: boolean({ presence: 'pointer', pb: 2 }),
  fsType: string({ presence: 'pointer', pb: 3 }),
  volumeAttributes: map(string(), { pb: 4 }),
  nodePublishSecretRef: field(localObjectReference, { presence: 'pointer', pb: 5 }),
});
export interface CSIVolumeSource extends Infer<typeof csiVolumeSource> {}

export const imageVolumeSource = struct(
  'io.k8s.api.core.v1.ImageVolumeSource',
  {
    reference: string({ pb: 1 }),
    pullPolicy: string({ pb: 2, enum: ['Always', 'IfNotPresent', 'Never'], enumChecked: false }),
  },
  {
    defaults(self) {
      self.pullPolicy ||= defaultPullPolicy(self.reference ?? '');
    },
  },
);
export interface ImageVolumeSource extends Infer<typeof imageVolumeSource> {}

export const volumeSource = struct('io.k8s.api.core.v1.VolumeSource', {
  hostPath: field(hostPathVolumeSource, { presence: 'pointer', pb: 1 }),
  emptyDir: field(emptyDirVolumeSource, { presence: 'pointer', pb: 2 }),
  gcePersistentDisk: field(gcePersistentDiskVolumeSource, { presence: 'pointer', pb: 3 }),
  awsElasticBlockStore: field(awsElasticBlockStoreVolumeSource, { presence: 'pointer', pb: 4 }),
  gitRepo: field(gitRepoVolumeSource, { presence: 'pointer', pb: 5 }),
  secret: field(secretVolumeSource, { presence: 'pointer', pb: 6 }),
  nfs: field(nfsVolumeSource, { presence: 'pointer', pb: 7 }),
  iscsi: field(iscsiVolumeSource, { presence: 'pointer', pb: 8 }),
  glusterfs: field(glusterfsVolumeSource, { presence: 'pointer', pb: 9 }),
  persistentVolumeClaim: field(persistentVolumeClaimVolumeSource, { presence: 'pointer', pb: 10 }),
  rbd: field(rbdVolumeSource, { presence: 'pointer', pb: 11 }),
  flexVolume: field(flexVolumeSource, { presence: 'pointer', pb: 12 }),
  cinder: field(cinderVolumeSource, { presence: 'pointer', pb: 13 }),
  cephfs: field(cephFSVolumeSource, { presence: 'pointer', pb: 14 }),
  flocker: field(flockerVolumeSource, { presence: 'pointer', pb: 15 }),
  downwardAPI: field(downwardAPIVolumeSource, { presence: 'pointer', pb: 16 }),
  fc: field(fcVolumeSource, { presence: 'pointer', pb: 17 }),
  azureFile: field(azureFileVolumeSource, { presence: 'pointer', pb: 18 }),
  configMap: field(configMapVolumeSource, { presence: 'pointer', pb: 19 }),
  vsphereVolume: field(vsphereVirtualDiskVolumeSource, { presence: 'pointer', pb: 20 }),
  quobyte: field(quobyteVolumeSource, { presence: 'pointer', pb: 21 }),
  azureDisk: field(azureDiskVolumeSource, { presence: 'pointer', pb: 22 }),
  photonPersistentDisk: field(photonPersistentDiskVolumeSource, { presence: 'pointer', pb: 23 }),
  projected: field(projectedVolumeSource, { presence: 'pointer', pb: 26 }),
  portworxVolume: field(portworxVolumeSource, { presence: 'pointer', pb: 24 }),
  scaleIO: field(scaleIOVolumeSource, { presence: 'pointer', pb: 25 }),
  storageos: field(storageOSVolumeSource, { presence: 'pointer', pb: 27 }),
  csi: field(csiVolumeSource, { presence: 'pointer', pb: 28 }),
  ephemeral: field(ephemeralVolumeSource, { presence: 'pointer', pb: 29 }),
  image: field(imageVolumeSource, { presence: 'pointer', pb: 30 }),
});
export interface VolumeSource extends Infer<typeof volumeSource> {}

export const volume = struct(
  'io.k8s.api.core.v1.Volume',
  {
    name: string({ presence: 'always', pb: 1, required: 'published' }),
    volumeSource: inline(volumeSource, { pb: 2 }),
  },
  {
    defaults(self) {
      const { name: _name, ...sources } = self;
      if (Object.values(sources).every((source) => source === undefined)) self.emptyDir = {};
    },
  },
);
export interface Volume extends Infer<typeof volume> {}
