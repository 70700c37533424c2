// Eviction: asks a Pod to leave, respecting budgets.

import { defineKind } from '../../../machinery/kind.ts';
import { deleteOptions } from '../../meta/v1/options.ts';
import { field } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const eviction = defineKind({
  group: 'policy',
  version: 'v1',
  kind: 'Eviction',
  plural: 'evictions',
  scope: 'Namespaced',
  name: 'io.k8s.api.policy.v1.Eviction',
  fields: {
    deleteOptions: field(deleteOptions, { presence: 'pointer', pb: 2 }),
  },
});
export interface Eviction extends Infer<typeof eviction> {}
