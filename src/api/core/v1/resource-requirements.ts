// Resources that containers and Pods ask for and may use.

import { compareQuantity, printQuantity, roundUpQuantity } from '../../../machinery/quantity.ts';
import { list, map, quantity, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

const MILLI = -3;

/** Defaulting of resource lists: nothing finer than a thousandth is kept. */
export function roundUpToMilli(list: Record<string, string>): void {
  for (const [name, amount] of Object.entries(list)) {
    const rounded = roundUpQuantity(amount, MILLI);
    if (compareQuantity(rounded, amount) !== 0) list[name] = printQuantity(rounded);
  }
}

export const resourceClaim = struct('io.k8s.api.core.v1.ResourceClaim', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  request: string({ pb: 2 }),
});
export interface ResourceClaim extends Infer<typeof resourceClaim> {}

export const resourceRequirements = struct('io.k8s.api.core.v1.ResourceRequirements', {
  limits: map(quantity(), { pb: 1, defaults: roundUpToMilli }),
  requests: map(quantity(), { pb: 2, defaults: roundUpToMilli }),
  claims: list(resourceClaim, { pb: 3, listType: 'map', listMapKeys: ['name'] }),
});
export interface ResourceRequirements extends Infer<typeof resourceRequirements> {}

export const volumeResourceRequirements = struct('io.k8s.api.core.v1.VolumeResourceRequirements', {
  limits: map(quantity(), { pb: 1, defaults: roundUpToMilli }),
  requests: map(quantity(), { pb: 2, defaults: roundUpToMilli }),
});
export interface VolumeResourceRequirements extends Infer<typeof volumeResourceRequirements> {}

export const containerResizePolicy = struct('io.k8s.api.core.v1.ContainerResizePolicy', {
  resourceName: string({ presence: 'always', pb: 1, required: 'published' }),
  restartPolicy: string({ presence: 'always', pb: 2, required: 'published' }),
});
export interface ContainerResizePolicy extends Infer<typeof containerResizePolicy> {}
