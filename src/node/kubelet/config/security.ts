// Who a container runs as and what it may do: the Pod's security context under the container's own.

import type { Pod } from '../../../api/core/v1/pod.ts';
import type { SecurityContext } from '../../../api/core/v1/security-context.ts';
import type {
  LinuxContainerSecurityContextInput,
  LinuxSandboxSecurityContextInput,
  NamespaceOptionInput,
  SecurityProfileInput,
} from '../../runtime/index.ts';
import { containersOf, describePod, identityOf } from '../pod-names.ts';
import type { AnyContainer } from '../seams.ts';

/** What the image says of its user: a number, or a name that nobody can check. */
export interface ImageUser {
  readonly uid: number | undefined;
  readonly username: string;
}

type Effective = SecurityContext;

/** The container's own settings above the Pod's. */
export function effectiveSecurity(pod: Pod, container: AnyContainer): Effective {
  const { runAsUser, runAsGroup, runAsNonRoot, seLinuxOptions, seccompProfile, appArmorProfile } = pod.spec.securityContext ?? {};
  const shared = { runAsUser, runAsGroup, runAsNonRoot, seLinuxOptions, seccompProfile, appArmorProfile };
  const own = Object.entries(container.securityContext ?? {}).filter(([, value]) => value !== undefined);
  return { ...shared, ...Object.fromEntries(own) };
}

/** Why the container must not run, when it promises not to be root. */
export function nonRootProblem(pod: Pod, container: AnyContainer, user: ImageUser): string | undefined {
  const { runAsNonRoot, runAsUser } = effectiveSecurity(pod, container);
  if (runAsNonRoot !== true) return undefined;
  const where = `(pod: "${describePod(identityOf(pod))}", container: ${container.name})`;
  if (runAsUser !== undefined) return Number(runAsUser) === 0 ? `container's runAsUser breaks non-root policy ${where}` : undefined;
  if (user.uid === 0) return `container has runAsNonRoot and image will run as root ${where}`;
  if (user.uid !== undefined || user.username === '') {
    return user.uid === undefined ? `container has runAsNonRoot and image will run as root ${where}` : undefined;
  }
  return `container has runAsNonRoot and image has non-numeric user (${user.username}), cannot verify user is non-root ${where}`;
}

const MASKED = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** Namespaces that the Pod's containers share with each other or with the node. */
export function podNamespaces({ spec }: Pod): NamespaceOptionInput {
  return {
    network: spec.hostNetwork === true ? 'NODE' : 'POD',
    ipc: spec.hostIPC === true ? 'NODE' : 'POD',
    pid: spec.hostPID === true ? 'NODE' : spec.shareProcessNamespace === true ? 'POD' : 'CONTAINER',
  };
}

/** The container's security context. `target`: the container whose processes an ephemeral one wants to see. */
export function containerSecurity(
  pod: Pod,
  container: AnyContainer,
  user: ImageUser,
  target: string | undefined,
): LinuxContainerSecurityContextInput {
  const effective = effectiveSecurity(pod, container);
  const { runAsUser, runAsGroup, capabilities, seLinuxOptions, procMount } = effective;
  const namespaces = podNamespaces(pod);
  const unmasked = procMount === 'Unmasked';
  return {
    privileged: effective.privileged === true,
    readonlyRootfs: effective.readOnlyRootFilesystem === true,
    noNewPrivs: effective.allowPrivilegeEscalation === false,
    capabilities:
      capabilities === undefined
        ? undefined
        : { addCapabilities: [...(capabilities.add ?? [])], dropCapabilities: [...(capabilities.drop ?? [])] },
    selinuxOptions: seLinuxOptions,
    ...userOf(runAsUser, user),
    ...(runAsGroup === undefined ? {} : { runAsGroup: { value: runAsGroup } }),
    supplementalGroups: podGroups(pod),
    supplementalGroupsPolicy: groupsPolicy(pod),
    seccomp: profile(effective.seccompProfile),
    apparmor: profile(effective.appArmorProfile),
    maskedPaths: unmasked ? [] : [...MASKED],
    readonlyPaths: unmasked ? [] : [...READ_ONLY],
    namespaceOptions:
      target !== undefined && namespaces.pid === 'CONTAINER' ? { ...namespaces, pid: 'TARGET', targetId: target } : namespaces,
  };
}

function userOf(
  runAsUser: number | bigint | undefined,
  image: ImageUser,
): Pick<LinuxContainerSecurityContextInput, 'runAsUser' | 'runAsUsername'> {
  if (runAsUser !== undefined) return { runAsUser: { value: runAsUser } };
  return image.uid === undefined ? { runAsUsername: image.username } : { runAsUser: { value: image.uid } };
}

function podGroups({ spec }: Pod): (number | bigint)[] {
  const { fsGroup, supplementalGroups = [] } = spec.securityContext ?? {};
  return fsGroup === undefined ? [...supplementalGroups] : [fsGroup, ...supplementalGroups];
}

const groupsPolicy = ({ spec }: Pod): 'Merge' | 'Strict' =>
  spec.securityContext?.supplementalGroupsPolicy === 'Strict' ? 'Strict' : 'Merge';

function profile(wanted: { readonly type: string; readonly localhostProfile?: string | undefined } | undefined): SecurityProfileInput {
  switch (wanted?.type) {
    case 'RuntimeDefault':
      return { profileType: 'RuntimeDefault' };
    case 'Localhost':
      return { profileType: 'Localhost', localhostRef: wanted.localhostProfile ?? '' };
    default:
      return { profileType: 'Unconfined' };
  }
}

/** The security context of the sandbox itself. */
export function sandboxSecurity(pod: Pod): LinuxSandboxSecurityContextInput {
  const { runAsUser, runAsGroup, seLinuxOptions } = pod.spec.securityContext ?? {};
  return {
    privileged: containersOf(pod).some(({ securityContext }) => securityContext?.privileged === true),
    seccomp: { profileType: 'RuntimeDefault' },
    namespaceOptions: podNamespaces(pod),
    supplementalGroups: podGroups(pod),
    supplementalGroupsPolicy: groupsPolicy(pod),
    selinuxOptions: seLinuxOptions,
    ...(runAsUser === undefined ? {} : { runAsUser: { value: runAsUser } }),
    ...(runAsGroup === undefined ? {} : { runAsGroup: { value: runAsGroup } }),
  };
}
