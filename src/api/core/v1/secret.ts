// Secret: confidential data that Pods read.

import { defineKind } from '../../../machinery/kind.ts';
import { boolean, bytes, map, string } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const secret = defineKind({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.Secret',
  fields: {
    immutable: boolean({ presence: 'pointer', pb: 5 }),
    data: map(bytes(), { pb: 2 }),
    stringData: map(string(), { pb: 4 }),
    type: string({ pb: 3 }),
  },
});
export interface Secret extends Infer<typeof secret> {}
