// PriorityClass: names a priority.

import { validatePriorityClass } from './priority-class-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
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
  defaults(self) {
    self.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  check: (next, old, at) => [...validatePriorityClass(next, old, at)],
  columns: [
    nameColumn,
    { name: 'Value', type: 'integer', value: ({ value }) => value },
    { name: 'Global-Default', type: 'boolean', value: ({ globalDefault }) => globalDefault ?? false },
    ageColumn,
    { name: 'PreemptionPolicy', type: 'string', value: ({ preemptionPolicy }) => preemptionPolicy ?? '' },
  ],
});
export interface PriorityClass extends Infer<typeof priorityClass> {}
