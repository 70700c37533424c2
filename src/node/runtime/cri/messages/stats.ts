// CRI runtime.v1: what containers, sandboxes and image stores use.

import type { Input, Output } from '../schema.ts';
import { double, many, message, one, string, stringMap, time, uint64 } from '../schema.ts';
import { containerMetadata } from './container.ts';
import { podSandboxMetadata } from './sandbox.ts';

const uInt64Value = message('UInt64Value', { value: uint64(1) });
export interface UInt64Value extends Output<typeof uInt64Value> {}
export interface UInt64ValueInput extends Input<typeof uInt64Value> {}

const filesystemIdentifier = message('FilesystemIdentifier', { mountpoint: string(1) });
export interface FilesystemIdentifier extends Output<typeof filesystemIdentifier> {}
export interface FilesystemIdentifierInput extends Input<typeof filesystemIdentifier> {}

const filesystemUsage = message('FilesystemUsage', {
  timestamp: time(1),
  fsId: one(filesystemIdentifier, 2),
  usedBytes: one(uInt64Value, 3),
  inodesUsed: one(uInt64Value, 4),
});
export interface FilesystemUsage extends Output<typeof filesystemUsage> {}
export interface FilesystemUsageInput extends Input<typeof filesystemUsage> {}

export const imageFsInfoRequest = message('ImageFsInfoRequest', {});

export const imageFsInfoResponse = message('ImageFsInfoResponse', {
  imageFilesystems: many(filesystemUsage, 1),
  containerFilesystems: many(filesystemUsage, 2),
});
export interface ImageFsInfoResponse extends Output<typeof imageFsInfoResponse> {}

const psiData = message('PsiData', { total: uint64(1), avg10: double(2), avg60: double(3), avg300: double(4) });
export interface PsiData extends Output<typeof psiData> {}
export interface PsiDataInput extends Input<typeof psiData> {}

const psiStats = message('PsiStats', { full: one(psiData, 1), some: one(psiData, 2) });
export interface PsiStats extends Output<typeof psiStats> {}
export interface PsiStatsInput extends Input<typeof psiStats> {}

const cpuUsage = message('CpuUsage', {
  timestamp: time(1),
  usageCoreNanoSeconds: one(uInt64Value, 2),
  usageNanoCores: one(uInt64Value, 3),
  psi: one(psiStats, 4),
});
export interface CpuUsage extends Output<typeof cpuUsage> {}
export interface CpuUsageInput extends Input<typeof cpuUsage> {}

const memoryUsage = message('MemoryUsage', {
  timestamp: time(1),
  workingSetBytes: one(uInt64Value, 2),
  availableBytes: one(uInt64Value, 3),
  usageBytes: one(uInt64Value, 4),
  rssBytes: one(uInt64Value, 5),
  pageFaults: one(uInt64Value, 6),
  majorPageFaults: one(uInt64Value, 7),
  psi: one(psiStats, 8),
});
export interface MemoryUsage extends Output<typeof memoryUsage> {}
export interface MemoryUsageInput extends Input<typeof memoryUsage> {}

const ioUsage = message('IoUsage', { timestamp: time(1), psi: one(psiStats, 2) });
export interface IoUsage extends Output<typeof ioUsage> {}
export interface IoUsageInput extends Input<typeof ioUsage> {}

const swapUsage = message('SwapUsage', {
  timestamp: time(1),
  swapAvailableBytes: one(uInt64Value, 2),
  swapUsageBytes: one(uInt64Value, 3),
});
export interface SwapUsage extends Output<typeof swapUsage> {}
export interface SwapUsageInput extends Input<typeof swapUsage> {}

const containerAttributes = message('ContainerAttributes', {
  id: string(1),
  metadata: one(containerMetadata, 2),
  labels: stringMap(3),
  annotations: stringMap(4),
});
export interface ContainerAttributes extends Output<typeof containerAttributes> {}
export interface ContainerAttributesInput extends Input<typeof containerAttributes> {}

const containerStats = message('ContainerStats', {
  attributes: one(containerAttributes, 1),
  cpu: one(cpuUsage, 2),
  memory: one(memoryUsage, 3),
  writableLayer: one(filesystemUsage, 4),
  swap: one(swapUsage, 5),
  io: one(ioUsage, 6),
});
export interface ContainerStats extends Output<typeof containerStats> {}
export interface ContainerStatsInput extends Input<typeof containerStats> {}

