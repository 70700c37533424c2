// ConfigMap: configuration that Pods read.

import { ageColumn, nameColumn } from './workload-cells.ts';
import { validateConfigMap } from './config-map-validation.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { boolean, bytes, map, string } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const configMap = defineKind({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.ConfigMap',
  fields: {
    immutable: boolean({ presence: 'pointer', pb: 4 }),
    data: map(string(), { pb: 2 }),
    binaryData: map(bytes(), { pb: 3 }),
  },
  check: (next, old, at) => [...validateConfigMap(next, old, at)],
  columns: [
    nameColumn,
    {
      name: 'Data',
      type: 'string',
      value: ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    },
    ageColumn,
  ],
});
export interface ConfigMap extends Infer<typeof configMap> {}
