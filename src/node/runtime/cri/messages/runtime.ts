// CRI runtime.v1: the runtime itself: version, conditions, configuration, events; and a sandbox with its containers.

import type { Input, Output } from '../schema.ts';
import { bool, enumeration, many, message, one, oneOf, string, stringMap, time } from '../schema.ts';
import { containerStatus } from './container.ts';
import { podSandboxStatus } from './sandbox.ts';

const cgroupDriver = enumeration('CgroupDriver', ['SYSTEMD', 'CGROUPFS']);
export type CgroupDriver = (typeof cgroupDriver.values)[number];

const containerEventType = enumeration('ContainerEventType', [
  'CONTAINER_CREATED_EVENT',
  'CONTAINER_STARTED_EVENT',
  'CONTAINER_STOPPED_EVENT',
  'CONTAINER_DELETED_EVENT',
]);
export type ContainerEventType = (typeof containerEventType.values)[number];

export const versionRequest = message('VersionRequest', { version: string(1) });
export interface VersionRequest extends Input<typeof versionRequest> {}

export const versionResponse = message('VersionResponse', {
  version: string(1),
  runtimeName: string(2),
  runtimeVersion: string(3),
  runtimeApiVersion: string(4),
});
export interface VersionResponse extends Output<typeof versionResponse> {}

const networkConfig = message('NetworkConfig', { podCidr: string(1) });
export interface NetworkConfig extends Output<typeof networkConfig> {}
export interface NetworkConfigInput extends Input<typeof networkConfig> {}

const runtimeConfig = message('RuntimeConfig', { networkConfig: one(networkConfig, 1) });
export interface RuntimeConfig extends Output<typeof runtimeConfig> {}
export interface RuntimeConfigInput extends Input<typeof runtimeConfig> {}

export const updateRuntimeConfigRequest = message('UpdateRuntimeConfigRequest', { runtimeConfig: one(runtimeConfig, 1) });
export interface UpdateRuntimeConfigRequest extends Input<typeof updateRuntimeConfigRequest> {}

export const updateRuntimeConfigResponse = message('UpdateRuntimeConfigResponse', {});

const runtimeCondition = message('RuntimeCondition', { type: string(1), status: bool(2), reason: string(3), message: string(4) });
export interface RuntimeCondition extends Output<typeof runtimeCondition> {}
export interface RuntimeConditionInput extends Input<typeof runtimeCondition> {}

const runtimeStatus = message('RuntimeStatus', { conditions: many(runtimeCondition, 1) });
export interface RuntimeStatus extends Output<typeof runtimeStatus> {}
export interface RuntimeStatusInput extends Input<typeof runtimeStatus> {}

export const statusRequest = message('StatusRequest', { verbose: bool(1) });
export interface StatusRequest extends Input<typeof statusRequest> {}

const runtimeHandlerFeatures = message('RuntimeHandlerFeatures', { recursiveReadOnlyMounts: bool(1), userNamespaces: bool(2) });
export interface RuntimeHandlerFeatures extends Output<typeof runtimeHandlerFeatures> {}
export interface RuntimeHandlerFeaturesInput extends Input<typeof runtimeHandlerFeatures> {}

export const runtimeHandler = message('RuntimeHandler', { name: string(1), features: one(runtimeHandlerFeatures, 2) });
export interface RuntimeHandler extends Output<typeof runtimeHandler> {}
export interface RuntimeHandlerInput extends Input<typeof runtimeHandler> {}

const runtimeFeatures = message('RuntimeFeatures', {
  supplementalGroupsPolicy: bool(1),
  userNamespacesHostNetwork: bool(2),
  mountOptions: bool(3),
});
export interface RuntimeFeatures extends Output<typeof runtimeFeatures> {}
export interface RuntimeFeaturesInput extends Input<typeof runtimeFeatures> {}

export const statusResponse = message('StatusResponse', {
  status: one(runtimeStatus, 1),
  info: stringMap(2),
  runtimeHandlers: many(runtimeHandler, 3),
  features: one(runtimeFeatures, 4),
});
export interface StatusResponse extends Output<typeof statusResponse> {}

export const runtimeConfigRequest = message('RuntimeConfigRequest', {});

const linuxRuntimeConfiguration = message('LinuxRuntimeConfiguration', { cgroupDriver: oneOf(cgroupDriver, 1) });
export interface LinuxRuntimeConfiguration extends Output<typeof linuxRuntimeConfiguration> {}
export interface LinuxRuntimeConfigurationInput extends Input<typeof linuxRuntimeConfiguration> {}

export const runtimeConfigResponse = message('RuntimeConfigResponse', { linux: one(linuxRuntimeConfiguration, 1) });
export interface RuntimeConfigResponse extends Output<typeof runtimeConfigResponse> {}

export const podSandboxStatusResponse = message('PodSandboxStatusResponse', {
  status: one(podSandboxStatus, 1),
  info: stringMap(2),
  containersStatuses: many(containerStatus, 3),
  timestamp: time(4),
});
export interface PodSandboxStatusResponse extends Output<typeof podSandboxStatusResponse> {}

export const getEventsRequest = message('GetEventsRequest', {});

export const containerEventResponse = message('ContainerEventResponse', {
  containerId: string(1),
  containerEventType: oneOf(containerEventType, 2),
  createdAt: time(3),
  podSandboxStatus: one(podSandboxStatus, 4),
  containersStatuses: many(containerStatus, 5),
});
export interface ContainerEventResponse extends Output<typeof containerEventResponse> {}
