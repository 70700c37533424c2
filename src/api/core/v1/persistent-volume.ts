// PersistentVolume: a piece of storage.

import { validatePersistentVolume } from './persistent-volume-validation.ts';
import { accessModesCell, phaseCell, storageClassOf } from './volume-cells.ts';
import { roundUpToMilli } from './resource-requirements.ts';
import { ageColumn, nameColumn } from './workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { nodeSelector } from './affinity.ts';
import {
  awsElasticBlockStoreVolumeSource,
  azureDiskVolumeSource,
  fcVolumeSource,
  flockerVolumeSource,
  gcePersistentDiskVolumeSource,
  nfsVolumeSource,
  photonPersistentDiskVolumeSource,
  portworxVolumeSource,
  quobyteVolumeSource,
  vsphereVirtualDiskVolumeSource,
} from './network-volume.ts';
import { objectReference, secretReference } from './references.ts';
import { hostPathVolumeSource } from './volume.ts';
import { boolean, field, inline, int32, list, map, quantity, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const azureFilePersistentVolumeSource = struct('io.k8s.api.core.v1.AzureFilePersistentVolumeSource', {
  secretName: string({ presence: 'always', pb: 1, required: 'published' }),
  shareName: string({ presence: 'always', pb: 2, required: 'published' }),
  readOnly: boolean({ pb: 3 }),
  secretNamespace: string({ presence: 'pointer', pb: 4 }),
});
export interface AzureFilePersistentVolumeSource extends Infer<typeof azureFilePersistentVolumeSource> {}

export const csiPersistentVolumeSource = struct('io.k8s.api.core.v1.CSIPersistentVolumeSource', {
  driver: string({ presence: 'always', pb: 1, required: 'published' }),
  volumeHandle: string({ presence: 'always', pb: 2, required: 'published' }),
  readOnly: boolean({ pb: 3 }),
  fsType: string({ pb: 4 }),
  volumeAttributes: map(string(), { pb: 5 }),
  controllerPublishSecretRef: field(secretReference, { presence: 'pointer', pb: 6 }),
  nodeStageSecretRef: field(secretReference, { presence: 'pointer', pb: 7 }),
  nodePublishSecretRef: field(secretReference, { presence: 'pointer', pb: 8 }),
  controllerExpandSecretRef: field(secretReference, { presence: 'pointer', pb: 9 }),
  nodeExpandSecretRef: field(secretReference, { presence: 'pointer', pb: 10 }),
});
export interface CSIPersistentVolumeSource extends Infer<typeof csiPersistentVolumeSource> {}

export const cephFSPersistentVolumeSource = struct('io.k8s.api.core.v1.CephFSPersistentVolumeSource', {
  monitors: list(string(), { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
  path: string({ pb: 2 }),
  user: string({ pb: 3 }),
  secretFile: string({ pb: 4 }),
  secretRef: field(secretReference, { presence: 'pointer', pb: 5 }),
  readOnly: boolean({ pb: 6 }),
});
export interface CephFSPersistentVolumeSource extends Infer<typeof cephFSPersistentVolumeSource> {}

export const cinderPersistentVolumeSource = struct('io.k8s.api.core.v1.CinderPersistentVolumeSource', {
  volumeID: string({ presence: 'always', pb: 1, required: 'published' }),
  fsType: string({ pb: 2 }),
  readOnly: boolean({ pb: 3 }),
  secretRef: field(secretReference, { presence: 'pointer', pb: 4 }),
});
export interface CinderPersistentVolumeSource extends Infer<typeof cinderPersistentVolumeSource> {}

export const flexPersistentVolumeSource = struct('io.k8s.api.core.v1.FlexPersistentVolumeSource', {
  driver: string({ presence: 'always', pb: 1, required: 'published' }),
  fsType: string({ pb: 2 }),
  secretRef: field(secretReference, { presence: 'pointer', pb: 3 }),
  readOnly: boolean({ pb: 4 }),
  options: map(string(), { pb: 5 }),
});
export interface FlexPersistentVolumeSource extends Infer<typeof flexPersistentVolumeSource> {}

export const glusterfsPersistentVolumeSource = struct('io.k8s.api.core.v1.GlusterfsPersistentVolumeSource', {
  endpoints: string({ presence: 'always', pb: 1, required: 'published' }),
  path: string({ presence: 'always', pb: 2, required: 'published' }),
  readOnly: boolean({ pb: 3 }),
  endpointsNamespace: string({ presence: 'pointer', pb: 4 }),
});
export interface GlusterfsPersistentVolumeSource extends Infer<typeof glusterfsPersistentVolumeSource> {}

export const iscsiPersistentVolumeSource = struct('io.k8s.api.core.v1.ISCSIPersistentVolumeSource', {
  targetPortal: string({ presence: 'always', pb: 1, required: 'published' }),
  iqn: string({ presence: 'always', pb: 2, required: 'published' }),
  lun: int32({ presence: 'always', pb: 3, required: 'published' }),
  iscsiInterface: string({ pb: 4, default: 'default' }),
  fsType: string({ pb: 5 }),
  readOnly: boolean({ pb: 6 }),
  portals: list(string(), { pb: 7, listType: 'atomic' }),
  chapAuthDiscovery: boolean({ pb: 8 }),
  chapAuthSession: boolean({ pb: 11 }),
  secretRef: field(secretReference, { presence: 'pointer', pb: 10 }),
  initiatorName: string({ presence: 'pointer', pb: 12 }),
});
export interface ISCSIPersistentVolumeSource extends Infer<typeof iscsiPersistentVolumeSource> {}

export const localVolumeSource = struct('io.k8s.api.core.v1.LocalVolumeSource', {
  path: string({ presence: 'always', pb: 1, required: 'published' }),
  fsType: string({ presence: 'pointer', pb: 2 }),
});
export interface LocalVolumeSource extends Infer<typeof localVolumeSource> {}

export const rbdPersistentVolumeSource = struct('io.k8s.api.core.v1.RBDPersistentVolumeSource', {
  monitors: list(string(), { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
  image: string({ presence: 'always', pb: 2, required: 'published' }),
  fsType: string({ pb: 3 }),
  pool: string({ pb: 4, default: 'rbd' }),
  user: string({ pb: 5, default: 'admin' }),
  keyring: string({ pb: 6, default: '/etc/ceph/keyring' }),
  secretRef: field(secretReference, { presence: 'pointer', pb: 7 }),
  readOnly: boolean({ pb: 8 }),
});
export interface RBDPersistentVolumeSource extends Infer<typeof rbdPersistentVolumeSource> {}

export const scaleIOPersistentVolumeSource = struct('io.k8s.api.core.v1.ScaleIOPersistentVolumeSource', {
  gateway: string({ presence: 'always', pb: 1, required: 'published' }),
  system: string({ presence: 'always', pb: 2, required: 'published' }),
  secretRef: field(secretReference, { presence: 'pointer', pb: 3, required: 'published' }),
  sslEnabled: boolean({ pb: 4 }),
  protectionDomain: string({ pb: 5 }),
  storagePool: string({ pb: 6 }),
  storageMode: string({ pb: 7, default: 'ThinProvisioned' }),
  volumeName: string({ pb: 8 }),
  fsType: string({ pb: 9, default: 'xfs' }),
  readOnly: boolean({ pb: 10 }),
});
export interface ScaleIOPersistentVolumeSource extends Infer<typeof scaleIOPersistentVolumeSource> {}

export const storageOSPersistentVolumeSource = struct('io.k8s.api.core.v1.StorageOSPersistentVolumeSource', {
  volumeName: string({ pb: 1 }),
  volumeNamespace: string({ pb: 2 }),
  fsType: string({ pb: 3 }),
  readOnly: boolean({ pb: 4 }),
  secretRef: field(objectReference, { presence: 'pointer', pb: 5 }),
});
export interface StorageOSPersistentVolumeSource extends Infer<typeof storageOSPersistentVolumeSource> {}

export const persistentVolumeSource = struct('io.k8s.api.core.v1.PersistentVolumeSource', {
  gcePersistentDisk: field(gcePersistentDiskVolumeSource, { presence: 'pointer', pb: 1 }),
  awsElasticBlockStore: field(awsElasticBlockStoreVolumeSource, { presence: 'pointer', pb: 2 }),
  hostPath: field(hostPathVolumeSource, { presence: 'pointer', pb: 3 }),
  glusterfs: field(glusterfsPersistentVolumeSource, { presence: 'pointer', pb: 4 }),
  nfs: field(nfsVolumeSource, { presence: 'pointer', pb: 5 }),
  rbd: field(rbdPersistentVolumeSource, { presence: 'pointer', pb: 6 }),
  iscsi: field(iscsiPersistentVolumeSource, { presence: 'pointer', pb: 7 }),
  cinder: field(cinderPersistentVolumeSource, { presence: 'pointer', pb: 8 }),
  cephfs: field(cephFSPersistentVolumeSource, { presence: 'pointer', pb: 9 }),
  fc: field(fcVolumeSource, { presence: 'pointer', pb: 10 }),
  flocker: field(flockerVolumeSource, { presence: 'pointer', pb: 11 }),
  flexVolume: field(flexPersistentVolumeSource, { presence: 'pointer', pb: 12 }),
  azureFile: field(azureFilePersistentVolumeSource, { presence: 'pointer', pb: 13 }),
  vsphereVolume: field(vsphereVirtualDiskVolumeSource, { presence: 'pointer', pb: 14 }),
  quobyte: field(quobyteVolumeSource, { presence: 'pointer', pb: 15 }),
  azureDisk: field(azureDiskVolumeSource, { presence: 'pointer', pb: 16 }),
  photonPersistentDisk: field(photonPersistentDiskVolumeSource, { presence: 'pointer', pb: 17 }),
  portworxVolume: field(portworxVolumeSource, { presence: 'pointer', pb: 18 }),
  scaleIO: field(scaleIOPersistentVolumeSource, { presence: 'pointer', pb: 19 }),
  local: field(localVolumeSource, { presence: 'pointer', pb: 20 }),
  storageos: field(storageOSPersistentVolumeSource, { presence: 'pointer', pb: 21 }),
  csi: field(csiPersistentVolumeSource, { presence: 'pointer', pb: 22 }),
});
export interface PersistentVolumeSource extends Infer<typeof persistentVolumeSource> {}

export const volumeNodeAffinity = struct('io.k8s.api.core.v1.VolumeNodeAffinity', {
  required: field(nodeSelector, { presence: 'pointer', pb: 1 }),
});
export interface VolumeNodeAffinity extends Infer<typeof volumeNodeAffinity> {}

export const persistentVolumeSpec = struct('io.k8s.api.core.v1.PersistentVolumeSpec', {
  capacity: map(quantity(), { pb: 1, defaults: roundUpToMilli }),
  persistentVolumeSource: inline(persistentVolumeSource, { pb: 2 }),
  accessModes: list(string({ enum: ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'], enumChecked: false }), {
    pb: 3,
    listType: 'atomic',
  }),
  claimRef: field(objectReference, { presence: 'pointer', pb: 4 }),
  persistentVolumeReclaimPolicy: string({ pb: 5, enum: ['Delete', 'Recycle', 'Retain'], enumChecked: false }),
  storageClassName: string({ pb: 6 }),
  mountOptions: list(string(), { pb: 7, listType: 'atomic' }),
  volumeMode: string({ presence: 'pointer', pb: 8, enum: ['Block', 'Filesystem'], enumChecked: false }),
  nodeAffinity: field(volumeNodeAffinity, { presence: 'pointer', pb: 9 }),
  volumeAttributesClassName: string({ presence: 'pointer', pb: 10 }),
});
export interface PersistentVolumeSpec extends Infer<typeof persistentVolumeSpec> {}

export const persistentVolumeStatus = struct('io.k8s.api.core.v1.PersistentVolumeStatus', {
  phase: string({ pb: 1, enum: ['Available', 'Bound', 'Failed', 'Pending', 'Released'], enumChecked: false }),
  message: string({ pb: 2 }),
  reason: string({ pb: 3 }),
  lastPhaseTransitionTime: time({ presence: 'pointer', pb: 4 }),
});
export interface PersistentVolumeStatus extends Infer<typeof persistentVolumeStatus> {}

export const persistentVolume = defineKind({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  scope: 'Cluster',
  name: 'io.k8s.api.core.v1.PersistentVolume',
  fields: {
    spec: field(persistentVolumeSpec, { presence: 'always', pb: 2 }),
    status: field(persistentVolumeStatus, { presence: 'always', pb: 3 }),
  },
  defaults({ spec, status }) {
    status.phase ??= 'Pending';
    spec.persistentVolumeReclaimPolicy ??= 'Retain';
    spec.volumeMode ??= 'Filesystem';
  },
  check: (next, old, at, { subresource }) => (subresource === 'status' ? [] : [...validatePersistentVolume(next, old, at)]),
  columns: [
    nameColumn,
    { name: 'Capacity', type: 'string', value: ({ spec }) => spec.capacity?.['storage'] ?? '0' },
    { name: 'Access Modes', type: 'string', value: ({ spec }) => accessModesCell(spec.accessModes) },
    { name: 'Reclaim Policy', type: 'string', value: ({ spec }) => spec.persistentVolumeReclaimPolicy ?? '' },
    { name: 'Status', type: 'string', value: (volume) => phaseCell(volume, volume.status.phase) },
    {
      name: 'Claim',
      type: 'string',
      value: ({ spec: { claimRef } }) => (claimRef === undefined ? '' : `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`),
    },
    { name: 'StorageClass', type: 'string', value: (volume) => storageClassOf(volume, volume.spec.storageClassName) },
    { name: 'VolumeAttributesClass', type: 'string', value: ({ spec }) => spec.volumeAttributesClassName ?? '<unset>' },
    { name: 'Reason', type: 'string', value: ({ status }) => status.reason ?? '' },
    ageColumn,
    { name: 'VolumeMode', type: 'string', priority: 1, value: ({ spec }) => spec.volumeMode ?? '<unset>' },
  ],
});
export interface PersistentVolume extends Infer<typeof persistentVolume> {}
