// Checks of what a node or controller reports about a Pod.

import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import { checkGroupId, checkUserId } from '../../../machinery/formats/number.ts';
import { ipFamily, validateLegacyIp } from '../../../machinery/formats/ip.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { nameIsDnsSubdomain } from '../../../machinery/names.ts';
import { duplicate, forbidden, invalid, required, tooLong } from '../../../machinery/problem.ts';
import { lookup } from '../../../machinery/schema.ts';
import { byteLength, complaints, supported, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { Container } from './container.ts';
import { allContainersCouldRestart, containerShouldRestart } from './container-restart.ts';
import type { PodObject } from './pod-object.ts';
import { validatePodAnnotations, validatePodAnnotationsUpdate } from './pod-annotation-validation.ts';
import type { PodSpec } from './pod-spec.ts';
import type { ContainerStatus, PodCondition, PodStatus, ResourceHealth } from './pod-status.ts';

const SYSTEM_CONDITIONS = new Set(['PodScheduled', 'Ready', 'Initialized']);
const LONGEST_HEALTH_MESSAGE = 1024;
const NON_NEGATIVE = 'must be a non-negative integer';

/** Checks a change through the status subresource. */
export function* validatePodStatusUpdate(pod: PodObject, old: PodObject, at: FieldPath): Problems {
  const annotations = at.child('metadata', 'annotations');
  const here = at.child('status');
  yield* validatePodAnnotationsUpdate(pod.metadata.annotations ?? {}, old.metadata.annotations ?? {}, annotations);
  yield* validatePodAnnotations(pod.metadata.annotations ?? {}, old.metadata.annotations ?? {}, pod.spec, annotations);
  yield* validateConditions(pod.status.conditions ?? [], here.child('conditions'));
  if ((pod.spec.nodeName ?? '') !== (old.spec.nodeName ?? '')) yield forbidden(here.child('nodeName'), 'may not be changed directly');
  yield* validateNomination(pod, old, here.child('nominatedNodeName'));
  const { observedGeneration = 0 } = pod.status;
  if (observedGeneration < 0) yield invalid(here.child('observedGeneration'), observedGeneration, NON_NEGATIVE);
  yield* unchanged(here.child('qosClass'), pod.status.qosClass ?? '', old.status.qosClass ?? '');
  yield* validateTransitions(pod.status, old.status, old.spec, here);
  yield* validateResourceClaimStatuses(pod, here.child('resourceClaimStatuses'));
  yield* validateAddresses(pod.status.podIPs ?? [], old.status.podIPs ?? [], here.child('podIPs'));
  yield* validateHostAddresses(pod.status, old.status, here.child('hostIPs'));
  yield* validateContainerStatuses(pod, here);
}

function* validateConditions(conditions: readonly PodCondition[], at: FieldPath): Problems {
  for (const [index, { type, observedGeneration = 0 }] of conditions.entries()) {
    if (observedGeneration < 0) yield invalid(at.index(index).child('observedGeneration'), observedGeneration, NON_NEGATIVE);
    if (!SYSTEM_CONDITIONS.has(type)) yield* complaints(at.index(index).child('Type'), type, checkQualifiedName(type));
  }
}

function* validateNomination(pod: PodObject, old: PodObject, at: FieldPath): Problems {
  const name = pod.status.nominatedNodeName ?? '';
  if (name === '' || name === old.status.nominatedNodeName) return;
  yield* complaints(at, name, nameIsDnsSubdomain(name, false));
  if ((old.spec.nodeName ?? '') !== '') yield forbidden(at, 'may not be set on pods that are already bound to a node');
}

function* validateTransitions(next: PodStatus, old: PodStatus, spec: PodSpec, at: FieldPath): Problems {
  if (!allContainersCouldRestart(spec)) {
    yield* noResurrection(next.containerStatuses, old.containerStatuses, spec.containers, spec, at.child('containerStatuses'));
    yield* noResurrection(
      next.initContainerStatuses,
      old.initContainerStatuses,
      spec.initContainers ?? [],
      spec,
      at.child('initContainerStatuses'),
    );
  }
  yield* noResurrection(next.ephemeralContainerStatuses, old.ephemeralContainerStatuses, [], spec, at.child('ephemeralContainerStatuses'));
}

// A container that ended stays ended unless its policy lets it run again.
function* noResurrection(
  next: readonly ContainerStatus[] = [],
  old: readonly ContainerStatus[] = [],
  containers: readonly Container[],
  spec: PodSpec,
  at: FieldPath,
): Problems {
  for (const [index, { name, state }] of old.entries()) {
    const { terminated } = state;
    const now = next.find((each) => each.name === name);
    if (terminated === undefined || now === undefined || now.state.terminated !== undefined) continue;
    const container = containers.find((each) => each.name === name);
    if (container === undefined || !containerShouldRestart(container, spec, terminated.exitCode))
      yield forbidden(at.index(index).child('state'), 'may not be transitioned to non-terminated state');
  }
}

function* validateResourceClaimStatuses({ spec, status }: PodObject, at: FieldPath): Problems {
  const claims = new Set((spec.resourceClaims ?? []).map(({ name }) => name));
  const seen = new Set<string>();
  for (const [index, { name, resourceClaimName }] of (status.resourceClaimStatuses ?? []).entries()) {
    const here = at.index(index);
    if (!claims.has(name)) yield invalid(here.child('name'), name, 'must match the name of an entry in `spec.resourceClaims`');
    if (seen.has(name)) yield duplicate(here.child('name'), name);
    seen.add(name);
    if (resourceClaimName !== undefined)
      yield* complaints(here.child('resourceClaimName'), resourceClaimName, nameIsDnsSubdomain(resourceClaimName, false));
  }
}

type Addresses = readonly { readonly ip: string }[];

function* validateAddresses(addresses: Addresses, old: Addresses, at: FieldPath): Problems {
  const known = old.map(({ ip }) => ip);
  for (const [index, { ip }] of addresses.entries()) yield* validateLegacyIp(at.index(index), ip, true, known);
  if (addresses.length < 2) return;
  const families = new Set(addresses.map(({ ip }) => ipFamily(ip)));
  if (families.size < 2 || addresses.length > 2)
    yield invalid(
      at,
      addresses.map(({ ip }) => ({ IP: ip })),
      'may specify no more than one IP for each IP family',
    );
}

function* validateHostAddresses({ hostIP = '', hostIPs = [] }: PodStatus, old: PodStatus, at: FieldPath): Problems {
  const first = hostIPs[0]?.ip;
  if (first !== undefined && first !== hostIP) yield invalid(at.index(0).child('ip'), first, 'must be equal to `hostIP`');
  yield* validateAddresses(hostIPs, old.hostIPs ?? [], at);
}

const STATUS_LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

function* validateContainerStatuses({ spec, status }: PodObject, at: FieldPath): Problems {
  for (const list of STATUS_LISTS)
    for (const [index, each] of (status[list] ?? []).entries())
      yield* validateUser(each, spec, at.child(list).index(index).child('user', 'linux'));
  yield* validateHealth(status.containerStatuses ?? [], spec.containers, at.child('containerStatuses'));
  yield* validateHealth(status.initContainerStatuses ?? [], spec.initContainers ?? [], at.child('initContainerStatuses'));
  for (const [index, { allocatedResourcesStatus = [] }] of (status.ephemeralContainerStatuses ?? []).entries())
    if (allocatedResourcesStatus.length > 0)
      yield forbidden(
        at.child('ephemeralContainerStatuses').index(index).child('allocatedResourcesStatus'),
        'must not be specified in container status',
      );
}

function* validateUser({ user }: ContainerStatus, { os }: PodSpec, at: FieldPath): Problems {
  const linux = user?.linux;
  if (linux === undefined) return;
  if (os?.name === 'windows') return yield forbidden(at, 'cannot be set for a windows pod');
  yield* complaints(at.child('uid'), linux.uid, checkUserId(Number(linux.uid)));
  yield* complaints(at.child('gid'), linux.gid, checkGroupId(Number(linux.gid)));
  for (const [index, group] of (linux.supplementalGroups ?? []).entries())
    yield* complaints(at.child('supplementalGroups').index(index), group, checkGroupId(Number(group)));
}

function* validateHealth(statuses: readonly ContainerStatus[], containers: readonly Container[], at: FieldPath): Problems {
  for (const [index, { name: containerName, allocatedResourcesStatus = [] }] of statuses.entries()) {
    const container = containers.find(({ name }) => name === containerName);
    for (const [resourceIndex, { name, resources = [] }] of allocatedResourcesStatus.entries()) {
      const here = at.index(index).child('allocatedResourcesStatus').index(resourceIndex);
      if (container !== undefined) yield* validateAllocated(name, container, here.child('name'));
      yield* validateResourceHealth(resources, here.child('resources'));
    }
  }
}

function* validateAllocated(name: string, { resources }: Container, at: FieldPath): Problems {
  if (name.startsWith('claim:')) {
    const claims = (resources.claims ?? []).map(({ name: claim, request = '' }) => `claim:${claim}${request === '' ? '' : `/${request}`}`);
    const forms =
      "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";
    if (!claims.includes(name)) yield invalid(at, name, forms);
  } else if (lookup(resources.requests, name) === undefined) yield invalid(at, name, "must match one of the container's resource requests");
}

function* validateResourceHealth(resources: readonly ResourceHealth[], at: FieldPath): Problems {
  const seen = new Set<string>();
  for (const [index, { resourceID, health = '', message }] of resources.entries()) {
    const here = at.index(index);
    yield* supported(here.child('health'), health, ['Healthy', 'Unhealthy', 'Unknown']);
    if (message === '') yield required(here.child('message'), 'must be non-empty if specified');
    else if (message !== undefined && byteLength(message) > LONGEST_HEALTH_MESSAGE)
      yield tooLong(here.child('message'), LONGEST_HEALTH_MESSAGE);
    if (seen.has(resourceID)) yield duplicate(here.child('resourceID'), resourceID);
    seen.add(resourceID);
  }
}
