// Node: a machine that runs Pods.

import { validateNode } from './node-validation.ts';
import { roundUpToMilli } from './resource-requirements.ts';
import { nodeColumns } from './node-columns.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { taint } from './toleration.ts';
import { boolean, field, int32, int64, list, map, quantity, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const configMapNodeConfigSource = struct('io.k8s.api.core.v1.ConfigMapNodeConfigSource', {
  namespace: string({ presence: 'always', pb: 1, required: 'published' }),
  name: string({ presence: 'always', pb: 2, required: 'published' }),
  uid: string({ pb: 3 }),
  resourceVersion: string({ pb: 4 }),
  kubeletConfigKey: string({ presence: 'always', pb: 5, required: 'published' }),
});
export interface ConfigMapNodeConfigSource extends Infer<typeof configMapNodeConfigSource> {}

export const nodeConfigSource = struct('io.k8s.api.core.v1.NodeConfigSource', {
  configMap: field(configMapNodeConfigSource, { presence: 'pointer', pb: 2 }),
});
export interface NodeConfigSource extends Infer<typeof nodeConfigSource> {}

export const nodeSpec = struct('io.k8s.api.core.v1.NodeSpec', {
  podCIDR: string({ pb: 1 }),
  podCIDRs: list(string(), { pb: 7, listType: 'set', patchStrategy: ['merge'] }),
  providerID: string({ pb: 3 }),
  unschedulable: boolean({ pb: 4 }),
  taints: list(taint, { pb: 5, listType: 'atomic' }),
  configSource: field(nodeConfigSource, { presence: 'pointer', pb: 6 }),
  externalID: string({ pb: 2 }),
});
export interface NodeSpec extends Infer<typeof nodeSpec> {}

export const attachedVolume = struct('io.k8s.api.core.v1.AttachedVolume', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  devicePath: string({ presence: 'always', pb: 2, required: 'published' }),
});
export interface AttachedVolume extends Infer<typeof attachedVolume> {}

export const containerImage = struct('io.k8s.api.core.v1.ContainerImage', {
  names: list(string(), { presence: 'always', pb: 1, listType: 'atomic' }),
  sizeBytes: int64({ pb: 2 }),
});
export interface ContainerImage extends Infer<typeof containerImage> {}

export const nodeAddress = struct('io.k8s.api.core.v1.NodeAddress', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  address: string({ presence: 'always', pb: 2, required: 'published' }),
});
export interface NodeAddress extends Infer<typeof nodeAddress> {}

export const nodeCondition = struct('io.k8s.api.core.v1.NodeCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  lastHeartbeatTime: time({ presence: 'always', pb: 3 }),
  lastTransitionTime: time({ presence: 'always', pb: 4 }),
  reason: string({ pb: 5 }),
  message: string({ pb: 6 }),
});
export interface NodeCondition extends Infer<typeof nodeCondition> {}

export const nodeConfigStatus = struct('io.k8s.api.core.v1.NodeConfigStatus', {
  assigned: field(nodeConfigSource, { presence: 'pointer', pb: 1 }),
  active: field(nodeConfigSource, { presence: 'pointer', pb: 2 }),
  lastKnownGood: field(nodeConfigSource, { presence: 'pointer', pb: 3 }),
  error: string({ pb: 4 }),
});
export interface NodeConfigStatus extends Infer<typeof nodeConfigStatus> {}

export const daemonEndpoint = struct('io.k8s.api.core.v1.DaemonEndpoint', {
  Port: int32({ presence: 'always', pb: 1, required: 'published' }),
});
export interface DaemonEndpoint extends Infer<typeof daemonEndpoint> {}

export const nodeDaemonEndpoints = struct('io.k8s.api.core.v1.NodeDaemonEndpoints', {
  kubeletEndpoint: field(daemonEndpoint, { presence: 'always', pb: 1 }),
});
export interface NodeDaemonEndpoints extends Infer<typeof nodeDaemonEndpoints> {}

export const nodeFeatures = struct('io.k8s.api.core.v1.NodeFeatures', {
  supplementalGroupsPolicy: boolean({ presence: 'pointer', pb: 1 }),
});
export interface NodeFeatures extends Infer<typeof nodeFeatures> {}

