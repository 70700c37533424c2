// PriorityClass: names a priority.

import { defineKind } from '../../../machinery/kind.ts';
import { boolean, int32, string } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const priorityClass = defineKind({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  scope: 'Cluster',
  name: 'io.k8s.api.scheduling.v1.PriorityClass',
  fields: {
    value: int32({ presence: 'always', pb: 2 }),
    globalDefault: boolean({ pb: 3 }),
    description: string({ pb: 4 }),
    preemptionPolicy: string({ presence: 'pointer', pb: 5, enum: ['Never', 'PreemptLowerPriority'], enumChecked: false }),
  },
});
export interface PriorityClass extends Infer<typeof priorityClass> {}
