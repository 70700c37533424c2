// Names of compute resources: which are native, which extended, which may be overcommitted.

import { checkQualifiedName } from '../../../machinery/formats/label.ts';

const HUGE_PAGES_PREFIX = 'hugepages-';
const QUOTA_PREFIX = 'requests.';
const NATIVE_DOMAIN = 'kubernetes.io/';
const CONTAINER_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);
const COUNTED_RESOURCES = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const STANDARD_RESOURCES = new Set([
  ...CONTAINER_RESOURCES,
  ...COUNTED_RESOURCES,
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'storage',
  'requests.storage',
]);

export const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES_PREFIX);

/** Whether Kubernetes itself gives the resource its meaning. */
export const isNativeResource = (name: string): boolean => !name.includes('/') || name.includes(NATIVE_DOMAIN);

/** Whether somebody else's device or licence is counted under the name. */
export function isExtendedResource(name: string): boolean {
  if (isNativeResource(name) || name.startsWith(QUOTA_PREFIX)) return false;
  return checkQualifiedName(QUOTA_PREFIX + name).length === 0;
}

/** Whether limits may exceed requests. */
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name);

/** Whether only whole numbers make sense. */
export const isIntegerResource = (name: string): boolean => COUNTED_RESOURCES.has(name) || isExtendedResource(name);

export const isStandardResource = (name: string): boolean =>
  STANDARD_RESOURCES.has(name) || isHugePages(name) || name.startsWith(`${QUOTA_PREFIX}${HUGE_PAGES_PREFIX}`);

export const isStandardContainerResource = (name: string): boolean => CONTAINER_RESOURCES.has(name) || isHugePages(name);

/** Whether a Pod as a whole may ask for it, above its containers. */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name);

/** The size of one page, as a quantity's text. */
export const hugePageSize = (name: string): string => name.slice(HUGE_PAGES_PREFIX.length);
