// Checks of what containers and Pods ask for: names and amounts of resources, requests against limits, claims.

import { checkDns1123Label } from '../../../machinery/formats/dns.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import type { Problem } from '../../../machinery/problem.ts';
import { compareQuantity, parseQuantity, printQuantity, quantitySign, scaledValue } from '../../../machinery/quantity.ts';
import { lookup } from '../../../machinery/schema.ts';
import { complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import {
  hugePageSize,
  isExtendedResource,
  isHugePages,
  isIntegerResource,
  isNativeResource,
  isOvercommitAllowed,
  isPodLevelResource,
  isStandardContainerResource,
  isStandardResource,
} from './resource-name.ts';
import type { ResourceClaim, ResourceRequirements } from './resource-requirements.ts';

type ResourceList = Readonly<Record<string, string>>;
type NameCheck = (name: string, at: FieldPath) => Problems;

const MILLI = -3;

/** A resource name that anything could carry. */
export function* validateResourceName(name: string, at: FieldPath): Problems {
  const messages = checkQualifiedName(name);
  if (messages.length > 0) yield* complaints(at, name, messages);
  else if (!name.includes('/') && !isStandardResource(name)) yield invalid(at, name, 'must be a standard resource type or fully qualified');
}

/** A resource name that a container may ask for. */
export function* validateContainerResourceName(name: string, at: FieldPath): Problems {
  yield* validateResourceName(name, at);
  if (!name.includes('/')) {
    if (!isStandardContainerResource(name)) yield invalid(at, name, 'must be a standard resource for containers');
  } else if (!isNativeResource(name) && !isExtendedResource(name))
    yield invalid(at, name, "doesn't follow extended resource name standard");
}

function* validatePodResourceName(name: string, at: FieldPath): Problems {
  const problems = [...validateResourceName(name, at)];
  yield* problems;
  if (problems.length === 0 && !isPodLevelResource(name)) yield notSupported(at, name, ['cpu', 'hugepages-', 'memory']);
}

/** An amount that makes sense for the resource: not negative, whole where it is counted. */
export function* validateResourceAmount(name: string, amount: string, at: FieldPath): Problems {
  if (quantitySign(amount) < 0) yield invalid(at, printQuantity(amount), 'must be greater than or equal to 0');
  if (isIntegerResource(name) && scaledValue(amount, MILLI) % 1000n !== 0n) yield invalid(at, printQuantity(amount), 'must be an integer');
}

function* validateHugePageAmount(name: string, amount: string, at: FieldPath): Problems {
  if (!isHugePages(name) || isDivisibleHugePages(name, amount)) return;
  yield invalid(at, printQuantity(amount), `${printQuantity(amount)} is not positive integer multiple of ${name}`);
}

/** Whether the amount is a whole number of pages. */
export function isDivisibleHugePages(name: string, amount: string): boolean {
  const size = parseQuantity(hugePageSize(name));
  if (size === undefined || quantitySign(size) <= 0 || scaledValue(size, MILLI) % 1000n !== 0n) return false;
  return scaledValue(amount, 0) % scaledValue(size, 0) === 0n;
}

/** What the checks of resources must know of the Pod. */
export interface ResourceSurroundings {
  readonly claimNames: ReadonlySet<string>;
  /** Ratcheting: the stored Pod already had amounts that are no whole number of pages. */
  readonly allowIndivisibleHugePages: boolean;
}

export function validateContainerResources(requirements: ResourceRequirements, pod: ResourceSurroundings, at: FieldPath): Problems {
  return validateRequirements(requirements, validateContainerResourceName, pod, at);
}

export function validatePodLevelResources(requirements: ResourceRequirements, pod: ResourceSurroundings, at: FieldPath): Problems {
  return validateRequirements(requirements, validatePodResourceName, pod, at);
}

function* validateRequirements(
  requirements: ResourceRequirements,
  checkName: NameCheck,
  pod: ResourceSurroundings,
  at: FieldPath,
): Problems {
  const { limits = {}, requests = {}, claims = [] } = requirements;
  for (const [name, amount] of Object.entries(limits)) yield* validateAmount(name, amount, checkName, pod, at.child('limits').key(name));
  for (const [name, amount] of Object.entries(requests)) {
    const here = at.child('requests').key(name);
    yield* checkName(name, here);
    yield* validateResourceAmount(name, amount, here);
    yield* validateAgainstLimit(name, amount, limits, at);
    if (!pod.allowIndivisibleHugePages) yield* validateHugePageAmount(name, amount, here);
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory'))
    yield forbidden(at, 'HugePages require cpu or memory');
  yield* validateClaims(claims, pod.claimNames, at.child('claims'));
}

function* validateAmount(name: string, amount: string, checkName: NameCheck, pod: ResourceSurroundings, at: FieldPath): Problems {
  yield* checkName(name, at);
  yield* validateResourceAmount(name, amount, at);
  if (!pod.allowIndivisibleHugePages) yield* validateHugePageAmount(name, amount, at);
}

function* validateAgainstLimit(name: string, amount: string, limits: ResourceList, at: FieldPath): Problems {
  const limit = lookup(limits, name);
  if (limit === undefined) {
    if (!isOvercommitAllowed(name)) yield required(at.child('limits'), 'Limit must be set for non overcommitable resources');
    return;
  }
  const order = compareQuantity(amount, limit);
  const shown = printQuantity(limit);
  if (order !== 0 && !isOvercommitAllowed(name))
    yield invalid(at.child('requests'), printQuantity(amount), `must be equal to ${name} limit of ${shown}`);
  else if (order > 0) yield invalid(at.child('requests'), printQuantity(amount), `must be less than or equal to ${name} limit of ${shown}`);
}

function* validateClaims(claims: readonly ResourceClaim[], podClaims: ReadonlySet<string>, at: FieldPath): Problems {
  const seen = new Set<string>();
  for (const [index, { name, request = '' }] of claims.entries()) {
    const here = at.index(index);
    if (name === '') {
      yield required(here);
      continue;
    }
    yield* validateClaimOnce(name, request, seen, here);
    if (!podClaims.has(name)) yield unknownClaim(name, podClaims, here);
  }
}

function* validateClaimOnce(name: string, request: string, seen: Set<string>, at: FieldPath): Problems {
  if (seen.has(name)) return yield duplicate(at, name);
  const key = request === '' ? name : `${name}/${request}`;
  if (request !== '') yield* complaints(at.child('request'), request, checkDns1123Label(request));
  if (seen.has(key)) yield duplicate(at, key);
  else if (request === '') {
    for (const other of seen) if (other.startsWith(`${name}/`)) yield duplicate(at, name);
  }
  seen.add(key);
}

function unknownClaim(name: string, podClaims: ReadonlySet<string>, at: FieldPath): Problem {
  const names = podClaims.size === 0 ? ' which is empty' : `: ${[...podClaims].toSorted().join(', ')}`;
  return {
    path: String(at),
    type: 'FieldValueNotFound',
    value: name,
    detail: `must be one of the names in pod.spec.resourceClaims${names}`,
  };
}
