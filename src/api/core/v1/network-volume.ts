// Volumes that live on other machines or in a cloud.

import { localObjectReference } from './references.ts';
import { boolean, field, int32, list, map, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const awsElasticBlockStoreVolumeSource = struct('io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource', {
  volumeID: string({ presence: 'always', pb: 1, required: 'published' }),
  fsType: string({ pb: 2 }),
  partition: int32({ pb: 3 }),
  readOnly: boolean({ pb: 4 }),
});
export interface AWSElasticBlockStoreVolumeSource extends Infer<typeof awsElasticBlockStoreVolumeSource> {}

export const azureDiskVolumeSource = struct('io.k8s.api.core.v1.AzureDiskVolumeSource', {
  diskName: string({ presence: 'always', pb: 1, required: 'published' }),
  diskURI: string({ presence: 'always', pb: 2, required: 'published' }),
  cachingMode: string({ presence: 'pointer', pb: 3, default: 'ReadWrite', enum: ['None', 'ReadOnly', 'ReadWrite'], enumChecked: false }),
  fsType: string({ presence: 'pointer', pb: 4, default: 'ext4' }),
  readOnly: boolean({ presence: 'pointer', pb: 5, default: false }),
  kind: string({ presence: 'pointer', pb: 6, default: 'Shared', enum: ['Dedicated', 'Managed', 'Shared'], enumChecked: false }),
});
export interface AzureDiskVolumeSource extends Infer<typeof azureDiskVolumeSource> {}

export const azureFileVolumeSource = struct('io.k8s.api.core.v1.AzureFileVolumeSource', {
  secretName: string({ presence: 'always', pb: 1, required: 'published' }),
  shareName: string({ presence: 'always', pb: 2, required: 'published' }),
  readOnly: boolean({ pb: 3 }),
});
export interface AzureFileVolumeSource extends Infer<typeof azureFileVolumeSource> {}

export const cephFSVolumeSource = struct('io.k8s.api.core.v1.CephFSVolumeSource', {
  monitors: list(string(), { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
  path: string({ pb: 2 }),
  user: string({ pb: 3 }),
  secretFile: string({ pb: 4 }),
  secretRef: field(localObjectReference, { presence: 'pointer', pb: 5 }),
  readOnly: boolean({ pb: 6 }),
});
export interface CephFSVolumeSource extends Infer<typeof cephFSVolumeSource> {}

export const cinderVolumeSource = struct('io.k8s.api.core.v1.CinderVolumeSource', {
  volumeID: string({ presence: 'always', pb: 1, required: 'published' }),
  fsType: string({ pb: 2 }),
  readOnly: boolean({ pb: 3 }),
  secretRef: field(localObjectReference, { presence: 'pointer', pb: 4 }),
});
export interface CinderVolumeSource extends Infer<typeof cinderVolumeSource> {}

export const fcVolumeSource = struct('io.k8s.api.core.v1.FCVolumeSource', {
  targetWWNs: list(string(), { pb: 1, listType: 'atomic' }),
  lun: int32({ presence: 'pointer', pb: 2 }),
  fsType: string({ pb: 3 }),
  readOnly: boolean({ pb: 4 }),
  wwids: list(string(), { pb: 5, listType: 'atomic' }),
});
export interface FCVolumeSource extends Infer<typeof fcVolumeSource> {}

export const flexVolumeSource = struct('io.k8s.api.core.v1.FlexVolumeSource', {
  driver: string({ presence: 'always', pb: 1, required: 'published' }),
  fsType: string({ pb: 2 }),
  secretRef: field(localObjectReference, { presence: 'pointer', pb: 3 }),
  readOnly: boolean({ pb: 4 }),
  options: map(string(), { pb: 5 }),
});
export interface FlexVolumeSource extends Infer<typeof flexVolumeSource> {}

export const flockerVolumeSource = struct('io.k8s.api.core.v1.FlockerVolumeSource', {
  datasetName: string({ pb: 1 }),
  datasetUUID: string({ pb: 2 }),
});
export interface FlockerVolumeSource extends Infer<typeof flockerVolumeSource> {}

export const gcePersistentDiskVolumeSource = struct('io.k8s.api.core.v1.GCEPersistentDiskVolumeSource', {
  pdName: string({ presence: 'always', pb: 1, required: 'published' }),
  fsType: string({ pb: 2 }),
  partition: int32({ pb: 3 }),
  readOnly: boolean({ pb: 4 }),
});
export interface GCEPersistentDiskVolumeSource extends Infer<typeof gcePersistentDiskVolumeSource> {}

export const glusterfsVolumeSource = struct('io.k8s.api.core.v1.GlusterfsVolumeSource', {
  endpoints: string({ presence: 'always', pb: 1, required: 'published' }),
  path: string({ presence: 'always', pb: 2, required: 'published' }),
  readOnly: boolean({ pb: 3 }),
});
export interface GlusterfsVolumeSource extends Infer<typeof glusterfsVolumeSource> {}

export const iscsiVolumeSource = struct('io.k8s.api.core.v1.ISCSIVolumeSource', {
  targetPortal: string({ presence: 'always', pb: 1, required: 'published' }),
  iqn: string({ presence: 'always', pb: 2, required: 'published' }),
  lun: int32({ presence: 'always', pb: 3, required: 'published' }),
  iscsiInterface: string({ pb: 4, default: 'default' }),
  fsType: string({ pb: 5 }),
  readOnly: boolean({ pb: 6 }),
  portals: list(string(), { pb: 7, listType: 'atomic' }),
  chapAuthDiscovery: boolean({ pb: 8 }),
  chapAuthSession: boolean({ pb: 11 }),
  secretRef: field(localObjectReference, { presence: 'pointer', pb: 10 }),
  initiatorName: string({ presence: 'pointer', pb: 12 }),
});
export interface ISCSIVolumeSource extends Infer<typeof iscsiVolumeSource> {}

export const nfsVolumeSource = struct('io.k8s.api.core.v1.NFSVolumeSource', {
  server: string({ presence: 'always', pb: 1, required: 'published' }),
  path: string({ presence: 'always', pb: 2, required: 'published' }),
  readOnly: boolean({ pb: 3 }),
});
export interface NFSVolumeSource extends Infer<typeof nfsVolumeSource> {}

export const photonPersistentDiskVolumeSource = struct('io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource', {
  pdID: string({ presence: 'always', pb: 1, required: 'published' }),
  fsType: string({ pb: 2 }),
});
export interface PhotonPersistentDiskVolumeSource extends Infer<typeof photonPersistentDiskVolumeSource> {}

export const portworxVolumeSource = struct('io.k8s.api.core.v1.PortworxVolumeSource', {
  volumeID: string({ presence: 'always', pb: 1, required: 'published' }),
  fsType: string({ pb: 2 }),
  readOnly: boolean({ pb: 3 }),
});
export interface PortworxVolumeSource extends Infer<typeof portworxVolumeSource> {}

export const quobyteVolumeSource = struct('io.k8s.api.core.v1.QuobyteVolumeSource', {
  registry: string({ presence: 'always', pb: 1, required: 'published' }),
  volume: string({ presence: 'always', pb: 2, required: 'published' }),
  readOnly: boolean({ pb: 3 }),
  user: string({ pb: 4 }),
  group: string({ pb: 5 }),
  tenant: string({ pb: 6 }),
});
export interface QuobyteVolumeSource extends Infer<typeof quobyteVolumeSource> {}

export const rbdVolumeSource = struct('io.k8s.api.core.v1.RBDVolumeSource', {
  monitors: list(string(), { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
  image: string({ presence: 'always', pb: 2, required: 'published' }),
  fsType: string({ pb: 3 }),
  pool: string({ pb: 4, default: 'rbd' }),
  user: string({ pb: 5, default: 'admin' }),
  keyring: string({ pb: 6, default: '/etc/ceph/keyring' }),
  secretRef: field(localObjectReference, { presence: 'pointer', pb: 7 }),
  readOnly: boolean({ pb: 8 }),
});
export interface RBDVolumeSource extends Infer<typeof rbdVolumeSource> {}

export const scaleIOVolumeSource = struct('io.k8s.api.core.v1.ScaleIOVolumeSource', {
  gateway: string({ presence: 'always', pb: 1, required: 'published' }),
  system: string({ presence: 'always', pb: 2, required: 'published' }),
  secretRef: field(localObjectReference, { presence: 'pointer', pb: 3, required: 'published' }),
  sslEnabled: boolean({ pb: 4 }),
  protectionDomain: string({ pb: 5 }),
  storagePool: string({ pb: 6 }),
  storageMode: string({ pb: 7, default: 'ThinProvisioned' }),
  volumeName: string({ pb: 8 }),
  fsType: string({ pb: 9, default: 'xfs' }),
  readOnly: boolean({ pb: 10 }),
});
export interface ScaleIOVolumeSource extends Infer<typeof scaleIOVolumeSource> {}

export const storageOSVolumeSource = struct('io.k8s.api.core.v1.StorageOSVolumeSource', {
  volumeName: string({ pb: 1 }),
  volumeNamespace: string({ pb: 2 }),
  fsType: string({ pb: 3 }),
  readOnly: boolean({ pb: 4 }),
  secretRef: field(localObjectReference, { presence: 'pointer', pb: 5 }),
});
export interface StorageOSVolumeSource extends Infer<typeof storageOSVolumeSource> {}

export const vsphereVirtualDiskVolumeSource = struct('io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource', {
  volumePath: string({ presence: 'always', pb: 1, required: 'published' }),
  fsType: string({ pb: 2 }),
  storagePolicyName: string({ pb: 3 }),
  storagePolicyID: string({ pb: 4 }),
});
export interface VsphereVirtualDiskVolumeSource extends Infer<typeof vsphereVirtualDiskVolumeSource> {}
