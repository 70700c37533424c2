// Secret: confidential data that Pods read.

import { ageColumn, nameColumn } from './workload-cells.ts';
import { validateSecret } from './secret-validation.ts';
import { mergeStringData } from './secret-data.ts';
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
  defaults(self) {
    self.type ??= 'Opaque';
    mergeStringData(self);
  },
  check: (next, old, at) => [...validateSecret(next, old, at)],
  columns: [
    nameColumn,
    { name: 'Type', type: 'string', value: ({ type }) => type ?? '' },
    { name: 'Data', type: 'string', value: ({ data = {} }) => Object.keys(data).length },
    ageColumn,
  ],
  selectableFields: { type: ({ type }) => type ?? '' },
});
export interface Secret extends Infer<typeof secret> {}
