// CRI runtime.v1: who a container is and what it may do: namespaces, users, capabilities, profiles.

import type { Input, Output } from '../schema.ts';
import { bool, enumeration, int64, int64s, many, message, one, oneOf, string, strings, uint32 } from '../schema.ts';

const namespaceMode = enumeration('NamespaceMode', ['POD', 'CONTAINER', 'NODE', 'TARGET']);
export type NamespaceMode = (typeof namespaceMode.values)[number];

const profileType = enumeration('ProfileType', ['RuntimeDefault', 'Unconfined', 'Localhost']);
export type ProfileType = (typeof profileType.values)[number];

const supplementalGroupsPolicy = enumeration('SupplementalGroupsPolicy', ['Merge', 'Strict']);
export type SupplementalGroupsPolicy = (typeof supplementalGroupsPolicy.values)[number];

export const idMapping = message('IDMapping', { hostId: uint32(1), containerId: uint32(2), length: uint32(3) });
export interface IDMapping extends Output<typeof idMapping> {}
export interface IDMappingInput extends Input<typeof idMapping> {}

const userNamespace = message('UserNamespace', {
  mode: oneOf(namespaceMode, 1),
  uids: many(idMapping, 2),
  gids: many(idMapping, 3),
});
export interface UserNamespace extends Output<typeof userNamespace> {}
export interface UserNamespaceInput extends Input<typeof userNamespace> {}

export const namespaceOption = message('NamespaceOption', {
  network: oneOf(namespaceMode, 1),
  pid: oneOf(namespaceMode, 2),
  ipc: oneOf(namespaceMode, 3),
  targetId: string(4),
  usernsOptions: one(userNamespace, 5),
});
export interface NamespaceOption extends Output<typeof namespaceOption> {}
export interface NamespaceOptionInput extends Input<typeof namespaceOption> {}

export const int64Value = message('Int64Value', { value: int64(1) });
export interface Int64Value extends Output<typeof int64Value> {}
export interface Int64ValueInput extends Input<typeof int64Value> {}

const seLinuxOption = message('SELinuxOption', { user: string(1), role: string(2), type: string(3), level: string(4) });
export interface SELinuxOption extends Output<typeof seLinuxOption> {}
export interface SELinuxOptionInput extends Input<typeof seLinuxOption> {}

const securityProfile = message('SecurityProfile', { profileType: oneOf(profileType, 1), localhostRef: string(2) });
export interface SecurityProfile extends Output<typeof securityProfile> {}
export interface SecurityProfileInput extends Input<typeof securityProfile> {}

const capability = message('Capability', {
  addCapabilities: strings(1),
  dropCapabilities: strings(2),
  addAmbientCapabilities: strings(3),
});
export interface Capability extends Output<typeof capability> {}
export interface CapabilityInput extends Input<typeof capability> {}

export const linuxSandboxSecurityContext = message('LinuxSandboxSecurityContext', {
  namespaceOptions: one(namespaceOption, 1),
  selinuxOptions: one(seLinuxOption, 2),
  runAsUser: one(int64Value, 3),
  runAsGroup: one(int64Value, 8),
  readonlyRootfs: bool(4),
  supplementalGroups: int64s(5),
  supplementalGroupsPolicy: oneOf(supplementalGroupsPolicy, 11),
  privileged: bool(6),
  seccomp: one(securityProfile, 9),
  apparmor: one(securityProfile, 10),
  seccompProfilePath: string(7),
});
export interface LinuxSandboxSecurityContext extends Output<typeof linuxSandboxSecurityContext> {}
export interface LinuxSandboxSecurityContextInput extends Input<typeof linuxSandboxSecurityContext> {}

export const linuxContainerSecurityContext = message('LinuxContainerSecurityContext', {
  capabilities: one(capability, 1),
  privileged: bool(2),
  namespaceOptions: one(namespaceOption, 3),
  selinuxOptions: one(seLinuxOption, 4),
  runAsUser: one(int64Value, 5),
  runAsGroup: one(int64Value, 12),
  runAsUsername: string(6),
  readonlyRootfs: bool(7),
  supplementalGroups: int64s(8),
  supplementalGroupsPolicy: oneOf(supplementalGroupsPolicy, 17),
  noNewPrivs: bool(11),
  maskedPaths: strings(13),
  readonlyPaths: strings(14),
  seccomp: one(securityProfile, 15),
  apparmor: one(securityProfile, 16),
  apparmorProfile: string(9),
  seccompProfilePath: string(10),
});
export interface LinuxContainerSecurityContext extends Output<typeof linuxContainerSecurityContext> {}
export interface LinuxContainerSecurityContextInput extends Input<typeof linuxContainerSecurityContext> {}

const linuxContainerUser = message('LinuxContainerUser', { uid: int64(1), gid: int64(2), supplementalGroups: int64s(3) });
export interface LinuxContainerUser extends Output<typeof linuxContainerUser> {}
export interface LinuxContainerUserInput extends Input<typeof linuxContainerUser> {}

export const containerUser = message('ContainerUser', { linux: one(linuxContainerUser, 1) });
export interface ContainerUser extends Output<typeof containerUser> {}
export interface ContainerUserInput extends Input<typeof containerUser> {}