export const nodeRuntimeHandlerFeatures = struct('io.k8s.api.core.v1.NodeRuntimeHandlerFeatures', {
  recursiveReadOnlyMounts: boolean({ presence: 'pointer', pb: 1 }),
  userNamespaces: boolean({ presence: 'pointer', pb: 2 }),
});
export interface NodeRuntimeHandlerFeatures extends Infer<typeof nodeRuntimeHandlerFeatures> {}

export const nodeRuntimeHandler = struct('io.k8s.api.core.v1.NodeRuntimeHandler', {
  name: string({ presence: 'always', pb: 1 }),
  features: field(nodeRuntimeHandlerFeatures, { presence: 'pointer', pb: 2 }),
});
export interface NodeRuntimeHandler extends Infer<typeof nodeRuntimeHandler> {}

export const nodeSwapStatus = struct('io.k8s.api.core.v1.NodeSwapStatus', {
  capacity: int64({ presence: 'pointer', pb: 1 }),
});
export interface NodeSwapStatus extends Infer<typeof nodeSwapStatus> {}

export const nodeSystemInfo = struct('io.k8s.api.core.v1.NodeSystemInfo', {
  machineID: string({ presence: 'always', pb: 1, required: 'published' }),
  systemUUID: string({ presence: 'always', pb: 2, required: 'published' }),
  bootID: string({ presence: 'always', pb: 3, required: 'published' }),
  kernelVersion: string({ presence: 'always', pb: 4, required: 'published' }),
  osImage: string({ presence: 'always', pb: 5, required: 'published' }),
  containerRuntimeVersion: string({ presence: 'always', pb: 6, required: 'published' }),
  kubeletVersion: string({ presence: 'always', pb: 7, required: 'published' }),
  kubeProxyVersion: string({ presence: 'always', pb: 8, required: 'published' }),
  operatingSystem: string({ presence: 'always', pb: 9, required: 'published' }),
  architecture: string({ presence: 'always', pb: 10, required: 'published' }),
  swap: field(nodeSwapStatus, { presence: 'pointer', pb: 11 }),
});
export interface NodeSystemInfo extends Infer<typeof nodeSystemInfo> {}

export const nodeStatus = struct('io.k8s.api.core.v1.NodeStatus', {
  capacity: map(quantity(), { pb: 1, defaults: roundUpToMilli }),
  allocatable: map(quantity(), { pb: 2, defaults: roundUpToMilli }),
  phase: string({ pb: 3, enum: ['Pending', 'Running', 'Terminated'], enumChecked: false }),
  conditions: list(nodeCondition, { pb: 4, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
  addresses: list(nodeAddress, { pb: 5, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
  daemonEndpoints: field(nodeDaemonEndpoints, { presence: 'always', pb: 6 }),
  nodeInfo: field(nodeSystemInfo, { presence: 'always', pb: 7 }),
  images: list(containerImage, { pb: 8, listType: 'atomic' }),
  volumesInUse: list(string(), { pb: 9, listType: 'atomic' }),
  volumesAttached: list(attachedVolume, { pb: 10, listType: 'atomic' }),
  config: field(nodeConfigStatus, { presence: 'pointer', pb: 11 }),
  runtimeHandlers: list(nodeRuntimeHandler, { pb: 12, listType: 'atomic' }),
  features: field(nodeFeatures, { presence: 'pointer', pb: 13 }),
  declaredFeatures: list(string(), { pb: 14, listType: 'atomic' }),
});
export interface NodeStatus extends Infer<typeof nodeStatus> {}

export const node = defineKind({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  scope: 'Cluster',
  name: 'io.k8s.api.core.v1.Node',
  fields: {
    spec: field(nodeSpec, { presence: 'always', pb: 2 }),
    status: field(nodeStatus, { presence: 'always', pb: 3 }),
  },
  defaults({ spec, status }) {
    if (status.allocatable === undefined && status.capacity !== undefined) status.allocatable = { ...status.capacity };
    // The older field and the first of the newer one are the same; the older wins.
    if ((spec.podCIDR ?? '') !== '' && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR ?? ''];
    else if (spec.podCIDRs?.[0] !== undefined) spec.podCIDR = spec.podCIDRs[0];
  },
  check: (next, old, at) => [...validateNode(next, old, at)],
  columns: nodeColumns,
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
});
export interface Node extends Infer<typeof node> {}
