// ResourceQuota: how much a namespace may use.

import { validateQuotaSpec, validateQuotaStatus } from './resource-quota-validation.ts';
import { roundUpToMilli } from './resource-requirements.ts';
import { ageColumn, nameColumn } from './workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { lookup } from '../../../machinery/schema.ts';
import { field, list, map, quantity, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const scopedResourceSelectorRequirement = struct('io.k8s.api.core.v1.ScopedResourceSelectorRequirement', {
  scopeName: string({
    presence: 'always',
    pb: 1,
    required: 'published',
    enum: [
      'BestEffort',
      'CrossNamespacePodAffinity',
      'NotBestEffort',
      'NotTerminating',
      'PriorityClass',
      'Terminating',
      'VolumeAttributesClass',
    ],
    enumChecked: false,
  }),
  operator: string({
    presence: 'always',
    pb: 2,
    required: 'published',
    enum: ['DoesNotExist', 'Exists', 'In', 'NotIn'],
    enumChecked: false,
  }),
  values: list(string(), { pb: 3, listType: 'atomic' }),
});
export interface ScopedResourceSelectorRequirement extends Infer<typeof scopedResourceSelectorRequirement> {}

export const scopeSelector = struct(
  'io.k8s.api.core.v1.ScopeSelector',
  {
    matchExpressions: list(scopedResourceSelectorRequirement, { pb: 1, listType: 'atomic' }),
  },
  { structType: 'atomic' },
);
export interface ScopeSelector extends Infer<typeof scopeSelector> {}

export const resourceQuotaSpec = struct('io.k8s.api.core.v1.ResourceQuotaSpec', {
  hard: map(quantity(), { pb: 1, defaults: roundUpToMilli }),
  scopes: list(
    string({
      enum: [
        'BestEffort',
        'CrossNamespacePodAffinity',
        'NotBestEffort',
        'NotTerminating',
        'PriorityClass',
        'Terminating',
        'VolumeAttributesClass',
      ],
      enumChecked: false,
    }),
    { pb: 2, listType: 'atomic' },
  ),
  scopeSelector: field(scopeSelector, { presence: 'pointer', pb: 3 }),
});
export interface ResourceQuotaSpec extends Infer<typeof resourceQuotaSpec> {}

export const resourceQuotaStatus = struct('io.k8s.api.core.v1.ResourceQuotaStatus', {
  hard: map(quantity(), { pb: 1, defaults: roundUpToMilli }),
  used: map(quantity(), { pb: 2, defaults: roundUpToMilli }),
});
export interface ResourceQuotaStatus extends Infer<typeof resourceQuotaStatus> {}

function usageCell({ hard = {}, used = {} }: ResourceQuotaStatus, limits: boolean): string {
  const shown = Object.entries(hard).filter(([name]) => name.startsWith('limits.') === limits);
  return shown.map(([name, amount]) => `${name}: ${lookup(used, name) ?? '0'}/${amount}`).join(', ');
}

export const resourceQuota = defineKind({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.ResourceQuota',
  fields: {
    spec: field(resourceQuotaSpec, { presence: 'always', pb: 2 }),
    status: field(resourceQuotaStatus, { presence: 'always', pb: 3 }),
  },
  check: (next, old, at, { subresource }) =>
    subresource === 'status'
      ? [...validateQuotaStatus(next.status, at.child('status'))]
      : [...validateQuotaSpec(next.spec, old?.spec, at.child('spec'))],
  columns: [
    nameColumn,
    { name: 'Request', type: 'string', value: ({ status }) => usageCell(status, false) },
    { name: 'Limit', type: 'string', value: ({ status }) => usageCell(status, true) },
    ageColumn,
  ],
});
export interface ResourceQuota extends Infer<typeof resourceQuota> {}
