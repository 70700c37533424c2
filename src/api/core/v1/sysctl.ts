// Kernel parameters that a Pod sets: how they are named, and which of them belong to a namespace the Pod may share with its node.

import type { PodSpec } from './pod-spec.ts';

const LONGEST = 253;
const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
export const SYSCTL_PATTERN = `^(${SEGMENT}[\\./])*${SEGMENT}$`;
const SYSCTL = new RegExp(SYSCTL_PATTERN);

const IPC_NAMES = new Set([
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
  'kernel.shm',
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.msg',
]);

/** Whether the name is well formed, with dots or slashes between its segments. */
export const isSysctlName = (name: string): boolean => name.length <= LONGEST && SYSCTL.test(name);

/** The name with dots, whichever separator it was written with: the first one met decides. */
export function dottedSysctl(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  if (first !== '/') return name;
  return name.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'));
}

/** The namespace that a parameter belongs to, if any. */
export function sysctlNamespace(name: string): 'IPC' | 'Net' | undefined {
  const dotted = dottedSysctl(name).split('*', 1)[0] ?? '';
  if (dotted.startsWith('net.')) return 'Net';
  return IPC_NAMES.has(dotted) || dotted.startsWith('fs.mqueue.') ? 'IPC' : undefined;
}

/** Why the Pod may not set the parameter: it shares that very namespace with its node. */
export function namespacedSysctlConflict(
  name: string,
  { hostNetwork, hostIPC }: Pick<PodSpec, 'hostNetwork' | 'hostIPC'>,
): string | undefined {
  const namespace = sysctlNamespace(name);
  if (hostNetwork === true && namespace === 'Net') return "may not be specified when 'hostNetwork' is true";
  if (hostIPC === true && namespace === 'IPC') return "may not be specified when 'hostIPC' is true";
  return undefined;
}
