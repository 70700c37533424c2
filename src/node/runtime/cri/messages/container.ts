// CRI runtime.v1: containers: their configuration, state and the calls about them.

import type { Input, Output } from '../schema.ts';
import { bool, bytes, enumeration, int32, int64, many, message, one, oneOf, string, stringMap, strings, time, uint32 } from '../schema.ts';
import { imageSpec } from './image-spec.ts';
import { containerResources, linuxContainerResources } from './resources.ts';
import { podSandboxConfig } from './sandbox.ts';
import { containerUser, idMapping, linuxContainerSecurityContext } from './security.ts';

const mountPropagation = enumeration('MountPropagation', [
  'PROPAGATION_PRIVATE',
  'PROPAGATION_HOST_TO_CONTAINER',
  'PROPAGATION_BIDIRECTIONAL',
]);
export type MountPropagation = (typeof mountPropagation.values)[number];

const signal = enumeration('Signal', [
  'SIGNAL_RUNTIME_DEFAULT',
  'SIGNAL_SIGABRT',
  'SIGNAL_SIGALRM',
  'SIGNAL_SIGBUS',
  'SIGNAL_SIGCHLD',
  'SIGNAL_SIGCLD',
  'SIGNAL_SIGCONT',
  'SIGNAL_SIGFPE',
  'SIGNAL_SIGHUP',
  'SIGNAL_SIGILL',
  'SIGNAL_SIGINT',
  'SIGNAL_SIGIO',
  'SIGNAL_SIGIOT',
  'SIGNAL_SIGKILL',
  'SIGNAL_SIGPIPE',
  'SIGNAL_SIGPOLL',
  'SIGNAL_SIGPROF',
  'SIGNAL_SIGPWR',
  'SIGNAL_SIGQUIT',
  'SIGNAL_SIGSEGV',
  'SIGNAL_SIGSTKFLT',
  'SIGNAL_SIGSTOP',
  'SIGNAL_SIGSYS',
  'SIGNAL_SIGTERM',
  'SIGNAL_SIGTRAP',
  'SIGNAL_SIGTSTP',
  'SIGNAL_SIGTTIN',
  'SIGNAL_SIGTTOU',
  'SIGNAL_SIGURG',
  'SIGNAL_SIGUSR1',
  'SIGNAL_SIGUSR2',
  'SIGNAL_SIGVTALRM',
  'SIGNAL_SIGWINCH',
  'SIGNAL_SIGXCPU',
  'SIGNAL_SIGXFSZ',
  'SIGNAL_SIGRTMIN',
  'SIGNAL_SIGRTMINPLUS1',
  'SIGNAL_SIGRTMINPLUS2',
  'SIGNAL_SIGRTMINPLUS3',
  'SIGNAL_SIGRTMINPLUS4',
  'SIGNAL_SIGRTMINPLUS5',
  'SIGNAL_SIGRTMINPLUS6',
  'SIGNAL_SIGRTMINPLUS7',
  'SIGNAL_SIGRTMINPLUS8',
  'SIGNAL_SIGRTMINPLUS9',
  'SIGNAL_SIGRTMINPLUS10',
  'SIGNAL_SIGRTMINPLUS11',
  'SIGNAL_SIGRTMINPLUS12',
  'SIGNAL_SIGRTMINPLUS13',
  'SIGNAL_SIGRTMINPLUS14',
  'SIGNAL_SIGRTMINPLUS15',
  'SIGNAL_SIGRTMAXMINUS14',
  'SIGNAL_SIGRTMAXMINUS13',
  'SIGNAL_SIGRTMAXMINUS12',
  'SIGNAL_SIGRTMAXMINUS11',
  'SIGNAL_SIGRTMAXMINUS10',
  'SIGNAL_SIGRTMAXMINUS9',
  'SIGNAL_SIGRTMAXMINUS8',
  'SIGNAL_SIGRTMAXMINUS7',
  'SIGNAL_SIGRTMAXMINUS6',
  'SIGNAL_SIGRTMAXMINUS5',
  'SIGNAL_SIGRTMAXMINUS4',
  'SIGNAL_SIGRTMAXMINUS3',
  'SIGNAL_SIGRTMAXMINUS2',
  'SIGNAL_SIGRTMAXMINUS1',
  'SIGNAL_SIGRTMAX',
]);
export type Signal = (typeof signal.values)[number];

const containerState = enumeration('ContainerState', ['CONTAINER_CREATED', 'CONTAINER_RUNNING', 'CONTAINER_EXITED', 'CONTAINER_UNKNOWN']);
export type ContainerState = (typeof containerState.values)[number];

const keyValue = message('KeyValue', { key: string(1), value: bytes(2) });
export interface KeyValue extends Output<typeof keyValue> {}
export interface KeyValueInput extends Input<typeof keyValue> {}

const mount = message('Mount', {
  containerPath: string(1),
  hostPath: string(2),
  readonly: bool(3),
  selinuxRelabel: bool(4),
  propagation: oneOf(mountPropagation, 5),
  uidMappings: many(idMapping, 6),
  gidMappings: many(idMapping, 7),
  recursiveReadOnly: bool(8),
  image: one(imageSpec, 9),
  imageSubPath: string(10),
  mountOptions: strings(11),
});
export interface Mount extends Output<typeof mount> {}
export interface MountInput extends Input<typeof mount> {}

const device = message('Device', { containerPath: string(1), hostPath: string(2), permissions: string(3) });
export interface Device extends Output<typeof device> {}
export interface DeviceInput extends Input<typeof device> {}

const cdiDevice = message('CDIDevice', { name: string(1) });
export interface CDIDevice extends Output<typeof cdiDevice> {}
export interface CDIDeviceInput extends Input<typeof cdiDevice> {}

