// What a Pod is.

import { resourceRequirements, roundUpToMilli } from './resource-requirements.ts';
import { boolean, field, int32, int64, list, map, quantity, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const hostIP = struct('io.k8s.api.core.v1.HostIP', {
  ip: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface HostIP extends Infer<typeof hostIP> {}

export const podIP = struct('io.k8s.api.core.v1.PodIP', {
  ip: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface PodIP extends Infer<typeof podIP> {}

export const podCondition = struct('io.k8s.api.core.v1.PodCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  observedGeneration: int64({ pb: 7 }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  lastProbeTime: time({ presence: 'always', pb: 3 }),
  lastTransitionTime: time({ presence: 'always', pb: 4 }),
  reason: string({ pb: 5 }),
  message: string({ pb: 6 }),
});
export interface PodCondition extends Infer<typeof podCondition> {}

export const containerStateWaiting = struct('io.k8s.api.core.v1.ContainerStateWaiting', {
  reason: string({ pb: 1 }),
  message: string({ pb: 2 }),
});
export interface ContainerStateWaiting extends Infer<typeof containerStateWaiting> {}

export const containerStateRunning = struct('io.k8s.api.core.v1.ContainerStateRunning', {
  startedAt: time({ presence: 'always', pb: 1 }),
});
export interface ContainerStateRunning extends Infer<typeof containerStateRunning> {}

export const containerStateTerminated = struct('io.k8s.api.core.v1.ContainerStateTerminated', {
  exitCode: int32({ presence: 'always', pb: 1, required: 'published' }),
  signal: int32({ pb: 2 }),
  reason: string({ pb: 3 }),
  message: string({ pb: 4 }),
  startedAt: time({ presence: 'always', pb: 5 }),
  finishedAt: time({ presence: 'always', pb: 6 }),
  containerID: string({ pb: 7 }),
});
export interface ContainerStateTerminated extends Infer<typeof containerStateTerminated> {}

export const containerState = struct('io.k8s.api.core.v1.ContainerState', {
  waiting: field(containerStateWaiting, { presence: 'pointer', pb: 1 }),
  running: field(containerStateRunning, { presence: 'pointer', pb: 2 }),
  terminated: field(containerStateTerminated, { presence: 'pointer', pb: 3 }),
});
export interface ContainerState extends Infer<typeof containerState> {}

export const imageVolumeStatus = struct('io.k8s.api.core.v1.ImageVolumeStatus', {
  imageRef: string({ pb: 1, required: 'published' }),
});
export interface ImageVolumeStatus extends Infer<typeof imageVolumeStatus> {}

export const volumeStatus = struct('io.k8s.api.core.v1.VolumeStatus', {
  image: field(imageVolumeStatus, { presence: 'pointer', pb: 1 }),
});
export interface VolumeStatus extends Infer<typeof volumeStatus> {}

export const volumeMountStatus = struct('io.k8s.api.core.v1.VolumeMountStatus', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  mountPath: string({ presence: 'always', pb: 2, required: 'published' }),
  readOnly: boolean({ pb: 3 }),
  recursiveReadOnly: string({ presence: 'pointer', pb: 4 }),
  volumeStatus: field(volumeStatus, { presence: 'pointer', pb: 5, gate: 'ImageVolumeWithDigest' }),
});
export interface VolumeMountStatus extends Infer<typeof volumeMountStatus> {}

export const linuxContainerUser = struct('io.k8s.api.core.v1.LinuxContainerUser', {
  uid: int64({ presence: 'always', pb: 1, required: 'published' }),
  gid: int64({ presence: 'always', pb: 2, required: 'published' }),
  supplementalGroups: list(int64(), { pb: 3, listType: 'atomic' }),
});
export interface LinuxContainerUser extends Infer<typeof linuxContainerUser> {}

export const containerUser = struct('io.k8s.api.core.v1.ContainerUser', {
  linux: field(linuxContainerUser, { presence: 'pointer', pb: 1 }),
});
export interface ContainerUser extends Infer<typeof containerUser> {}

export const resourceHealth = struct('io.k8s.api.core.v1.ResourceHealth', {
  resourceID: string({ presence: 'always', pb: 1, required: 'published' }),
  health: string({ pb: 2 }),
  message: string({ presence: 'pointer', pb: 6 }),
});
export interface ResourceHealth extends Infer<typeof resourceHealth> {}

export const resourceStatus = struct('io.k8s.api.core.v1.ResourceStatus', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  resources: list(resourceHealth, { pb: 2, listType: 'map', listMapKeys: ['resourceID'] }),
});
export interface ResourceStatus extends Infer<typeof resourceStatus> {}

export const containerStatus = struct('io.k8s.api.core.v1.ContainerStatus', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  state: field(containerState, { presence: 'always', pb: 2 }),
  lastState: field(containerState, { presence: 'always', pb: 3 }),
  ready: boolean({ presence: 'always', pb: 4, required: 'published' }),
  restartCount: int32({ presence: 'always', pb: 5, required: 'published' }),
  image: string({ presence: 'always', pb: 6, required: 'published' }),
  imageID: string({ presence: 'always', pb: 7, required: 'published' }),
  containerID: string({ pb: 8 }),
  started: boolean({ presence: 'pointer', pb: 9 }),
  allocatedResources: map(quantity(), { pb: 10, defaults: roundUpToMilli }),
  resources: field(resourceRequirements, { presence: 'pointer', pb: 11 }),
  volumeMounts: list(volumeMountStatus, {
    pb: 12,
    listType: 'map',
    listMapKeys: ['mountPath'],
    mergeKey: 'mountPath',
    patchStrategy: ['merge'],
  }),
  user: field(containerUser, { presence: 'pointer', pb: 13 }),
  allocatedResourcesStatus: list(resourceStatus, {
    pb: 14,
    listType: 'map',
    listMapKeys: ['name'],
    mergeKey: 'name',
    patchStrategy: ['merge'],
  }),
  stopSignal: string({
    presence: 'pointer',
    pb: 15,
    gate: 'ContainerStopSignals',
    enum: [
      'SIGABRT',
      'SIGALRM',
      'SIGBUS',
      'SIGCHLD',
      'SIGCLD',
      'SIGCONT',
      'SIGFPE',
      'SIGHUP',
      'SIGILL',
      'SIGINT',
      'SIGIO',
      'SIGIOT',
      'SIGKILL',
      'SIGPIPE',
      'SIGPOLL',
      'SIGPROF',
      'SIGPWR',
      'SIGQUIT',
      'SIGRTMAX',
      'SIGRTMAX-1',
      'SIGRTMAX-10',
      'SIGRTMAX-11',
      'SIGRTMAX-12',
      'SIGRTMAX-13',
      'SIGRTMAX-14',
      'SIGRTMAX-2',
      'SIGRTMAX-3',
      'SIGRTMAX-4',
      'SIGRTMAX-5',
      'SIGRTMAX-6',
      'SIGRTMAX-7',
      'SIGRTMAX-8',
      'SIGRTMAX-9',
      'SIGRTMIN',
      'SIGRTMIN+1',
      'SIGRTMIN+10',
      'SIGRTMIN+11',
      'SIGRTMIN+12',
      'SIGRTMIN+13',
      'SIGRTMIN+14',
      'SIGRTMIN+15',
      'SIGRTMIN+2',
      'SIGRTMIN+3',
      'SIGRTMIN+4',
      'SIGRTMIN+5',
      'SIGRTMIN+6',
      'SIGRTMIN+7',
      'SIGRTMIN+8',
      'SIGRTMIN+9',
      'SIGSEGV',
      'SIGSTKFLT',
      'SIGSTOP',
      'SIGSYS',
      'SIGTERM',
      'SIGTRAP',
      'SIGTSTP',
      'SIGTTIN',
      'SIGTTOU',
      'SIGURG',
      'SIGUSR1',
      'SIGUSR2',
      'SIGVTALRM',
      'SIGWINCH',
      'SIGXCPU',
      'SIGXFSZ',
    ],
    enumChecked: false,
  }),
});
export interface ContainerStatus extends Infer<typeof containerStatus> {}

export const podResourceClaimStatus = struct('io.k8s.api.core.v1.PodResourceClaimStatus', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  resourceClaimName: string({ presence: 'pointer', pb: 2 }),
});
export interface PodResourceClaimStatus extends Infer<typeof podResourceClaimStatus> {}

