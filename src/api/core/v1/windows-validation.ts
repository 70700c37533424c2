// Checks of Pods that name their operating system, and of the options that only Windows knows.

import { checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { byteLength, complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { PodSpec } from './pod-spec.ts';
import { allContainers } from './pod-surroundings.ts';
import type { WindowsSecurityContextOptions } from './security-context.ts';

const LARGEST_CREDENTIAL_SPEC_BYTES = 64 * 1024;
const DOMAIN_LENGTH_LIMIT = 256;
const LONGEST_USER = 104;
const CONTROL = /[\u0000-\u001f\u007f]/;
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS_DOMAIN = new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`);

/** Checks the options of a container or Pod on Windows. */
export function* validateWindowsOptions(options: WindowsSecurityContextOptions | undefined, at: FieldPath): Problems {
  if (options === undefined) return;
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName } = options;
  if (specName !== undefined) yield* complaints(at.child('gmsaCredentialSpecName'), specName, checkDns1123Subdomain(specName));
  if (spec === '') yield invalid(at.child('gmsaCredentialSpec'), spec, 'gmsaCredentialSpec cannot be an empty string');
  else if (spec !== undefined && byteLength(spec) > LARGEST_CREDENTIAL_SPEC_BYTES)
    yield invalid(at.child('gmsaCredentialSpec'), spec, 'gmsaCredentialSpec size must be under 64 KiB');
  if (runAsUserName !== undefined) yield* complaints(at.child('runAsUserName'), runAsUserName, userNameMessages(runAsUserName));
}

function userNameMessages(name: string): readonly string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (CONTROL.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const rules: (readonly [boolean, string])[] = [
    [(domain ?? '').length >= DOMAIN_LENGTH_LIMIT, 'Domain length must be under 256 characters'],
    [domain !== undefined && !NETBIOS.test(domain) && !DNS_DOMAIN.test(domain), "Domain doesn't match the NetBios nor the DNS format"],
    [user === '', 'User cannot be empty'],
    [user.length > LONGEST_USER, 'User length must not be longer than 104 characters'],
    [/^[. ]+$/.test(user), 'User cannot contain only periods or spaces'],
    [/["/\\:;|=,+*?<>@[\]]/.test(user), 'User cannot contain the following characters: "/\\:;|=,+*?<>@[]'],
  ];
  return rules.filter(([broken]) => broken).map(([, text]) => `runAsUserName's ${text}`);
}

/** Host-process containers come all or none, and only on the host's network. */
export function* validateHostProcess(spec: PodSpec, at: FieldPath): Problems {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  let containers = 0;
  let hostProcesses = 0;
  for (const [container, path] of allContainers(spec, at)) {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    containers += 1;
    if (own ?? ofPod) hostProcesses += 1;
    if (ofPod !== undefined && own !== undefined && own !== ofPod)
      yield invalid(
        path.child('securityContext', 'windowsOptions', 'hostProcess'),
        own,
        `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
      );
  }
  if (hostProcesses === 0) return;
  if (hostProcesses !== containers)
    yield invalid(at, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers');
  if (spec.hostNetwork !== true)
    yield invalid(at.child('hostNetwork'), false, 'hostNetwork must be true if pod contains any hostProcess containers');
}

const NOT_ON_WINDOWS = 'cannot be set for a windows pod';

/** Checks that a Pod uses only what its operating system has. */
export function* validateOperatingSystem(spec: PodSpec, at: FieldPath): Problems {
  const { os } = spec;
  if (os === undefined) return;
  if (os.name === '') yield required(at.child('os', 'name'));
  else if (os.name === 'linux') yield* validateLinux(spec, at);
  else if (os.name === 'windows') yield* validateWindows(spec, at);
  else yield notSupported(at.child('os'), os.name, ['linux', 'windows']);
}

function* validateLinux(spec: PodSpec, at: FieldPath): Problems {
  const paths = [
    ...(spec.securityContext?.windowsOptions === undefined ? [] : [at]),
    ...[...allContainers(spec, at)].filter(([each]) => each.securityContext?.windowsOptions !== undefined).map(([, path]) => path),
  ];
  for (const path of paths)
    yield forbidden(path.child('securityContext', 'windowsOptions'), 'windows options cannot be set for a linux pod');
}

const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

function* validateWindows(spec: PodSpec, at: FieldPath): Problems {
  const context = spec.securityContext ?? {};
  const inContext = at.child('securityContext');
  const fields: (readonly [boolean, FieldPath])[] = [
    [context.appArmorProfile !== undefined, inContext.child('appArmorProfile')],
    [context.seLinuxOptions !== undefined, inContext.child('seLinuxOptions')],
    [spec.hostUsers !== undefined, at.child('hostUsers')],
    [spec.hostPID === true, at.child('hostPID')],
    [spec.hostIPC === true, at.child('hostIPC')],
    [context.seccompProfile !== undefined, inContext.child('seccompProfile')],
    [context.fsGroup !== undefined, inContext.child('fsGroup')],
    [context.fsGroupChangePolicy !== undefined, inContext.child('fsGroupChangePolicy')],
    [(context.sysctls ?? []).length > 0, inContext.child('sysctls')],
    [spec.shareProcessNamespace !== undefined, at.child('shareProcessNamespace')],
    [context.runAsUser !== undefined, inContext.child('runAsUser')],
    [context.runAsGroup !== undefined, inContext.child('runAsGroup')],
    [context.supplementalGroups !== undefined, inContext.child('supplementalGroups')],
    [context.supplementalGroupsPolicy !== undefined, inContext.child('supplementalGroupsPolicy')],
    [context.seLinuxChangePolicy !== undefined, inContext.child('seLinuxChangePolicy')],
  ];
  for (const [set, path] of fields) if (set) yield forbidden(path, NOT_ON_WINDOWS);
  for (const [{ securityContext }, path] of allContainers(spec, at))
    for (const field of CONTAINER_FIELDS)
      if (securityContext?.[field] !== undefined) yield forbidden(path.child('securityContext', field), NOT_ON_WINDOWS);
}
