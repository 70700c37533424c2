// What a Pod as a whole asks for and may use: containers run together, init containers one after another beside the
// sidecars started before them, the Pod's own figures above all, overhead on top.

import { addQuantities, compareQuantity, isZeroQuantity, printQuantity } from '../../../machinery/quantity.ts';
import { lookup } from '../../../machinery/schema.ts';
import type { Draft } from '../../../machinery/schema.ts';
import type { Container } from './container.ts';
import type { PodSpec } from './pod-spec.ts';
import { isHugePages, isOvercommitAllowed, isPodLevelResource } from './resource-name.ts';
import type { ResourceRequirements } from './resource-requirements.ts';

/** Amounts by resource name. */
export type ResourceList = Readonly<Record<string, string>>;

type Resourced = Pick<Container, 'resources' | 'restartPolicy'>;

/** The part of a Pod's spec that decides its resources. */
export type ResourcedPod = Pick<PodSpec, 'resources' | 'overhead'> & {
  readonly containers: readonly Resourced[];
  readonly initContainers?: readonly Resourced[] | undefined;
};

/** A sidecar: an init container that keeps running beside the others. */
export const isSidecar = (container: Pick<Container, 'restartPolicy'>): boolean => container.restartPolicy === 'Always';

/** Both lists together. */
export function addResources(left: ResourceList, right: ResourceList | undefined): ResourceList {
  return combine(left, right, (a, b) => printQuantity(addQuantities(a, b)));
}

/** The larger of each. */
export function maxResources(left: ResourceList, right: ResourceList | undefined): ResourceList {
  return combine(left, right, (a, b) => (compareQuantity(b, a) > 0 ? b : a));
}

function combine(left: ResourceList, right: ResourceList | undefined, join: (a: string, b: string) => string): ResourceList {
  if (right === undefined) return left;
  const result: Record<string, string> = { ...left };
  for (const [name, amount] of Object.entries(right)) {
    const present = lookup(left, name);
    result[name] = present === undefined ? amount : join(present, amount);
  }
  return result;
}

function aggregate(pod: ResourcedPod, which: 'requests' | 'limits'): ResourceList {
  let total: ResourceList = {};
  for (const { resources } of pod.containers) total = addResources(total, resources[which]);
  let sidecars: ResourceList = {};
  let initPeak: ResourceList = {};
  for (const container of pod.initContainers ?? []) {
    const own = container.resources[which];
    if (isSidecar(container)) {
      total = addResources(total, own);
      sidecars = addResources(sidecars, own);
      initPeak = maxResources(initPeak, sidecars);
    } else initPeak = maxResources(initPeak, addResources(sidecars, own));
  }
  return maxResources(total, initPeak);
}

/** What the containers ask for together, the Pod's own figures aside. */
export const aggregateRequests = (pod: ResourcedPod): ResourceList => aggregate(pod, 'requests');

/** What the containers may use together, the Pod's own figures aside. */
export const aggregateLimits = (pod: ResourcedPod): ResourceList => aggregate(pod, 'limits');

/** What a node must have free for the Pod. */
export function podRequests(pod: ResourcedPod): ResourceList {
  return addResources({ ...aggregateRequests(pod), ...podLevel(pod.resources?.requests) }, pod.overhead);
}

/** What the Pod may use at most; a resource without limit is absent, and overhead is added only to limits that exist. */
export function podLimits(pod: ResourcedPod): ResourceList {
  const limits: Record<string, string> = { ...aggregateLimits(pod), ...podLevel(pod.resources?.limits) };
  for (const [name, amount] of Object.entries(pod.overhead ?? {})) {
    const limit = lookup(limits, name);
    if (limit !== undefined && !isZeroQuantity(limit)) limits[name] = printQuantity(addQuantities(limit, amount));
  }
  return limits;
}

function podLevel(list: ResourceList | undefined): ResourceList {
  return Object.fromEntries(Object.entries(list ?? {}).filter(([name]) => isPodLevelResource(name)));
}

const isEmpty = (list: ResourceList | undefined): boolean => list === undefined || Object.keys(list).length === 0;

/** Defaulting of containers in Pods (not in templates): what is limited and not requested is requested in full. */
export function requestLimits(resources: Draft<ResourceRequirements>): void {
  if (resources.limits === undefined) return;
  resources.requests = sorted({ ...resources.limits, ...resources.requests });
}

/** Defaulting of a Pod's own figures from those of its containers, once its containers have theirs. */
export function defaultPodLevelResources(spec: Draft<PodSpec>): void {
  const { resources } = spec;
  if (resources === undefined || (isEmpty(resources.limits) && isEmpty(resources.requests))) return;
  const limits: Record<string, string> = { ...resources.limits };
  for (const [name, amount] of Object.entries(aggregateLimits(spec)))
    if (isHugePages(name) && !has(resources.requests, name) && !has(limits, name)) limits[name] = amount;
  if (isEmpty(limits)) return;
  resources.limits = sorted(limits);
  const requests: Record<string, string> = { ...resources.requests };
  for (const [name, amount] of Object.entries(aggregateRequests(spec)))
    if (isPodLevelResource(name) && isOvercommitAllowed(name) && !has(requests, name)) requests[name] = amount;
  for (const [name, amount] of Object.entries(limits)) if (isPodLevelResource(name) && !has(requests, name)) requests[name] = amount;
  if (!isEmpty(requests)) resources.requests = sorted(requests);
}

const has = (list: ResourceList | undefined, name: string): boolean => lookup(list, name) !== undefined;

function sorted(list: ResourceList): Record<string, string> {
  return Object.fromEntries(Object.entries(list).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
