// Taints of nodes and the tolerations of Pods.

import { int64, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const taint = struct('io.k8s.api.core.v1.Taint', {
  key: string({ presence: 'always', pb: 1, required: 'published' }),
  value: string({ pb: 2 }),
  effect: string({
    presence: 'always',
    pb: 3,
    required: 'published',
    enum: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'],
    enumChecked: false,
  }),
  timeAdded: time({ presence: 'pointer', pb: 4 }),
});
export interface Taint extends Infer<typeof taint> {}

export const toleration = struct('io.k8s.api.core.v1.Toleration', {
  key: string({ pb: 1 }),
  operator: string({ pb: 2, enum: ['Equal', 'Exists', 'Gt', 'Lt'], enumChecked: false }),
  value: string({ pb: 3 }),
  effect: string({ pb: 4, enum: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'], enumChecked: false }),
  tolerationSeconds: int64({ presence: 'pointer', pb: 5 }),
});
export interface Toleration extends Infer<typeof toleration> {}
