// The condition type that newer kinds share.

import { int64, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const condition = struct('io.k8s.apimachinery.pkg.apis.meta.v1.Condition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  observedGeneration: int64({ pb: 3 }),
  lastTransitionTime: time({ presence: 'always', pb: 4, required: 'published' }),
  reason: string({ presence: 'always', pb: 5, required: 'published' }),
  message: string({ presence: 'always', pb: 6, required: 'published' }),
});
export interface Condition extends Infer<typeof condition> {}