export const containerMetadata = message('ContainerMetadata', { name: string(1), attempt: uint32(2) });
export interface ContainerMetadata extends Output<typeof containerMetadata> {}
export interface ContainerMetadataInput extends Input<typeof containerMetadata> {}

const linuxContainerConfig = message('LinuxContainerConfig', {
  resources: one(linuxContainerResources, 1),
  securityContext: one(linuxContainerSecurityContext, 2),
});
export interface LinuxContainerConfig extends Output<typeof linuxContainerConfig> {}
export interface LinuxContainerConfigInput extends Input<typeof linuxContainerConfig> {}

const containerConfig = message('ContainerConfig', {
  metadata: one(containerMetadata, 1),
  image: one(imageSpec, 2),
  command: strings(3),
  args: strings(4),
  workingDir: string(5),
  envs: many(keyValue, 6),
  mounts: many(mount, 7),
  devices: many(device, 8),
  labels: stringMap(9),
  annotations: stringMap(10),
  logPath: string(11),
  stdin: bool(12),
  stdinOnce: bool(13),
  tty: bool(14),
  linux: one(linuxContainerConfig, 15),
  cdiDevices: many(cdiDevice, 17),
  stopSignal: oneOf(signal, 18),
});
export interface ContainerConfig extends Output<typeof containerConfig> {}
export interface ContainerConfigInput extends Input<typeof containerConfig> {}

export const createContainerRequest = message('CreateContainerRequest', {
  podSandboxId: string(1),
  config: one(containerConfig, 2),
  sandboxConfig: one(podSandboxConfig, 3),
});
export interface CreateContainerRequest extends Input<typeof createContainerRequest> {}

export const createContainerResponse = message('CreateContainerResponse', { containerId: string(1) });
export interface CreateContainerResponse extends Output<typeof createContainerResponse> {}

export const startContainerRequest = message('StartContainerRequest', { containerId: string(1) });
export interface StartContainerRequest extends Input<typeof startContainerRequest> {}

export const startContainerResponse = message('StartContainerResponse', {});

export const stopContainerRequest = message('StopContainerRequest', { containerId: string(1), timeout: int64(2) });
export interface StopContainerRequest extends Input<typeof stopContainerRequest> {}

export const stopContainerResponse = message('StopContainerResponse', {});

export const removeContainerRequest = message('RemoveContainerRequest', { containerId: string(1) });
export interface RemoveContainerRequest extends Input<typeof removeContainerRequest> {}

export const removeContainerResponse = message('RemoveContainerResponse', {});

const containerStateValue = message('ContainerStateValue', { state: oneOf(containerState, 1) });
export interface ContainerStateValue extends Output<typeof containerStateValue> {}
export interface ContainerStateValueInput extends Input<typeof containerStateValue> {}

const containerFilter = message('ContainerFilter', {
  id: string(1),
  state: one(containerStateValue, 2),
  podSandboxId: string(3),
  labelSelector: stringMap(4),
});
export interface ContainerFilter extends Output<typeof containerFilter> {}
export interface ContainerFilterInput extends Input<typeof containerFilter> {}

export const listContainersRequest = message('ListContainersRequest', { filter: one(containerFilter, 1) });
export interface ListContainersRequest extends Input<typeof listContainersRequest> {}

export const container = message('Container', {
  id: string(1),
  podSandboxId: string(2),
  metadata: one(containerMetadata, 3),
  image: one(imageSpec, 4),
  imageRef: string(5),
  state: oneOf(containerState, 6),
  createdAt: time(7),
  labels: stringMap(8),
  annotations: stringMap(9),
  imageId: string(10),
});
export interface Container extends Output<typeof container> {}
export interface ContainerInput extends Input<typeof container> {}

export const listContainersResponse = message('ListContainersResponse', { containers: many(container, 1) });
export interface ListContainersResponse extends Output<typeof listContainersResponse> {}

export const containerStatusRequest = message('ContainerStatusRequest', { containerId: string(1), verbose: bool(2) });
export interface ContainerStatusRequest extends Input<typeof containerStatusRequest> {}

export const containerStatus = message('ContainerStatus', {
  id: string(1),
  metadata: one(containerMetadata, 2),
  state: oneOf(containerState, 3),
  createdAt: time(4),
  startedAt: time(5),
  finishedAt: time(6),
  exitCode: int32(7),
  image: one(imageSpec, 8),
  imageRef: string(9),
  reason: string(10),
  message: string(11),
  labels: stringMap(12),
  annotations: stringMap(13),
  mounts: many(mount, 14),
  logPath: string(15),
  resources: one(containerResources, 16),
  imageId: string(17),
  user: one(containerUser, 18),
  stopSignal: oneOf(signal, 19),
});
export interface ContainerStatus extends Output<typeof containerStatus> {}
export interface ContainerStatusInput extends Input<typeof containerStatus> {}

export const containerStatusResponse = message('ContainerStatusResponse', { status: one(containerStatus, 1), info: stringMap(2) });
export interface ContainerStatusResponse extends Output<typeof containerStatusResponse> {}

export const updateContainerResourcesRequest = message('UpdateContainerResourcesRequest', {
  containerId: string(1),
  linux: one(linuxContainerResources, 2),
  annotations: stringMap(4),
});
export interface UpdateContainerResourcesRequest extends Input<typeof updateContainerResourcesRequest> {}

export const updateContainerResourcesResponse = message('UpdateContainerResourcesResponse', {});

export const reopenContainerLogRequest = message('ReopenContainerLogRequest', { containerId: string(1) });
export interface ReopenContainerLogRequest extends Input<typeof reopenContainerLogRequest> {}

export const reopenContainerLogResponse = message('ReopenContainerLogResponse', {});
