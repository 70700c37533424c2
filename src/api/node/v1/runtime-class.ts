// RuntimeClass: how containers of a Pod are run.

import { validateRuntimeClass } from './runtime-class-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { toleration } from '../../core/v1/toleration.ts';
import { field, list, map, quantity, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const overhead = struct('io.k8s.api.node.v1.Overhead', {
  podFixed: map(quantity(), { pb: 1 }),
});
export interface Overhead extends Infer<typeof overhead> {}

export const scheduling = struct('io.k8s.api.node.v1.Scheduling', {
  nodeSelector: map(string(), { pb: 1, mapType: 'atomic' }),
  tolerations: list(toleration, { pb: 2, listType: 'atomic' }),
});
export interface Scheduling extends Infer<typeof scheduling> {}

export const runtimeClass = defineKind({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  scope: 'Cluster',
  metadataRules: 'generic',
  name: 'io.k8s.api.node.v1.RuntimeClass',
  fields: {
    handler: string({ presence: 'always', pb: 2, required: 'published' }),
    overhead: field(overhead, { presence: 'pointer', pb: 3 }),
    scheduling: field(scheduling, { presence: 'pointer', pb: 4 }),
  },
  check: (next, old, at) => [...validateRuntimeClass(next, old, at)],
  columns: [nameColumn, { name: 'Handler', type: 'string', value: ({ handler }) => handler }, ageColumn],
});
export interface RuntimeClass extends Infer<typeof runtimeClass> {}
