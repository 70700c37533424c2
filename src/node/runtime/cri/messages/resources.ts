// CRI runtime.v1: limits of a container or sandbox.

import type { Input, Output } from '../schema.ts';
import { int64, many, message, one, string, stringMap, uint64 } from '../schema.ts';

const hugepageLimit = message('HugepageLimit', { pageSize: string(1), limit: uint64(2) });
export interface HugepageLimit extends Output<typeof hugepageLimit> {}
export interface HugepageLimitInput extends Input<typeof hugepageLimit> {}

export const linuxContainerResources = message('LinuxContainerResources', {
  cpuPeriod: int64(1),
  cpuQuota: int64(2),
  cpuShares: int64(3),
  memoryLimitInBytes: int64(4),
  oomScoreAdj: int64(5),
  cpusetCpus: string(6),
  cpusetMems: string(7),
  hugepageLimits: many(hugepageLimit, 8),
  unified: stringMap(9),
  memorySwapLimitInBytes: int64(10),
});
export interface LinuxContainerResources extends Output<typeof linuxContainerResources> {}
export interface LinuxContainerResourcesInput extends Input<typeof linuxContainerResources> {}

export const containerResources = message('ContainerResources', { linux: one(linuxContainerResources, 1) });
export interface ContainerResources extends Output<typeof containerResources> {}
export interface ContainerResourcesInput extends Input<typeof containerResources> {}
