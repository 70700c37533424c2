// The hash by which a controller tells the Pods of one template from those of another.

import { fnv32a, safeEncodeString } from '../../../machinery/hash.ts';
import type { PodTemplateSpec } from './pod-spec.ts';

/** The label that carries the hash. */
export const POD_TEMPLATE_HASH_LABEL = 'pod-template-hash';

/** A short hash of the template; `collisionCount` varies it when two templates met in one value. */
export function podTemplateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  const text = stableText(template) + (collisionCount === undefined ? '' : `#${collisionCount}`);
  return safeEncodeString(String(fnv32a(text)));
}

// Maps are sorted and absent fields left out, so that equal templates have equal texts however they were built.
function stableText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableText).join(',')}]`;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}:${stableText(each)}`)
    .join(',')}}`;
}
