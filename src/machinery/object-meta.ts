// The metadata that every stored object carries, and the metadata of lists.

import { boolean, field, fieldsV1, int64, list, map, string, struct, time } from './schema.ts';
import type { Infer } from './schema.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export const managedFieldsEntry = struct(`${META}.ManagedFieldsEntry`, {
  manager: string({ pb: 1 }),
  operation: string({ pb: 2 }),
  apiVersion: string({ pb: 3 }),
  time: time({ presence: 'pointer', pb: 4 }),
  fieldsType: string({ pb: 6 }),
  fieldsV1: fieldsV1({ presence: 'pointer', pb: 7 }),
  subresource: string({ pb: 8 }),
});
export interface ManagedFieldsEntry extends Infer<typeof managedFieldsEntry> {}

export const ownerReference = struct(
  `${META}.OwnerReference`,
  {
    apiVersion: string({ presence: 'always', pb: 5, required: 'published' }),
    kind: string({ presence: 'always', pb: 1, required: 'published' }),
    name: string({ presence: 'always', pb: 3, required: 'published' }),
    uid: string({ presence: 'always', pb: 4, required: 'published' }),
    controller: boolean({ presence: 'pointer', pb: 6 }),
    blockOwnerDeletion: boolean({ presence: 'pointer', pb: 7 }),
  },
  { structType: 'atomic' },
);
export interface OwnerReference extends Infer<typeof ownerReference> {}

export const objectMeta = struct(`${META}.ObjectMeta`, {
  name: string({ pb: 1 }),
  generateName: string({ pb: 2 }),
  namespace: string({ pb: 3 }),
  selfLink: string({ pb: 4 }),
  uid: string({ pb: 5 }),
  resourceVersion: string({ pb: 6 }),
  generation: int64({ pb: 7 }),
  creationTimestamp: time({ pb: 8 }),
  deletionTimestamp: time({ presence: 'pointer', pb: 9 }),
  deletionGracePeriodSeconds: int64({ presence: 'pointer', pb: 10 }),
  labels: map(string(), { pb: 11 }),
  annotations: map(string(), { pb: 12 }),
  ownerReferences: list(ownerReference, { pb: 13, listType: 'map', listMapKeys: ['uid'], mergeKey: 'uid', patchStrategy: ['merge'] }),
  finalizers: list(string(), { pb: 14, listType: 'set', patchStrategy: ['merge'] }),
  managedFields: list(managedFieldsEntry, { pb: 17, listType: 'atomic' }),
});
export interface ObjectMeta extends Infer<typeof objectMeta> {}

export const shardInfo = struct(`${META}.ShardInfo`, {
  selector: string({ presence: 'always', pb: 1, required: 'published' }),
});

export const listMeta = struct(`${META}.ListMeta`, {
  selfLink: string({ pb: 1 }),
  resourceVersion: string({ pb: 2 }),
  continue: string({ pb: 3 }),
  remainingItemCount: int64({ presence: 'pointer', pb: 4 }),
  shardInfo: field(shardInfo, { presence: 'pointer', pb: 5 }),
});
export interface ListMeta extends Infer<typeof listMeta> {}
