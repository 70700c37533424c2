// CRI runtime.v1: pod sandboxes: their configuration, state and the calls about them.

import type { Input, Output } from '../schema.ts';
import { bool, enumeration, int32, many, message, one, oneOf, string, stringMap, strings, time, uint32 } from '../schema.ts';
import { linuxContainerResources } from './resources.ts';
import { linuxSandboxSecurityContext, namespaceOption } from './security.ts';

const protocol = enumeration('Protocol', ['TCP', 'UDP', 'SCTP']);
export type Protocol = (typeof protocol.values)[number];

const podSandboxState = enumeration('PodSandboxState', ['SANDBOX_READY', 'SANDBOX_NOTREADY']);
export type PodSandboxState = (typeof podSandboxState.values)[number];

const portMapping = message('PortMapping', {
  protocol: oneOf(protocol, 1),
  containerPort: int32(2),
  hostPort: int32(3),
  hostIp: string(4),
});
export interface PortMapping extends Output<typeof portMapping> {}
export interface PortMappingInput extends Input<typeof portMapping> {}

const dnsConfig = message('DNSConfig', { servers: strings(1), searches: strings(2), options: strings(3) });
export interface DNSConfig extends Output<typeof dnsConfig> {}
export interface DNSConfigInput extends Input<typeof dnsConfig> {}

export const podSandboxMetadata = message('PodSandboxMetadata', {
  name: string(1),
  uid: string(2),
  namespace: string(3),
  attempt: uint32(4),
});
export interface PodSandboxMetadata extends Output<typeof podSandboxMetadata> {}
export interface PodSandboxMetadataInput extends Input<typeof podSandboxMetadata> {}

const linuxPodSandboxConfig = message('LinuxPodSandboxConfig', {
  cgroupParent: string(1),
  securityContext: one(linuxSandboxSecurityContext, 2),
  sysctls: stringMap(3),
  overhead: one(linuxContainerResources, 4),
  resources: one(linuxContainerResources, 5),
});
export interface LinuxPodSandboxConfig extends Output<typeof linuxPodSandboxConfig> {}
export interface LinuxPodSandboxConfigInput extends Input<typeof linuxPodSandboxConfig> {}

export const podSandboxConfig = message('PodSandboxConfig', {
  metadata: one(podSandboxMetadata, 1),
  hostname: string(2),
  logDirectory: string(3),
  dnsConfig: one(dnsConfig, 4),
  portMappings: many(portMapping, 5),
  labels: stringMap(6),
  annotations: stringMap(7),
  linux: one(linuxPodSandboxConfig, 8),
});
export interface PodSandboxConfig extends Output<typeof podSandboxConfig> {}
export interface PodSandboxConfigInput extends Input<typeof podSandboxConfig> {}

export const runPodSandboxRequest = message('RunPodSandboxRequest', { config: one(podSandboxConfig, 1), runtimeHandler: string(2) });
export interface RunPodSandboxRequest extends Input<typeof runPodSandboxRequest> {}

export const runPodSandboxResponse = message('RunPodSandboxResponse', { podSandboxId: string(1) });
export interface RunPodSandboxResponse extends Output<typeof runPodSandboxResponse> {}

export const stopPodSandboxRequest = message('StopPodSandboxRequest', { podSandboxId: string(1) });
export interface StopPodSandboxRequest extends Input<typeof stopPodSandboxRequest> {}

export const stopPodSandboxResponse = message('StopPodSandboxResponse', {});

export const removePodSandboxRequest = message('RemovePodSandboxRequest', { podSandboxId: string(1) });
export interface RemovePodSandboxRequest extends Input<typeof removePodSandboxRequest> {}

export const removePodSandboxResponse = message('RemovePodSandboxResponse', {});

export const podSandboxStatusRequest = message('PodSandboxStatusRequest', { podSandboxId: string(1), verbose: bool(2) });
export interface PodSandboxStatusRequest extends Input<typeof podSandboxStatusRequest> {}

const podIP = message('PodIP', { ip: string(1) });
export interface PodIP extends Output<typeof podIP> {}
export interface PodIPInput extends Input<typeof podIP> {}

const podSandboxNetworkStatus = message('PodSandboxNetworkStatus', { ip: string(1), additionalIps: many(podIP, 2) });
export interface PodSandboxNetworkStatus extends Output<typeof podSandboxNetworkStatus> {}
export interface PodSandboxNetworkStatusInput extends Input<typeof podSandboxNetworkStatus> {}

const namespace = message('Namespace', { options: one(namespaceOption, 2) });
export interface Namespace extends Output<typeof namespace> {}
export interface NamespaceInput extends Input<typeof namespace> {}

const linuxPodSandboxStatus = message('LinuxPodSandboxStatus', { namespaces: one(namespace, 1) });
export interface LinuxPodSandboxStatus extends Output<typeof linuxPodSandboxStatus> {}
export interface LinuxPodSandboxStatusInput extends Input<typeof linuxPodSandboxStatus> {}

export const podSandboxStatus = message('PodSandboxStatus', {
  id: string(1),
  metadata: one(podSandboxMetadata, 2),
  state: oneOf(podSandboxState, 3),
  createdAt: time(4),
  network: one(podSandboxNetworkStatus, 5),
  linux: one(linuxPodSandboxStatus, 6),
  labels: stringMap(7),
  annotations: stringMap(8),
  runtimeHandler: string(9),
});
export interface PodSandboxStatus extends Output<typeof podSandboxStatus> {}
export interface PodSandboxStatusInput extends Input<typeof podSandboxStatus> {}

const podSandboxStateValue = message('PodSandboxStateValue', { state: oneOf(podSandboxState, 1) });
export interface PodSandboxStateValue extends Output<typeof podSandboxStateValue> {}
export interface PodSandboxStateValueInput extends Input<typeof podSandboxStateValue> {}

const podSandboxFilter = message('PodSandboxFilter', {
  id: string(1),
  state: one(podSandboxStateValue, 2),
  labelSelector: stringMap(3),
});
export interface PodSandboxFilter extends Output<typeof podSandboxFilter> {}
export interface PodSandboxFilterInput extends Input<typeof podSandboxFilter> {}

export const listPodSandboxRequest = message('ListPodSandboxRequest', { filter: one(podSandboxFilter, 1) });
export interface ListPodSandboxRequest extends Input<typeof listPodSandboxRequest> {}

const podSandbox = message('PodSandbox', {
  id: string(1),
  metadata: one(podSandboxMetadata, 2),
  state: oneOf(podSandboxState, 3),
  createdAt: time(4),
  labels: stringMap(5),
  annotations: stringMap(6),
  runtimeHandler: string(7),
});
export interface PodSandbox extends Output<typeof podSandbox> {}
export interface PodSandboxInput extends Input<typeof podSandbox> {}

export const listPodSandboxResponse = message('ListPodSandboxResponse', { items: many(podSandbox, 1) });
export interface ListPodSandboxResponse extends Output<typeof listPodSandboxResponse> {}
