// ResourceClaim: asks for devices.

import { validateClaimSpec } from './resource-claim-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { nodeSelector } from '../../core/v1/affinity.ts';
import { condition } from '../../meta/v1/condition.ts';
import { deviceConfiguration, deviceSelector } from './device-class.ts';
import { boolean, field, inline, int64, list, map, quantity, rawExtension, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const deviceClaimConfiguration = struct('io.k8s.api.resource.v1.DeviceClaimConfiguration', {
  requests: list(string(), { pb: 1, listType: 'atomic' }),
  deviceConfiguration: inline(deviceConfiguration, { pb: 2 }),
});
export interface DeviceClaimConfiguration extends Infer<typeof deviceClaimConfiguration> {}

export const deviceConstraint = struct('io.k8s.api.resource.v1.DeviceConstraint', {
  requests: list(string(), { pb: 1, listType: 'atomic' }),
  matchAttribute: string({ presence: 'pointer', pb: 2 }),
  distinctAttribute: string({ presence: 'pointer', pb: 3 }),
});
export interface DeviceConstraint extends Infer<typeof deviceConstraint> {}

export const capacityRequirements = struct('io.k8s.api.resource.v1.CapacityRequirements', {
  requests: map(quantity(), { pb: 1 }),
});
export interface CapacityRequirements extends Infer<typeof capacityRequirements> {}

export const deviceToleration = struct('io.k8s.api.resource.v1.DeviceToleration', {
  key: string({ pb: 1 }),
  operator: string({ pb: 2, default: 'Equal', enum: ['Equal', 'Exists'], enumChecked: false }),
  value: string({ pb: 3 }),
  effect: string({ pb: 4, enum: ['NoExecute', 'NoSchedule', 'None'], enumChecked: false }),
  tolerationSeconds: int64({ presence: 'pointer', pb: 5 }),
});
export interface DeviceToleration extends Infer<typeof deviceToleration> {}

interface Allocation {
  allocationMode?: string | undefined;
  count?: number | bigint | undefined;
}

function defaultAllocation(request: Allocation): void {
  request.allocationMode ??= 'ExactCount';
  if (request.allocationMode === 'ExactCount') request.count ??= 1;
}

export const deviceSubRequest = struct(
  'io.k8s.api.resource.v1.DeviceSubRequest',
  {
    name: string({ presence: 'always', pb: 1, required: 'published' }),
    deviceClassName: string({ presence: 'always', pb: 2, required: 'published' }),
    selectors: list(deviceSelector, { pb: 3, listType: 'atomic' }),
    allocationMode: string({ pb: 4, enum: ['All', 'ExactCount'], enumChecked: false }),
    count: int64({ pb: 5 }),
    tolerations: list(deviceToleration, { pb: 6, listType: 'atomic' }),
    capacity: field(capacityRequirements, { presence: 'pointer', pb: 7 }),
  },
  { defaults: defaultAllocation },
);
export interface DeviceSubRequest extends Infer<typeof deviceSubRequest> {}

export const exactDeviceRequest = struct(
  'io.k8s.api.resource.v1.ExactDeviceRequest',
  {
    deviceClassName: string({ presence: 'always', pb: 1, required: 'published' }),
    selectors: list(deviceSelector, { pb: 2, listType: 'atomic' }),
    allocationMode: string({ pb: 3, enum: ['All', 'ExactCount'], enumChecked: false }),
    count: int64({ pb: 4 }),
    adminAccess: boolean({ presence: 'pointer', pb: 5 }),
    tolerations: list(deviceToleration, { pb: 6, listType: 'atomic' }),
    capacity: field(capacityRequirements, { presence: 'pointer', pb: 7 }),
  },
  { defaults: defaultAllocation },
);
export interface ExactDeviceRequest extends Infer<typeof exactDeviceRequest> {}

export const deviceRequest = struct('io.k8s.api.resource.v1.DeviceRequest', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  exactly: field(exactDeviceRequest, { presence: 'pointer', pb: 2 }),
  firstAvailable: list(deviceSubRequest, { pb: 3, listType: 'atomic' }),
});
export interface DeviceRequest extends Infer<typeof deviceRequest> {}

export const deviceClaim = struct('io.k8s.api.resource.v1.DeviceClaim', {
  requests: list(deviceRequest, { presence: 'always', pb: 1, listType: 'atomic' }),
  constraints: list(deviceConstraint, { pb: 2, listType: 'atomic' }),
  config: list(deviceClaimConfiguration, { pb: 3, listType: 'atomic' }),
});
export interface DeviceClaim extends Infer<typeof deviceClaim> {}

export const resourceClaimSpec = struct('io.k8s.api.resource.v1.ResourceClaimSpec', {
  devices: field(deviceClaim, { presence: 'always', pb: 1 }),
});
export interface ResourceClaimSpec extends Infer<typeof resourceClaimSpec> {}

export const networkDeviceData = struct('io.k8s.api.resource.v1.NetworkDeviceData', {
  interfaceName: string({ pb: 1 }),
  ips: list(string(), { pb: 2, listType: 'atomic' }),
  hardwareAddress: string({ pb: 3 }),
});
export interface NetworkDeviceData extends Infer<typeof networkDeviceData> {}

