// Binding: assigns a Pod to a node.

import { defineKind } from '../../../machinery/kind.ts';
import { objectReference } from './references.ts';
import { field } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const binding = defineKind({
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.Binding',
  fields: {
    target: field(objectReference, { presence: 'always', pb: 2, required: 'published' }),
  },
});
export interface Binding extends Infer<typeof binding> {}
