// Checks of what a Pod should be, alone or inside a template. The parts are checked beside their types; this file puts them in order.

import { validateLabels } from '../../../machinery/formats/label.ts';
import { checkDns1123Label, checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { nameIsDnsSubdomain } from '../../../machinery/names.ts';
import type { ObjectMeta } from '../../../machinery/object-meta.ts';
import { duplicate, forbidden, invalid, notFound, required } from '../../../machinery/problem.ts';
import { compareQuantity, printQuantity } from '../../../machinery/quantity.ts';
import { lookup } from '../../../machinery/schema.ts';
import { complaints, requiredChoice } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { validateAffinity, validateTopologySpread } from './affinity-validation.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './container-validation.ts';
import { internalForm } from './internal-pod-spec.ts';
import { MIRROR_ANNOTATION } from './pod-annotation-validation.ts';
import {
  validateDnsConfig,
  validateDnsPolicy,
  validateHostAliases,
  validateHostnameOverride,
  validateOptionalLabel,
} from './pod-dns-validation.ts';
import { aggregateLimits, aggregateRequests } from './pod-resources.ts';
import type { PodResourceClaim, PodSpec } from './pod-spec.ts';
import { allContainers, ratchetOf, usesIndivisibleHugePages } from './pod-surroundings.ts';
import type { PodSurroundings } from './pod-surroundings.ts';
import { isHugePages } from './resource-name.ts';
import { validateContainerResources, validatePodLevelResources } from './resource-validation.ts';
import { validatePodSecurityContext } from './security-context-validation.ts';
import { validateTolerations } from './toleration-validation.ts';
import type { Volume } from './volume.ts';
import { validateVolumes } from './volume-validation.ts';
import { validateHostProcess, validateOperatingSystem } from './windows-validation.ts';

const LONGEST_DEADLINE_SECONDS = 2 ** 31 - 1;

/** Checks a spec. `meta` is that of the Pod itself, undefined for templates; `old` is the stored spec. */
export function* validatePodSpec(spec: PodSpec, meta: ObjectMeta | undefined, old: PodSpec | undefined, at: FieldPath): Problems {
  const volumes = new Map<string, Volume>();
  const ratchet = ratchetOf(old);
  const pod: PodSurroundings = {
    spec,
    isPod: meta !== undefined,
    podName: meta?.name ?? '',
    isMirror: lookup(meta?.annotations, MIRROR_ANNOTATION) !== undefined,
    volumes,
    claimNames: new Set((spec.resourceClaims ?? []).map(({ name }) => name).filter((name) => name !== '')),
    allowIndivisibleHugePages: usesIndivisibleHugePages(old),
    ratchet,
  };
  const seen = { isPod: pod.isPod, podName: pod.podName, allowNonLocalTokenPath: ratchet.nonLocalTokenPath };
  yield* validateVolumes(spec.volumes ?? [], seen, volumes, at.child('volumes'));
  yield* validateResourceClaims(pod, at.child('resourceClaims'));
  yield* validateContainers(pod, at.child('containers'));
  yield* validateInitContainers(pod, at.child('initContainers'));
  yield* validateEphemeralContainers(pod, at.child('ephemeralContainers'));
  yield* validateResources(pod, at.child('resources'));
  yield* validateHostNetworkPorts(pod, at.child('containers'));
  yield* requiredChoice(at.child('restartPolicy'), spec.restartPolicy, ['Always', 'OnFailure', 'Never']);
  yield* validateDnsPolicy(spec.dnsPolicy, at.child('dnsPolicy'));
  yield* validateLabels(spec.nodeSelector ?? {}, at.child('nodeSelector'));
  yield* validatePodSecurityContext(spec, ratchet, at.child('securityContext'));
  yield* validateAffinity(spec.affinity, ratchet, at.child('affinity'));
  yield* validateDnsConfig(spec, at.child('dnsConfig'));
  yield* validateGates(spec, at);
  yield* validateTopologySpread(spec.topologySpreadConstraints ?? [], ratchet, at.child('topologySpreadConstraints'));
  yield* validateHostProcess(spec, at);
  yield* validateHostUsers(pod, at);
  yield* validateHostnameOverride(spec, at);
  yield* validateNames(spec, at);
  yield* validatePlacement(pod, at);
  yield* validateOperatingSystem(spec, at);
  yield* validateSchedulingGroup(spec, at.child('schedulingGroup', 'podGroupName'));
  yield* validateFileKeyVolumes(spec, at);
}

function* validateResourceClaims(pod: PodSurroundings, at: FieldPath): Problems {
  const names = new Set<string>();
  for (const [index, claim] of (pod.spec.resourceClaims ?? []).entries()) {
    if (pod.isMirror) yield forbidden('', 'static pods do not support resource claims');
    else yield* validateResourceClaim(claim, names, at.index(index));
  }
}

function* validateResourceClaim(claim: PodResourceClaim, names: Set<string>, at: FieldPath): Problems {
  const { name, resourceClaimName, resourceClaimTemplateName } = claim;
  if (name === '') yield required(at.child('name'));
  else if (names.has(name)) yield duplicate(at.child('name'), name);
  else yield* complaints(at.child('name'), name, checkDns1123Label(name));
  names.add(name);
  const shown = internalForm('PodResourceClaim', claim);
  if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined)
    yield invalid(at, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
  if (resourceClaimName === undefined && resourceClaimTemplateName === undefined)
    yield invalid(at, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
  for (const [field, value] of Object.entries({ resourceClaimName, resourceClaimTemplateName }))
    if (value !== undefined) yield* complaints(at.child(field), value, nameIsDnsSubdomain(value, false));
}

function* validateResources(pod: PodSurroundings, at: FieldPath): Problems {
  const { resources, os, containers } = pod.spec;
  if (resources === undefined) return;
  if (os?.name === 'windows') return yield forbidden(at, 'may not be set for a windows pod');
  if (resources.claims !== undefined) yield forbidden(at.child('claims'), 'claims may not be set for Resources at pod-level');
  yield* validatePodLevelResources(resources, pod, at);
  for (const [name, sum] of Object.entries(aggregateRequests(pod.spec))) {
    const own = lookup(resources.requests, name);
    if (own !== undefined && compareQuantity(sum, own) > 0)
      yield invalid(
        at.child('requests').key(name),
        printQuantity(own),
        `must be greater than or equal to aggregate container requests of ${printQuantity(sum)}`,
      );
  }
  for (const [name, sum] of Object.entries(aggregateLimits(pod.spec))) {
    const own = lookup(resources.limits, name);
    if (isHugePages(name) && own !== undefined && compareQuantity(sum, own) > 0)
      yield invalid(
        at.child('limits').key(name),
        printQuantity(own),
        `must be greater than or equal to aggregate container limits of ${printQuantity(sum)}`,
      );
  }
  for (const [index, container] of containers.entries())
    for (const [name, limit] of Object.entries(container.resources.limits ?? {})) {
      const own = lookup(resources.limits, name);
      if (own !== undefined && compareQuantity(limit, own) > 0)
        yield invalid(
          at.child('containers').index(index).key(name).child('limits'),
          printQuantity(limit),
          `must be less than or equal to pod limits of ${printQuantity(own)}`,
        );
    }
}

function* validateHostNetworkPorts(pod: PodSurroundings, at: FieldPath): Problems {
  if (pod.spec.hostNetwork !== true) return;
  for (const [index, { ports = [] }] of pod.spec.containers.entries())
    for (const [portIndex, { hostPort = 0, containerPort }] of ports.entries())
      if ((pod.isPod || hostPort !== 0) && hostPort !== containerPort)
        yield invalid(
          at.index(index).child('ports').index(portIndex).child('hostPort'),
          hostPort,
          'must match `containerPort` when `hostNetwork` is true',
        );
}

function* validateGates({ readinessGates = [], schedulingGates = [] }: PodSpec, at: FieldPath): Problems {
  for (const [index, { conditionType }] of readinessGates.entries())
    yield* complaints(at.child('readinessGates').index(index).child('conditionType'), conditionType, checkQualifiedName(conditionType));
  const seen = new Set<string>();
  for (const [index, { name }] of schedulingGates.entries()) {
    const here = at.child('schedulingGates').index(index);
    yield* complaints(here, name, checkQualifiedName(name));
    if (seen.has(name)) yield duplicate(here, name);
    seen.add(name);
  }
}

// Upstream spells the two host fields with a capital here.
function* validateHostUsers({ spec, ratchet }: PodSurroundings, at: FieldPath): Problems {
  if (spec.hostUsers !== false) return;
  const detail = 'when `hostUsers` is false';
  if (spec.hostNetwork === true && !ratchet.hostUsersOnHostNetwork) yield forbidden(at.child('hostNetwork'), detail);
  if (spec.hostPID === true) yield forbidden(at.child('HostPID'), detail);
  if (spec.hostIPC === true) yield forbidden(at.child('HostIPC'), detail);
  if (ratchet.userNamespaceDevices) return;
  for (const [container, path] of allContainers(spec, at))
    if ((container.volumeDevices ?? []).length > 0) yield forbidden(path.child('volumeDevices'), detail);
}

function* validateNames(spec: PodSpec, at: FieldPath): Problems {
  for (const field of ['serviceAccountName', 'nodeName'] as const) {
    const name = spec[field] ?? '';
    if (name !== '') yield* complaints(at.child(field), name, nameIsDnsSubdomain(name, false));
  }
  const { activeDeadlineSeconds } = spec;
  if (activeDeadlineSeconds !== undefined && (activeDeadlineSeconds < 1 || activeDeadlineSeconds > LONGEST_DEADLINE_SECONDS))
    yield invalid(at.child('activeDeadlineSeconds'), activeDeadlineSeconds, `must be between 1 and ${LONGEST_DEADLINE_SECONDS}, inclusive`);
  yield* validateOptionalLabel(spec.hostname, at.child('hostname'));
  yield* validateOptionalLabel(spec.subdomain, at.child('subdomain'));
}

function* validatePlacement(pod: PodSurroundings, at: FieldPath): Problems {
  const { spec, ratchet } = pod;
  yield* validateTolerations(spec.tolerations ?? [], ratchet.tolerationComparison, at.child('tolerations'));
  yield* validateHostAliases(spec.hostAliases ?? [], at.child('hostAliases'));
  const { priorityClassName = '', runtimeClassName, preemptionPolicy, overhead } = spec;
  if (priorityClassName !== '')
    yield* complaints(at.child('priorityClassName'), priorityClassName, nameIsDnsSubdomain(priorityClassName, false));
  if (runtimeClassName !== undefined)
    yield* complaints(at.child('runtimeClassName'), runtimeClassName, checkDns1123Subdomain(runtimeClassName));
  if (preemptionPolicy !== undefined)
    yield* requiredChoice(at.child('preemptionPolicy'), preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  if (overhead !== undefined) yield* validateContainerResources({ limits: overhead }, pod, at.child('overhead'));
}

function* validateSchedulingGroup({ schedulingGroup }: PodSpec, at: FieldPath): Problems {
  if (schedulingGroup === undefined) return;
  const { podGroupName } = schedulingGroup;
  if (podGroupName === undefined) yield invalid(at, null, 'must specify one of: `podGroupName`');
  else yield* complaints(at, podGroupName, nameIsDnsSubdomain(podGroupName, false));
}

function* validateFileKeyVolumes(spec: PodSpec, at: FieldPath): Problems {
  const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name, volume]));
  for (const [{ env = [] }, path] of allContainers(spec, at))
    for (const [index, { valueFrom }] of env.entries()) {
      const name = valueFrom?.fileKeyRef?.volumeName;
      if (name === undefined) continue;
      const here = path.child('env').index(index).child('valueFrom', 'fileKeyRef', 'volumeName');
      const volume = volumes.get(name);
      if (volume === undefined) yield notFound(here, name);
      else if (volume.emptyDir === undefined) yield invalid(here, name, 'referenced volume must be of type emptyDir');
    }
}
