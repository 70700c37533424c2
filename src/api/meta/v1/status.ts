// Status: the answer of a failed request, and of some that succeed.

import { listMeta } from '../../../machinery/object-meta.ts';
import { field, int32, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const statusCause = struct('io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause', {
  reason: string({ pb: 1 }),
  message: string({ pb: 2 }),
  field: string({ pb: 3 }),
});
export interface StatusCause extends Infer<typeof statusCause> {}

export const statusDetails = struct('io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails', {
  name: string({ pb: 1 }),
  group: string({ pb: 2 }),
  kind: string({ pb: 3 }),
  uid: string({ pb: 6 }),
  causes: list(statusCause, { pb: 4, listType: 'atomic' }),
  retryAfterSeconds: int32({ pb: 5 }),
});
export interface StatusDetails extends Infer<typeof statusDetails> {}

export const status = struct('io.k8s.apimachinery.pkg.apis.meta.v1.Status', {
  kind: string(),
  apiVersion: string(),
  metadata: field(listMeta, { presence: 'always', pb: 1 }),
  status: string({ pb: 2 }),
  message: string({ pb: 3 }),
  reason: string({ pb: 4 }),
  details: field(statusDetails, { presence: 'pointer', pb: 5 }),
  code: int32({ pb: 6 }),
});
export interface Status extends Infer<typeof status> {}