const containerStatsFilter = message('ContainerStatsFilter', {
  id: string(1),
  podSandboxId: string(2),
  labelSelector: stringMap(3),
});
export interface ContainerStatsFilter extends Output<typeof containerStatsFilter> {}
export interface ContainerStatsFilterInput extends Input<typeof containerStatsFilter> {}

export const containerStatsRequest = message('ContainerStatsRequest', { containerId: string(1) });
export interface ContainerStatsRequest extends Input<typeof containerStatsRequest> {}

export const containerStatsResponse = message('ContainerStatsResponse', { stats: one(containerStats, 1) });
export interface ContainerStatsResponse extends Output<typeof containerStatsResponse> {}

export const listContainerStatsRequest = message('ListContainerStatsRequest', { filter: one(containerStatsFilter, 1) });
export interface ListContainerStatsRequest extends Input<typeof listContainerStatsRequest> {}

export const listContainerStatsResponse = message('ListContainerStatsResponse', { stats: many(containerStats, 1) });
export interface ListContainerStatsResponse extends Output<typeof listContainerStatsResponse> {}

const networkInterfaceUsage = message('NetworkInterfaceUsage', {
  name: string(1),
  rxBytes: one(uInt64Value, 2),
  rxErrors: one(uInt64Value, 3),
  txBytes: one(uInt64Value, 4),
  txErrors: one(uInt64Value, 5),
});
export interface NetworkInterfaceUsage extends Output<typeof networkInterfaceUsage> {}
export interface NetworkInterfaceUsageInput extends Input<typeof networkInterfaceUsage> {}

const networkUsage = message('NetworkUsage', {
  timestamp: time(1),
  defaultInterface: one(networkInterfaceUsage, 2),
  interfaces: many(networkInterfaceUsage, 3),
});
export interface NetworkUsage extends Output<typeof networkUsage> {}
export interface NetworkUsageInput extends Input<typeof networkUsage> {}

const processUsage = message('ProcessUsage', { timestamp: time(1), processCount: one(uInt64Value, 2) });
export interface ProcessUsage extends Output<typeof processUsage> {}
export interface ProcessUsageInput extends Input<typeof processUsage> {}

const linuxPodSandboxStats = message('LinuxPodSandboxStats', {
  cpu: one(cpuUsage, 1),
  memory: one(memoryUsage, 2),
  network: one(networkUsage, 3),
  process: one(processUsage, 4),
  containers: many(containerStats, 5),
  io: one(ioUsage, 6),
});
export interface LinuxPodSandboxStats extends Output<typeof linuxPodSandboxStats> {}
export interface LinuxPodSandboxStatsInput extends Input<typeof linuxPodSandboxStats> {}

const podSandboxAttributes = message('PodSandboxAttributes', {
  id: string(1),
  metadata: one(podSandboxMetadata, 2),
  labels: stringMap(3),
  annotations: stringMap(4),
});
export interface PodSandboxAttributes extends Output<typeof podSandboxAttributes> {}
export interface PodSandboxAttributesInput extends Input<typeof podSandboxAttributes> {}

const podSandboxStats = message('PodSandboxStats', {
  attributes: one(podSandboxAttributes, 1),
  linux: one(linuxPodSandboxStats, 2),
});
export interface PodSandboxStats extends Output<typeof podSandboxStats> {}
export interface PodSandboxStatsInput extends Input<typeof podSandboxStats> {}

const podSandboxStatsFilter = message('PodSandboxStatsFilter', { id: string(1), labelSelector: stringMap(2) });
export interface PodSandboxStatsFilter extends Output<typeof podSandboxStatsFilter> {}
export interface PodSandboxStatsFilterInput extends Input<typeof podSandboxStatsFilter> {}

export const podSandboxStatsRequest = message('PodSandboxStatsRequest', { podSandboxId: string(1) });
export interface PodSandboxStatsRequest extends Input<typeof podSandboxStatsRequest> {}

export const podSandboxStatsResponse = message('PodSandboxStatsResponse', { stats: one(podSandboxStats, 1) });
export interface PodSandboxStatsResponse extends Output<typeof podSandboxStatsResponse> {}

export const listPodSandboxStatsRequest = message('ListPodSandboxStatsRequest', { filter: one(podSandboxStatsFilter, 1) });
export interface ListPodSandboxStatsRequest extends Input<typeof listPodSandboxStatsRequest> {}

export const listPodSandboxStatsResponse = message('ListPodSandboxStatsResponse', { stats: many(podSandboxStats, 1) });
export interface ListPodSandboxStatsResponse extends Output<typeof listPodSandboxStatsResponse> {}
