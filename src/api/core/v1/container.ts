// Containers of a Pod: regular, init and ephemeral.

import { defaultPullPolicy } from './container-image.ts';
import { envFromSource, envVar } from './environment.ts';
import { lifecycle, probe } from './handlers.ts';
import { containerResizePolicy, resourceRequirements } from './resource-requirements.ts';
import { securityContext } from './security-context.ts';
import { boolean, field, inline, int32, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

interface Defaulted {
  image?: string | undefined;
  imagePullPolicy?: string | undefined;
  terminationMessagePath?: string | undefined;
  terminationMessagePolicy?: string | undefined;
}

function containerDefaults(self: Defaulted): void {
  self.terminationMessagePath ||= '/dev/termination-log';
  self.terminationMessagePolicy ||= 'File';
  self.imagePullPolicy ||= defaultPullPolicy(self.image ?? '');
}

export const containerPort = struct('io.k8s.api.core.v1.ContainerPort', {
  name: string({ pb: 1 }),
  hostPort: int32({ pb: 2 }),
  containerPort: int32({ presence: 'always', pb: 3, required: 'published' }),
  protocol: string({ pb: 4, default: 'TCP', enum: ['SCTP', 'TCP', 'UDP'], enumChecked: false }),
  hostIP: string({ pb: 5 }),
});
export interface ContainerPort extends Infer<typeof containerPort> {}

export const containerRestartRuleOnExitCodes = struct('io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes', {
  operator: string({ pb: 1, required: 'published' }),
  values: list(int32(), { pb: 2, listType: 'set' }),
});
export interface ContainerRestartRuleOnExitCodes extends Infer<typeof containerRestartRuleOnExitCodes> {}

export const containerRestartRule = struct('io.k8s.api.core.v1.ContainerRestartRule', {
  action: string({ pb: 1, required: 'published' }),
  exitCodes: field(containerRestartRuleOnExitCodes, { presence: 'pointer', pb: 2 }),
});
export interface ContainerRestartRule extends Infer<typeof containerRestartRule> {}

export const volumeMount = struct('io.k8s.api.core.v1.VolumeMount', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  readOnly: boolean({ pb: 2 }),
  recursiveReadOnly: string({ presence: 'pointer', pb: 7 }),
  mountPath: string({ presence: 'always', pb: 3, required: 'published' }),
  subPath: string({ pb: 4 }),
  mountPropagation: string({ presence: 'pointer', pb: 5, enum: ['Bidirectional', 'HostToContainer', 'None'], enumChecked: false }),
  subPathExpr: string({ pb: 6 }),
});
export interface VolumeMount extends Infer<typeof volumeMount> {}

export const volumeDevice = struct('io.k8s.api.core.v1.VolumeDevice', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  devicePath: string({ presence: 'always', pb: 2, required: 'published' }),
});
export interface VolumeDevice extends Infer<typeof volumeDevice> {}

/** What containers of every sort have. */
const containerFields = {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  image: string({ pb: 2 }),
  command: list(string(), { pb: 3, listType: 'atomic' }),
  args: list(string(), { pb: 4, listType: 'atomic' }),
  workingDir: string({ pb: 5 }),
  ports: list(containerPort, {
    pb: 6,
    listType: 'map',
    listMapKeys: ['containerPort', 'protocol'],
    mergeKey: 'containerPort',
    patchStrategy: ['merge'],
  }),
  envFrom: list(envFromSource, { pb: 19, listType: 'atomic' }),
  env: list(envVar, { pb: 7, listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge'] }),
  resources: field(resourceRequirements, { presence: 'always', pb: 8 }),
  resizePolicy: list(containerResizePolicy, { pb: 23, listType: 'atomic' }),
  restartPolicy: string({ presence: 'pointer', pb: 24 }),
  restartPolicyRules: list(containerRestartRule, { pb: 25, listType: 'atomic' }),
  volumeMounts: list(volumeMount, {
    pb: 9,
    listType: 'map',
    listMapKeys: ['mountPath'],
    mergeKey: 'mountPath',
    patchStrategy: ['merge'],
  }),
  volumeDevices: list(volumeDevice, {
    pb: 21,
    listType: 'map',
    listMapKeys: ['devicePath'],
    mergeKey: 'devicePath',
    patchStrategy: ['merge'],
  }),
  livenessProbe: field(probe, { presence: 'pointer', pb: 10 }),
  readinessProbe: field(probe, { presence: 'pointer', pb: 11 }),
  startupProbe: field(probe, { presence: 'pointer', pb: 22 }),
  lifecycle: field(lifecycle, { presence: 'pointer', pb: 12 }),
  terminationMessagePath: string({ pb: 13 }),
  terminationMessagePolicy: string({ pb: 20, enum: ['FallbackToLogsOnError', 'File'], enumChecked: false }),
  imagePullPolicy: string({ pb: 14, enum: ['Always', 'IfNotPresent', 'Never'], enumChecked: false }),
  securityContext: field(securityContext, { presence: 'pointer', pb: 15 }),
  stdin: boolean({ pb: 16 }),
  stdinOnce: boolean({ pb: 17 }),
  tty: boolean({ pb: 18 }),
} as const;

export const container = struct('io.k8s.api.core.v1.Container', containerFields, { defaults: containerDefaults });
export interface Container extends Infer<typeof container> {}

export const ephemeralContainerCommon = struct('io.k8s.api.core.v1.EphemeralContainerCommon', containerFields, {
  defaults: containerDefaults,
});
export interface EphemeralContainerCommon extends Infer<typeof ephemeralContainerCommon> {}

export const ephemeralContainer = struct('io.k8s.api.core.v1.EphemeralContainer', {
  ephemeralContainerCommon: inline(ephemeralContainerCommon, { pb: 1 }),
  targetContainerName: string({ pb: 2 }),
});
export interface EphemeralContainer extends Infer<typeof ephemeralContainer> {}
