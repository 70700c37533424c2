// PartialObjectMetadata: an object of any kind reduced to its metadata, for clients that need no more.

import type { KubeObject } from '../../machinery/kind.ts';
import { listMeta, objectMeta } from '../../machinery/object-meta.ts';
import { field, list, string, struct } from '../../machinery/schema.ts';
import type { Infer } from '../../machinery/schema.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export const partialObjectMetadata = struct(`${META}.PartialObjectMetadata`, {
  kind: string(),
  apiVersion: string(),
  metadata: field(objectMeta, { presence: 'always', pb: 1 }),
});
export interface PartialObjectMetadata extends Infer<typeof partialObjectMetadata> {}

export const partialObjectMetadataList = struct(`${META}.PartialObjectMetadataList`, {
  kind: string(),
  apiVersion: string(),
  metadata: field(listMeta, { presence: 'always', pb: 1 }),
  items: list(partialObjectMetadata, { presence: 'always', pb: 2 }),
});

/** The metadata of `object`, in the given version of meta.k8s.io. */
export function partialMetadataOf(object: KubeObject, version: string): PartialObjectMetadata {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}
