// Namespace: a scope for names.

import { ageColumn, nameColumn } from './workload-cells.ts';
import { validateNamespace, validateNamespaceFinalizers, validateNamespaceStatus } from './namespace-validation.ts';
import { nameIsDnsLabel } from '../../../machinery/names.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { sortedMap } from '../../../machinery/string-map.ts';
import { field, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const namespaceSpec = struct('io.k8s.api.core.v1.NamespaceSpec', {
  finalizers: list(string(), { pb: 1, listType: 'atomic' }),
});
export interface NamespaceSpec extends Infer<typeof namespaceSpec> {}

export const namespaceCondition = struct('io.k8s.api.core.v1.NamespaceCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  lastTransitionTime: time({ presence: 'always', pb: 4 }),
  reason: string({ pb: 5 }),
  message: string({ pb: 6 }),
});
export interface NamespaceCondition extends Infer<typeof namespaceCondition> {}

export const namespaceStatus = struct('io.k8s.api.core.v1.NamespaceStatus', {
  phase: string({ pb: 1, enum: ['Active', 'Terminating'], enumChecked: false }),
  conditions: list(namespaceCondition, { pb: 2, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
});
export interface NamespaceStatus extends Infer<typeof namespaceStatus> {}

const NAME_LABEL = 'kubernetes.io/metadata.name';

export const namespace = defineKind({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  scope: 'Cluster',
  name: 'io.k8s.api.core.v1.Namespace',
  fields: {
    spec: field(namespaceSpec, { presence: 'always', pb: 2 }),
    status: field(namespaceStatus, { presence: 'always', pb: 3 }),
  },
  defaults({ metadata, status }) {
    if ((metadata.name ?? '') !== '') metadata.labels = sortedMap({ ...metadata.labels, [NAME_LABEL]: metadata.name ?? '' });
    status.phase ??= 'Active';
  },
  nameProblems: nameIsDnsLabel,
  check(next, old, at, { subresource }) {
    if (subresource === 'status') return [...validateNamespaceStatus(next, at)];
    if (subresource === 'finalize') return [...validateNamespaceFinalizers(next, at)];
    return old === undefined ? [...validateNamespace(next, at)] : [];
  },
  columns: [nameColumn, { name: 'Status', type: 'string', value: ({ status }) => status.phase ?? '' }, ageColumn],
  selectableFields: { 'status.phase': ({ status }) => status.phase ?? '' },
});
export interface Namespace extends Infer<typeof namespace> {}
