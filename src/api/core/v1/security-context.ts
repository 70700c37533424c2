// What a container or Pod may do on its node.

import { boolean, field, int64, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const appArmorProfile = struct(
  'io.k8s.api.core.v1.AppArmorProfile',
  {
    type: string({
      presence: 'always',
      pb: 1,
      required: 'published',
      enum: ['Localhost', 'RuntimeDefault', 'Unconfined'],
      enumChecked: false,
    }),
    localhostProfile: string({ presence: 'pointer', pb: 2 }),
  },
  { union: ['localhostProfile'] },
);
export interface AppArmorProfile extends Infer<typeof appArmorProfile> {}

export const capabilities = struct('io.k8s.api.core.v1.Capabilities', {
  add: list(string(), { pb: 1, listType: 'atomic' }),
  drop: list(string(), { pb: 2, listType: 'atomic' }),
});
export interface Capabilities extends Infer<typeof capabilities> {}

export const seLinuxOptions = struct('io.k8s.api.core.v1.SELinuxOptions', {
  user: string({ pb: 1 }),
  role: string({ pb: 2 }),
  type: string({ pb: 3 }),
  level: string({ pb: 4 }),
});
export interface SELinuxOptions extends Infer<typeof seLinuxOptions> {}

export const seccompProfile = struct(
  'io.k8s.api.core.v1.SeccompProfile',
  {
    type: string({
      presence: 'always',
      pb: 1,
      required: 'published',
      enum: ['Localhost', 'RuntimeDefault', 'Unconfined'],
      enumChecked: false,
    }),
    localhostProfile: string({ presence: 'pointer', pb: 2 }),
  },
  { union: ['localhostProfile'] },
);
export interface SeccompProfile extends Infer<typeof seccompProfile> {}

export const windowsSecurityContextOptions = struct('io.k8s.api.core.v1.WindowsSecurityContextOptions', {
  gmsaCredentialSpecName: string({ presence: 'pointer', pb: 1 }),
  gmsaCredentialSpec: string({ presence: 'pointer', pb: 2 }),
  runAsUserName: string({ presence: 'pointer', pb: 3 }),
  hostProcess: boolean({ presence: 'pointer', pb: 4 }),
});
export interface WindowsSecurityContextOptions extends Infer<typeof windowsSecurityContextOptions> {}

export const sysctl = struct('io.k8s.api.core.v1.Sysctl', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  value: string({ presence: 'always', pb: 2, required: 'published' }),
});
export interface Sysctl extends Infer<typeof sysctl> {}

export const podSecurityContext = struct('io.k8s.api.core.v1.PodSecurityContext', {
  seLinuxOptions: field(seLinuxOptions, { presence: 'pointer', pb: 1 }),
  windowsOptions: field(windowsSecurityContextOptions, { presence: 'pointer', pb: 8 }),
  runAsUser: int64({ presence: 'pointer', pb: 2 }),
  runAsGroup: int64({ presence: 'pointer', pb: 6 }),
  runAsNonRoot: boolean({ presence: 'pointer', pb: 3 }),
  supplementalGroups: list(int64(), { pb: 4, listType: 'atomic' }),
  supplementalGroupsPolicy: string({ presence: 'pointer', pb: 12, enum: ['Merge', 'Strict'], enumChecked: false }),
  fsGroup: int64({ presence: 'pointer', pb: 5 }),
  sysctls: list(sysctl, { pb: 7, listType: 'atomic' }),
  fsGroupChangePolicy: string({ presence: 'pointer', pb: 9, enum: ['Always', 'OnRootMismatch'], enumChecked: false }),
  seccompProfile: field(seccompProfile, { presence: 'pointer', pb: 10 }),
  appArmorProfile: field(appArmorProfile, { presence: 'pointer', pb: 11 }),
  seLinuxChangePolicy: string({ presence: 'pointer', pb: 13 }),
});
export interface PodSecurityContext extends Infer<typeof podSecurityContext> {}

export const securityContext = struct('io.k8s.api.core.v1.SecurityContext', {
  capabilities: field(capabilities, { presence: 'pointer', pb: 1 }),
  privileged: boolean({ presence: 'pointer', pb: 2 }),
  seLinuxOptions: field(seLinuxOptions, { presence: 'pointer', pb: 3 }),
  windowsOptions: field(windowsSecurityContextOptions, { presence: 'pointer', pb: 10 }),
  runAsUser: int64({ presence: 'pointer', pb: 4 }),
  runAsGroup: int64({ presence: 'pointer', pb: 8 }),
  runAsNonRoot: boolean({ presence: 'pointer', pb: 5 }),
  readOnlyRootFilesystem: boolean({ presence: 'pointer', pb: 6 }),
  allowPrivilegeEscalation: boolean({ presence: 'pointer', pb: 7 }),
  procMount: string({ presence: 'pointer', pb: 9, enum: ['Default', 'Unmasked'], enumChecked: false }),
  seccompProfile: field(seccompProfile, { presence: 'pointer', pb: 11 }),
  appArmorProfile: field(appArmorProfile, { presence: 'pointer', pb: 12 }),
});
export interface SecurityContext extends Infer<typeof securityContext> {}
