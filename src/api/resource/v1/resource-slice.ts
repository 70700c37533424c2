// ResourceSlice: the devices of a node or pool.

import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { nodeSelector } from '../../core/v1/affinity.ts';
import { boolean, field, int64, list, map, quantity, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const counter = struct('io.k8s.api.resource.v1.Counter', {
  value: quantity({ presence: 'always', pb: 1, required: 'published' }),
});
export interface Counter extends Infer<typeof counter> {}

export const counterSet = struct('io.k8s.api.resource.v1.CounterSet', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  counters: map(counter, { pb: 2, required: 'published' }),
});
export interface CounterSet extends Infer<typeof counterSet> {}

export const deviceAttribute = struct('io.k8s.api.resource.v1.DeviceAttribute', {
  int: int64({ presence: 'pointer', pb: 2 }),
  bool: boolean({ presence: 'pointer', pb: 3 }),
  string: string({ presence: 'pointer', pb: 4 }),
  version: string({ presence: 'pointer', pb: 5 }),
  ints: list(int64(), { pb: 6, listType: 'atomic' }),
  bools: list(boolean(), { pb: 7, listType: 'atomic' }),
  strings: list(string(), { pb: 8, listType: 'atomic' }),
  versions: list(string(), { pb: 9, listType: 'atomic' }),
});
export interface DeviceAttribute extends Infer<typeof deviceAttribute> {}

export const capacityRequestPolicyRange = struct('io.k8s.api.resource.v1.CapacityRequestPolicyRange', {
  min: quantity({ presence: 'pointer', pb: 1, required: 'published' }),
  max: quantity({ presence: 'pointer', pb: 2 }),
  step: quantity({ presence: 'pointer', pb: 3 }),
});
export interface CapacityRequestPolicyRange extends Infer<typeof capacityRequestPolicyRange> {}

export const capacityRequestPolicy = struct('io.k8s.api.resource.v1.CapacityRequestPolicy', {
  default: quantity({ presence: 'pointer', pb: 1 }),
  validValues: list(quantity(), { pb: 3, listType: 'atomic' }),
  validRange: field(capacityRequestPolicyRange, { presence: 'pointer', pb: 4 }),
});
export interface CapacityRequestPolicy extends Infer<typeof capacityRequestPolicy> {}

export const deviceCapacity = struct('io.k8s.api.resource.v1.DeviceCapacity', {
  value: quantity({ presence: 'always', pb: 1, required: 'published' }),
  requestPolicy: field(capacityRequestPolicy, { presence: 'pointer', pb: 2 }),
});
export interface DeviceCapacity extends Infer<typeof deviceCapacity> {}

export const deviceCounterConsumption = struct('io.k8s.api.resource.v1.DeviceCounterConsumption', {
  counterSet: string({ presence: 'always', pb: 1, required: 'published' }),
  counters: map(counter, { pb: 2, required: 'published' }),
});
export interface DeviceCounterConsumption extends Infer<typeof deviceCounterConsumption> {}

export const deviceTaint = struct('io.k8s.api.resource.v1.DeviceTaint', {
  key: string({ presence: 'always', pb: 1, required: 'published' }),
  value: string({ pb: 2 }),
  effect: string({ presence: 'always', pb: 3, required: 'published', enum: ['NoExecute', 'NoSchedule', 'None'], enumChecked: false }),
  timeAdded: time({ presence: 'pointer', pb: 4 }),
});
export interface DeviceTaint extends Infer<typeof deviceTaint> {}

export const nodeAllocatableResourceMapping = struct('io.k8s.api.resource.v1.NodeAllocatableResourceMapping', {
  capacityKey: string({ presence: 'pointer', pb: 1 }),
  allocationMultiplier: quantity({ presence: 'pointer', pb: 2 }),
});
export interface NodeAllocatableResourceMapping extends Infer<typeof nodeAllocatableResourceMapping> {}

export const device = struct('io.k8s.api.resource.v1.Device', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  attributes: map(deviceAttribute, { pb: 2 }),
  capacity: map(deviceCapacity, { pb: 3 }),
  consumesCounters: list(deviceCounterConsumption, { pb: 4, listType: 'atomic' }),
  nodeName: string({ presence: 'pointer', pb: 5 }),
  nodeSelector: field(nodeSelector, { presence: 'pointer', pb: 6 }),
  allNodes: boolean({ presence: 'pointer', pb: 7 }),
  taints: list(deviceTaint, { pb: 8, listType: 'atomic' }),
  bindsToNode: boolean({ presence: 'pointer', pb: 9 }),
  bindingConditions: list(string(), { pb: 10, listType: 'atomic' }),
  bindingFailureConditions: list(string(), { pb: 11, listType: 'atomic' }),
  allowMultipleAllocations: boolean({ presence: 'pointer', pb: 12 }),
  nodeAllocatableResourceMappings: map(nodeAllocatableResourceMapping, { pb: 13 }),
});
export interface Device extends Infer<typeof device> {}

export const resourcePool = struct('io.k8s.api.resource.v1.ResourcePool', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  generation: int64({ presence: 'always', pb: 2, required: 'published' }),
  resourceSliceCount: int64({ presence: 'always', pb: 3, required: 'published' }),
});
export interface ResourcePool extends Infer<typeof resourcePool> {}

export const resourceSliceSpec = struct('io.k8s.api.resource.v1.ResourceSliceSpec', {
  driver: string({ presence: 'always', pb: 1, required: 'published' }),
  pool: field(resourcePool, { presence: 'always', pb: 2, required: 'published' }),
  nodeName: string({ presence: 'pointer', pb: 3 }),
  nodeSelector: field(nodeSelector, { presence: 'pointer', pb: 4 }),
  allNodes: boolean({ presence: 'pointer', pb: 5 }),
  devices: list(device, { pb: 6, listType: 'atomic' }),
  perDeviceNodeSelection: boolean({ presence: 'pointer', pb: 7 }),
  sharedCounters: list(counterSet, { pb: 8, listType: 'atomic' }),
});
export interface ResourceSliceSpec extends Infer<typeof resourceSliceSpec> {}

export const resourceSlice = defineKind({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceSlice',
  plural: 'resourceslices',
  scope: 'Cluster',
  name: 'io.k8s.api.resource.v1.ResourceSlice',
  fields: {
    spec: field(resourceSliceSpec, { presence: 'always', pb: 2, required: 'published' }),
  },
  columns: [
    nameColumn,
    { name: 'Node', type: 'string', value: ({ spec }) => spec.nodeName ?? '' },
    { name: 'Driver', type: 'string', value: ({ spec }) => spec.driver },
    { name: 'Pool', type: 'string', value: ({ spec }) => spec.pool.name },
    ageColumn,
  ],
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.driver': ({ spec }) => spec.driver,
  },
});
export interface ResourceSlice extends Infer<typeof resourceSlice> {}