export const containerExtendedResourceRequest = struct('io.k8s.api.core.v1.ContainerExtendedResourceRequest', {
  containerName: string({ presence: 'always', pb: 1, required: 'published' }),
  resourceName: string({ presence: 'always', pb: 2, required: 'published' }),
  requestName: string({ presence: 'always', pb: 3, required: 'published' }),
});
export interface ContainerExtendedResourceRequest extends Infer<typeof containerExtendedResourceRequest> {}

export const podExtendedResourceClaimStatus = struct('io.k8s.api.core.v1.PodExtendedResourceClaimStatus', {
  requestMappings: list(containerExtendedResourceRequest, { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
  resourceClaimName: string({ presence: 'always', pb: 2, required: 'published' }),
});
export interface PodExtendedResourceClaimStatus extends Infer<typeof podExtendedResourceClaimStatus> {}

export const nodeAllocatableResourceClaimStatus = struct('io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus', {
  resourceClaimName: string({ presence: 'always', pb: 1, required: 'published' }),
  containers: list(string(), { pb: 2, listType: 'set' }),
  resources: map(quantity(), { presence: 'always', pb: 3, required: 'published' }),
});
export interface NodeAllocatableResourceClaimStatus extends Infer<typeof nodeAllocatableResourceClaimStatus> {}

export const podStatus = struct(
  'io.k8s.api.core.v1.PodStatus',
  {
    observedGeneration: int64({ pb: 17 }),
    phase: string({ pb: 1, enum: ['Failed', 'Pending', 'Running', 'Succeeded', 'Unknown'], enumChecked: false }),
    conditions: list(podCondition, { pb: 2, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
    message: string({ pb: 3 }),
    reason: string({ pb: 4 }),
    nominatedNodeName: string({ pb: 11 }),
    hostIP: string({ pb: 5 }),
    hostIPs: list(hostIP, { pb: 16, listType: 'atomic', mergeKey: 'ip', patchStrategy: ['merge'] }),
    podIP: string({ pb: 6 }),
    podIPs: list(podIP, { pb: 12, listType: 'map', listMapKeys: ['ip'], mergeKey: 'ip', patchStrategy: ['merge'] }),
    startTime: time({ presence: 'pointer', pb: 7 }),
    initContainerStatuses: list(containerStatus, { pb: 10, listType: 'atomic' }),
    containerStatuses: list(containerStatus, { pb: 8, listType: 'atomic' }),
    qosClass: string({ pb: 9, enum: ['BestEffort', 'Burstable', 'Guaranteed'], enumChecked: false }),
    ephemeralContainerStatuses: list(containerStatus, { pb: 13, listType: 'atomic' }),
    resize: string({ pb: 14 }),
    resourceClaimStatuses: list(podResourceClaimStatus, {
      pb: 15,
      listType: 'map',
      listMapKeys: ['name'],
      mergeKey: 'name',
      patchStrategy: ['merge', 'retainKeys'],
    }),
    extendedResourceClaimStatus: field(podExtendedResourceClaimStatus, { presence: 'pointer', pb: 18 }),
    allocatedResources: map(quantity(), { pb: 19, defaults: roundUpToMilli }),
    resources: field(resourceRequirements, { presence: 'pointer', pb: 20 }),
    nodeAllocatableResourceClaimStatuses: list(nodeAllocatableResourceClaimStatus, { pb: 21, listType: 'atomic' }),
  },
  {
    defaults(self) {
      // The elder single address and the first of the list are the same; where they differ the single one is right.
      const { podIP = '', podIPs = [] } = self;
      if (podIP !== '' && podIPs[0]?.ip !== podIP) self.podIPs = [{ ip: podIP }];
      else if (podIP === '' && podIPs[0] !== undefined) self.podIP = podIPs[0].ip;
    },
  },
);
export interface PodStatus extends Infer<typeof podStatus> {}
