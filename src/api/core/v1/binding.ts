// Binding: assigns a Pod to a node.

import { notSupported, required } from '../../../machinery/problem.ts';
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
  check({ target: { kind = '', name = '' } }, _old, at) {
    const here = at.child('target');
    return [
      ...(kind === '' || kind === 'Node' ? [] : [notSupported(here.child('kind'), kind, ['Node', '<empty>'])]),
      ...(name === '' ? [required(here.child('name'))] : []),
    ];
  },
});
export interface Binding extends Infer<typeof binding> {}
