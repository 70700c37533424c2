// Checks of what a Pod and its containers may do on their node: users, groups, profiles, kernel parameters.

import { checkGroupId, checkUserId } from '../../../machinery/formats/number.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { duplicate, invalid, required, tooLong } from '../../../machinery/problem.ts';
import { byteLength, complaints, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { internalForm } from './internal-pod-spec.ts';
import type { PodSpec } from './pod-spec.ts';
import { descendingPath } from './relative-path.ts';
import type { AppArmorProfile, PodSecurityContext, SeccompProfile, SecurityContext, Sysctl } from './security-context.ts';
import { isSysctlName, namespacedSysctlConflict, SYSCTL_PATTERN } from './sysctl.ts';
import { validateWindowsOptions } from './windows-validation.ts';

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const LONGEST_PROFILE_PATH = 4095;

/** Checks the security context of a container. */
export function* validateSecurityContext(context: SecurityContext | undefined, sharesUsersWithHost: boolean, at: FieldPath): Problems {
  if (context === undefined) return;
  const { runAsUser, runAsGroup, procMount } = context;
  if (runAsUser !== undefined) yield* complaints(at.child('runAsUser'), runAsUser, checkUserId(Number(runAsUser)));
  if (runAsGroup !== undefined) yield* complaints(at.child('runAsGroup'), runAsGroup, checkGroupId(Number(runAsGroup)));
  yield* supported(at.child('procMount'), procMount, ['Default', 'Unmasked']);
  if (procMount === 'Unmasked' && sharesUsersWithHost)
    yield invalid(at.child('procMount'), procMount, '`hostUsers` must be false to use `Unmasked`');
  yield* validateSeccompProfile(context.seccompProfile, at.child('seccompProfile'));
  yield* validateEscalation(context, at);
  yield* validateWindowsOptions(context.windowsOptions, at.child('windowsOptions'));
  yield* validateAppArmorProfile(context.appArmorProfile, at.child('appArmorProfile'));
}

function* validateEscalation(context: SecurityContext, at: FieldPath): Problems {
  if (context.allowPrivilegeEscalation !== false) return;
  const shown = internalForm('SecurityContext', context);
  if (context.privileged === true) yield invalid(at, shown, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
  for (const capability of context.capabilities?.add ?? [])
    if (capability === 'CAP_SYS_ADMIN')
      yield invalid(at, shown, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN');
}

function* validateSeccompProfile(profile: SeccompProfile | undefined, at: FieldPath): Problems {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  if (type === '') yield required(at.child('type'), 'type is required when seccompProfile is set');
  else yield* supported(at.child('type'), type, PROFILE_TYPES);
  const here = at.child('localhostProfile');
  if (type === 'Localhost') {
    if (localhostProfile === undefined) yield required(here, 'must be set when seccomp type is Localhost');
    else yield* descendingPath(here, localhostProfile);
  } else if (localhostProfile !== undefined)
    yield invalid(here, internalForm('SeccompProfile', profile), 'can only be set when seccomp type is Localhost');
}

function* validateAppArmorProfile(profile: AppArmorProfile | undefined, at: FieldPath): Problems {
  if (profile === undefined) return;
  const { type, localhostProfile: path } = profile;
  const here = at.child('localhostProfile');
  if (type === '') yield required(at.child('type'), 'type is required when appArmorProfile is set');
  else if (type === 'Localhost') {
    if (path === undefined) return yield required(here, 'must be set when AppArmor type is Localhost');
    if (path.trim() !== path) yield invalid(here, path, 'must not be padded with whitespace');
    else if (path === '') yield required(here, 'must be set when AppArmor type is Localhost');
    if (byteLength(path) > LONGEST_PROFILE_PATH) yield tooLong(here, LONGEST_PROFILE_PATH);
  } else if (PROFILE_TYPES.includes(type)) {
    if (path !== undefined) yield invalid(here, path, 'can only be set when AppArmor type is Localhost');
  } else yield* supported(at.child('type'), type, PROFILE_TYPES);
}

/** What the stored Pod excuses. */
export interface SecurityRatchet {
  readonly hostSysctls: boolean;
  readonly seLinuxChangePolicy: boolean;
}

/** Checks the security context of a Pod. */
export function* validatePodSecurityContext(spec: PodSpec, ratchet: SecurityRatchet, at: FieldPath): Problems {
  const context: PodSecurityContext = spec.securityContext ?? {};
  const { fsGroup, runAsUser, runAsGroup, supplementalGroups = [] } = context;
  if (fsGroup !== undefined) yield* complaints(at.child('fsGroup'), fsGroup, checkGroupId(Number(fsGroup)));
  if (runAsUser !== undefined) yield* complaints(at.child('runAsUser'), runAsUser, checkUserId(Number(runAsUser)));
  if (runAsGroup !== undefined) yield* complaints(at.child('runAsGroup'), runAsGroup, checkGroupId(Number(runAsGroup)));
  for (const [index, group] of supplementalGroups.entries())
    yield* complaints(at.child('supplementalGroups').index(index), group, checkGroupId(Number(group)));
  if (spec.shareProcessNamespace === true && spec.hostPID === true)
    yield invalid(at.child('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled');
  yield* validateSysctls(context.sysctls ?? [], spec, ratchet.hostSysctls, at.child('sysctls'));
  yield* supported(at.child('fsGroupChangePolicy'), context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']);
  yield* validateSeccompProfile(context.seccompProfile, at.child('seccompProfile'));
  yield* validateWindowsOptions(context.windowsOptions, at.child('windowsOptions'));
  yield* validateAppArmorProfile(context.appArmorProfile, at.child('appArmorProfile'));
  yield* supported(at.child('supplementalGroupsPolicy'), context.supplementalGroupsPolicy, ['Merge', 'Strict']);
  // Volumes are not mounted with labels yet, so the other policy is accepted only where a stored Pod has one.
  const policies = ratchet.seLinuxChangePolicy ? ['MountOption', 'Recursive'] : ['Recursive'];
  yield* supported(at.child('seLinuxChangePolicy'), context.seLinuxChangePolicy, policies);
}

function* validateSysctls(sysctls: readonly Sysctl[], spec: PodSpec, allowHostSysctls: boolean, at: FieldPath): Problems {
  const names = new Set<string>();
  for (const [index, { name }] of sysctls.entries()) {
    const here = at.index(index).child('name');
    if (name === '') yield required(here);
    else if (!isSysctlName(name)) yield invalid(here, name, `must have at most 253 characters and match regex ${SYSCTL_PATTERN}`);
    else if (names.has(name)) yield duplicate(here, name);
    names.add(name);
    const conflict = allowHostSysctls ? undefined : namespacedSysctlConflict(name, spec);
    if (conflict !== undefined) yield invalid(here, name, conflict);
  }
}
