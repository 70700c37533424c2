// What a Pod should be.

import { objectMeta } from '../../../machinery/object-meta.ts';
import { affinity, topologySpreadConstraint } from './affinity.ts';
import { container, ephemeralContainer } from './container.ts';
import { localObjectReference } from './references.ts';
import { resourceRequirements, roundUpToMilli } from './resource-requirements.ts';
import { podSecurityContext } from './security-context.ts';
import { toleration } from './toleration.ts';
import { volume } from './volume.ts';
import { boolean, field, int32, int64, list, map, quantity, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

const INIT_CONTAINER_ANNOTATIONS = [
  'pod.beta.kubernetes.io/init-containers',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-container-statuses',
];

/** Clients of long ago carried init containers in annotations; these are dropped on sight. */
export function dropInitContainerAnnotations(metadata: { annotations?: Record<string, string> | undefined }): void {
  if (metadata.annotations === undefined) return;
  for (const key of INIT_CONTAINER_ANNOTATIONS) delete metadata.annotations[key];
  if (Object.keys(metadata.annotations).length === 0) delete metadata.annotations;
}

export const podOS = struct('io.k8s.api.core.v1.PodOS', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface PodOS extends Infer<typeof podOS> {}

export const hostAlias = struct('io.k8s.api.core.v1.HostAlias', {
  ip: string({ presence: 'always', pb: 1, required: 'published' }),
  hostnames: list(string(), { pb: 2, listType: 'atomic' }),
});
export interface HostAlias extends Infer<typeof hostAlias> {}

export const podDNSConfigOption = struct('io.k8s.api.core.v1.PodDNSConfigOption', {
  name: string({ pb: 1 }),
  value: string({ presence: 'pointer', pb: 2 }),
});
export interface PodDNSConfigOption extends Infer<typeof podDNSConfigOption> {}

export const podDNSConfig = struct('io.k8s.api.core.v1.PodDNSConfig', {
  nameservers: list(string(), { pb: 1, listType: 'atomic' }),
  searches: list(string(), { pb: 2, listType: 'atomic' }),
  options: list(podDNSConfigOption, { pb: 3, listType: 'atomic' }),
});
export interface PodDNSConfig extends Infer<typeof podDNSConfig> {}

export const podReadinessGate = struct('io.k8s.api.core.v1.PodReadinessGate', {
  conditionType: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface PodReadinessGate extends Infer<typeof podReadinessGate> {}

export const podSchedulingGate = struct('io.k8s.api.core.v1.PodSchedulingGate', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface PodSchedulingGate extends Infer<typeof podSchedulingGate> {}

export const podResourceClaim = struct('io.k8s.api.core.v1.PodResourceClaim', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  resourceClaimName: string({ presence: 'pointer', pb: 3 }),
  resourceClaimTemplateName: string({ presence: 'pointer', pb: 4 }),
});
export interface PodResourceClaim extends Infer<typeof podResourceClaim> {}

export const podSchedulingGroup = struct(
  'io.k8s.api.core.v1.PodSchedulingGroup',
  {
    podGroupName: string({ presence: 'pointer', pb: 1 }),
  },
  { union: ['podGroupName'] },
);
export interface PodSchedulingGroup extends Infer<typeof podSchedulingGroup> {}

export const podSpec = struct(
  'io.k8s.api.core.v1.PodSpec',
  {
    volumes: list(volume, { pb: 1, listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge', 'retainKeys'] }),
    initContainers: list(container, { pb: 20, listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge'] }),
    containers: list(container, {
      presence: 'always',
      pb: 2,
      required: 'published',
      listType: 'map',
      listMapKeys: ['name'],
      mergeKey: 'name',
      patchStrategy: ['merge'],
    }),
    ephemeralContainers: list(ephemeralContainer, {
      pb: 34,
      listType: 'map',
      listMapKeys: ['name'],
      mergeKey: 'name',
      patchStrategy: ['merge'],
    }),
    restartPolicy: string({ pb: 3, enum: ['Always', 'Never', 'OnFailure'], enumChecked: false }),
    terminationGracePeriodSeconds: int64({ presence: 'pointer', pb: 4 }),
    activeDeadlineSeconds: int64({ presence: 'pointer', pb: 5 }),
    dnsPolicy: string({ pb: 6, enum: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'], enumChecked: false }),
    nodeSelector: map(string(), { pb: 7, mapType: 'atomic' }),
    serviceAccountName: string({ pb: 8 }),
    serviceAccount: string({ pb: 9 }),
    automountServiceAccountToken: boolean({ presence: 'pointer', pb: 21 }),
    nodeName: string({ pb: 10 }),
    hostNetwork: boolean({ pb: 11 }),
    hostPID: boolean({ pb: 12 }),
    hostIPC: boolean({ pb: 13 }),
    shareProcessNamespace: boolean({ presence: 'pointer', pb: 27 }),
    securityContext: field(podSecurityContext, { presence: 'pointer', pb: 14 }),
    imagePullSecrets: list(localObjectReference, {
      pb: 15,
      listType: 'map',
      listMapKeys: ['name'],
      mergeKey: 'name',
      patchStrategy: ['merge'],
    }),
    hostname: string({ pb: 16 }),
    subdomain: string({ pb: 17 }),
    affinity: field(affinity, { presence: 'pointer', pb: 18 }),
    schedulerName: string({ pb: 19 }),
    tolerations: list(toleration, { pb: 22, listType: 'atomic' }),
    hostAliases: list(hostAlias, { pb: 23, listType: 'map', listMapKeys: ['ip'], mergeKey: 'ip', patchStrategy: ['merge'] }),
    priorityClassName: string({ pb: 24 }),
    priority: int32({ presence: 'pointer', pb: 25 }),
    dnsConfig: field(podDNSConfig, { presence: 'pointer', pb: 26 }),
    readinessGates: list(podReadinessGate, { pb: 28, listType: 'atomic' }),
    runtimeClassName: string({ presence: 'pointer', pb: 29 }),
    enableServiceLinks: boolean({ presence: 'pointer', pb: 30 }),
    preemptionPolicy: string({ presence: 'pointer', pb: 31, enum: ['Never', 'PreemptLowerPriority'], enumChecked: false }),
    overhead: map(quantity(), { pb: 32, defaults: roundUpToMilli }),
    topologySpreadConstraints: list(topologySpreadConstraint, {
      pb: 33,
      listType: 'map',
      listMapKeys: ['topologyKey', 'whenUnsatisfiable'],
      mergeKey: 'topologyKey',
      patchStrategy: ['merge'],
    }),
    setHostnameAsFQDN: boolean({ presence: 'pointer', pb: 35 }),
    os: field(podOS, { presence: 'pointer', pb: 36 }),
    hostUsers: boolean({ presence: 'pointer', pb: 37 }),
    schedulingGates: list(podSchedulingGate, {
      pb: 38,
      listType: 'map',
      listMapKeys: ['name'],
      mergeKey: 'name',
      patchStrategy: ['merge'],
    }),
    resourceClaims: list(podResourceClaim, {
      pb: 39,
      listType: 'map',
      listMapKeys: ['name'],
      mergeKey: 'name',
      patchStrategy: ['merge', 'retainKeys'],
    }),
    resources: field(resourceRequirements, { presence: 'pointer', pb: 40 }),
    hostnameOverride: string({ presence: 'pointer', pb: 41 }),
    schedulingGroup: field(podSchedulingGroup, { presence: 'pointer', pb: 43, gate: 'GenericWorkload' }),
  },
  {
    defaults(self) {
      self.restartPolicy ||= 'Always';
      self.terminationGracePeriodSeconds ??= 30;
      self.dnsPolicy ||= 'ClusterFirst';
      self.securityContext ??= {};
      self.schedulerName ||= 'default-scheduler';
      // The elder name of the same field follows the newer one.
      const account = self.serviceAccountName || self.serviceAccount;
      if (account === undefined) return;
      self.serviceAccountName = account;
      self.serviceAccount = account;
    },
  },
);
export interface PodSpec extends Infer<typeof podSpec> {}

export const podTemplateSpec = struct(
  'io.k8s.api.core.v1.PodTemplateSpec',
  {
    metadata: field(objectMeta, { presence: 'always', pb: 1 }),
    spec: field(podSpec, { presence: 'always', pb: 2 }),
  },
  {
    defaults(self) {
      dropInitContainerAnnotations(self.metadata);
    },
  },
);
export interface PodTemplateSpec extends Infer<typeof podTemplateSpec> {}
