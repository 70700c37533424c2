// CSIDriver: a storage driver and what it can do.

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
});
export interface CSIDriver extends Infer<typeof csiDriver> {}