export const allocatedDeviceStatus = struct('io.k8s.api.resource.v1.AllocatedDeviceStatus', {
  driver: string({ presence: 'always', pb: 1, required: 'published' }),
  pool: string({ presence: 'always', pb: 2, required: 'published' }),
  device: string({ presence: 'always', pb: 3, required: 'published' }),
  shareID: string({ presence: 'pointer', pb: 7 }),
  conditions: list(condition, { presence: 'always', pb: 4, listType: 'map', listMapKeys: ['type'] }),
  data: rawExtension({ presence: 'pointer', pb: 5 }),
  networkData: field(networkDeviceData, { presence: 'pointer', pb: 6 }),
});
export interface AllocatedDeviceStatus extends Infer<typeof allocatedDeviceStatus> {}

export const deviceAllocationConfiguration = struct('io.k8s.api.resource.v1.DeviceAllocationConfiguration', {
  source: string({ presence: 'always', pb: 1, required: 'published', enum: ['FromClaim', 'FromClass'], enumChecked: false }),
  requests: list(string(), { pb: 2, listType: 'atomic' }),
  deviceConfiguration: inline(deviceConfiguration, { pb: 3 }),
});
export interface DeviceAllocationConfiguration extends Infer<typeof deviceAllocationConfiguration> {}

export const deviceRequestAllocationResult = struct('io.k8s.api.resource.v1.DeviceRequestAllocationResult', {
  request: string({ presence: 'always', pb: 1, required: 'published' }),
  driver: string({ presence: 'always', pb: 2, required: 'published' }),
  pool: string({ presence: 'always', pb: 3, required: 'published' }),
  device: string({ presence: 'always', pb: 4, required: 'published' }),
  adminAccess: boolean({ presence: 'pointer', pb: 5 }),
  tolerations: list(deviceToleration, { pb: 6, listType: 'atomic' }),
  bindingConditions: list(string(), { pb: 7, listType: 'atomic' }),
  bindingFailureConditions: list(string(), { pb: 8, listType: 'atomic' }),
  shareID: string({ presence: 'pointer', pb: 9 }),
  consumedCapacity: map(quantity(), { pb: 10 }),
});
export interface DeviceRequestAllocationResult extends Infer<typeof deviceRequestAllocationResult> {}

export const deviceAllocationResult = struct('io.k8s.api.resource.v1.DeviceAllocationResult', {
  results: list(deviceRequestAllocationResult, { pb: 1, listType: 'atomic' }),
  config: list(deviceAllocationConfiguration, { pb: 2, listType: 'atomic' }),
});
export interface DeviceAllocationResult extends Infer<typeof deviceAllocationResult> {}

export const allocationResult = struct('io.k8s.api.resource.v1.AllocationResult', {
  devices: field(deviceAllocationResult, { presence: 'always', pb: 1 }),
  nodeSelector: field(nodeSelector, { presence: 'pointer', pb: 3 }),
  allocationTimestamp: time({ presence: 'pointer', pb: 5 }),
});
export interface AllocationResult extends Infer<typeof allocationResult> {}

export const resourceClaimConsumerReference = struct('io.k8s.api.resource.v1.ResourceClaimConsumerReference', {
  apiGroup: string({ pb: 1 }),
  resource: string({ presence: 'always', pb: 3, required: 'published' }),
  name: string({ presence: 'always', pb: 4, required: 'published' }),
  uid: string({ presence: 'always', pb: 5, required: 'published' }),
});
export interface ResourceClaimConsumerReference extends Infer<typeof resourceClaimConsumerReference> {}

export const resourceClaimStatus = struct('io.k8s.api.resource.v1.ResourceClaimStatus', {
  allocation: field(allocationResult, { presence: 'pointer', pb: 1 }),
  reservedFor: list(resourceClaimConsumerReference, {
    pb: 2,
    listType: 'map',
    listMapKeys: ['uid'],
    mergeKey: 'uid',
    patchStrategy: ['merge'],
  }),
  devices: list(allocatedDeviceStatus, { pb: 4, listType: 'map', listMapKeys: ['driver', 'device', 'pool', 'shareID'] }),
});
export interface ResourceClaimStatus extends Infer<typeof resourceClaimStatus> {}

function stateCell(deleted: string | undefined, { allocation, reservedFor = [] }: ResourceClaimStatus): string {
  const states = deleted === undefined ? [] : ['deleted'];
  if (allocation !== undefined) states.push('allocated', ...(reservedFor.length > 0 ? ['reserved'] : []));
  else if (deleted === undefined) states.push('pending');
  return states.join(',');
}

export const resourceClaim = defineKind({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaim',
  plural: 'resourceclaims',
  scope: 'Namespaced',
  name: 'io.k8s.api.resource.v1.ResourceClaim',
  fields: {
    spec: field(resourceClaimSpec, { presence: 'always', pb: 2, required: 'published' }),
    status: field(resourceClaimStatus, { presence: 'always', pb: 3 }),
  },
  check: (next, old, at, { subresource }) =>
    subresource === 'status' ? [] : [...validateClaimSpec(next.spec, old?.spec, at.child('spec'))],
  columns: [
    nameColumn,
    { name: 'State', type: 'string', value: ({ metadata, status }) => stateCell(metadata.deletionTimestamp, status) },
    ageColumn,
  ],
});
export interface ResourceClaim extends Infer<typeof resourceClaim> {}
