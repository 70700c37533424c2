// CSIDriver: a storage driver and what it can do.

import { validateCsiDriverSpec } from './csi-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { boolean, field, int64, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const tokenRequest = struct('io.k8s.api.storage.v1.TokenRequest', {
  audience: string({ presence: 'always', pb: 1, required: 'published' }),
  expirationSeconds: int64({ presence: 'pointer', pb: 2 }),
});
export interface TokenRequest extends Infer<typeof tokenRequest> {}

export const csiDriverSpec = struct('io.k8s.api.storage.v1.CSIDriverSpec', {
  attachRequired: boolean({ presence: 'pointer', pb: 1 }),
  podInfoOnMount: boolean({ presence: 'pointer', pb: 2 }),
  volumeLifecycleModes: list(string(), { pb: 3, listType: 'set' }),
  storageCapacity: boolean({ presence: 'pointer', pb: 4 }),
  fsGroupPolicy: string({ presence: 'pointer', pb: 5 }),
  tokenRequests: list(tokenRequest, { pb: 6, listType: 'atomic' }),
  requiresRepublish: boolean({ presence: 'pointer', pb: 7 }),
  seLinuxMount: boolean({ presence: 'pointer', pb: 8 }),
  nodeAllocatableUpdatePeriodSeconds: int64({ presence: 'pointer', pb: 9 }),
  serviceAccountTokenInSecrets: boolean({ presence: 'pointer', pb: 10 }),
  preventPodSchedulingIfMissing: boolean({ presence: 'pointer', pb: 11 }),
});
export interface CSIDriverSpec extends Infer<typeof csiDriverSpec> {}

export const csiDriver = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  scope: 'Cluster',
  name: 'io.k8s.api.storage.v1.CSIDriver',
  fields: {
    spec: field(csiDriverSpec, { presence: 'always', pb: 2, required: 'published' }),
  },
  defaults({ spec }) {
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
    if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ['Persistent'];
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
  },
  check: (next, old, at) => [...validateCsiDriverSpec(next.spec, old?.spec, at.child('spec'))],
  columns: [
    nameColumn,
    { name: 'AttachRequired', type: 'boolean', value: ({ spec }) => spec.attachRequired ?? true },
    { name: 'PodInfoOnMount', type: 'boolean', value: ({ spec }) => spec.podInfoOnMount ?? false },
    { name: 'StorageCapacity', type: 'boolean', value: ({ spec }) => spec.storageCapacity ?? false },
    {
      name: 'TokenRequests',
      type: 'string',
      value: ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>',
    },
    { name: 'RequiresRepublish', type: 'boolean', value: ({ spec }) => spec.requiresRepublish ?? false },
    { name: 'Modes', type: 'string', value: ({ spec }) => (spec.volumeLifecycleModes ?? []).join(',') || '<none>' },
    ageColumn,
  ],
});
export interface CSIDriver extends Infer<typeof csiDriver> {}
